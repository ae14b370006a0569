// Any bytes the API server's side may send give a review, a review with a refusal, or an error; a
// review says what another parser reads, and its uid can be echoed.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/json.h"
#include "tests/fuzz/require.h"
#include "webhook/admission/codec.h"
#include "webhook/admission/response.h"

namespace keysteward::webhook {
namespace {

using nlohmann::json;

constexpr size_t kMaxUid = 128;

// The member as a string; "" when there is none.
std::string Text(const json& object, const char* name) {
  const auto member = object.is_object() ? object.find(name) : object.end();
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

bool IsObject(const json& object, const char* name) {
  return object.contains(name) && object[name].is_object();
}

// A review that handlers may judge, beside what another parser read.
void CheckRequest(const AdmissionRequest& request, const json& said) {
  Require(Text(said, "uid") == request.uid);
  Require(Text(said, "namespace") == request.namespace_name && Text(said, "name") == request.name);
  Require(Text(said, "subResource") == request.subresource);
  Require(Text(said["userInfo"], "username") == request.user && !request.user.empty());
  Require(Text(said["kind"], "kind") == request.kind && !request.kind.empty());
  Require(Text(said["kind"], "group") == request.group);
  Require(Text(said["resource"], "resource") == request.resource && !request.resource.empty());
  Require((said.contains("dryRun") && said["dryRun"] == true) == request.dry_run);
  Require(IsObject(said, "object") == (request.object != nullptr));
  Require(IsObject(said, "oldObject") == (request.old_object != nullptr));
  const std::string operation = Text(said, "operation");
  Require((operation == "CREATE") == (request.operation == Operation::kCreate));
  Require((operation == "UPDATE") == (request.operation == Operation::kUpdate));
  Require((operation == "DELETE") == (request.operation == Operation::kDelete));
  const bool written = operation == "CREATE" || operation == "UPDATE";
  Require(!written || request.object != nullptr);
  Require(operation != "UPDATE" || request.old_object != nullptr);
  if (!written || !IsObject(said["object"], "metadata")) return;
  // What handlers are told and what the object says of itself are the same.
  const json& metadata = said["object"]["metadata"];
  const std::string name = Text(metadata, "name");
  Require(name.empty() || request.name.empty() || name == request.name);
  const std::string space = Text(metadata, "namespace");
  Require(space.empty() || request.kind == "Namespace" || space == request.namespace_name);
}

bool IsVisible(char c) { return c > ' ' && c < 0x7f; }

void Check(std::string_view body) {
  const auto review = DecodeReview(body);
  if (!review) {
    Require(!review.error().message.empty() && review.error().message.size() < 1024);
    return;
  }
  const std::string& uid = review->request.uid;
  Require(!uid.empty() && uid.size() <= kMaxUid && std::all_of(uid.begin(), uid.end(), IsVisible));
  Require(review->refusal.size() < 1024);
  const std::string answer = FormatReview(uid, Deny("Refused", review->refusal));
  Require(json::parse(answer)["response"]["uid"] == uid);
  if (!review->refusal.empty()) return;
  const Result<json> whole = ParseJson(body);
  Require(whole && Text(*whole, "kind") == "AdmissionReview");
  CheckRequest(review->request, (*whole)["request"]);
}

}  // namespace
}  // namespace keysteward::webhook

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  keysteward::webhook::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
