// Any object: what a mutating handler answers applies to it one step after the other, adds at paths
// of ours alone and over nothing that is there, and is nothing for the object it made. Any steps
// survive being written as a JSON pointer.
//
// The input is a YAML stream: the object, and the one it replaces.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/base64.h"
#include "common/json.h"
#include "common/strings.h"
#include "detection/reader/manifest_reader.h"
#include "kube/patch/json_patch.h"
#include "policy/manifest_json.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/fuzz/require.h"
#include "tests/webhook/known_cluster.h"
#include "webhook/admission/codec.h"
#include "webhook/handlers/mutation_handlers.h"

namespace keysteward::webhook {
namespace {

using builders::ManagedCredentialBuilder;
using nlohmann::json;

struct Handlers {
  Handlers() {
    cluster.Put(cluster.credentials,
                ManagedCredentialBuilder("smtp").WithCurrentKey(3, "key_3").Build());
    cluster.Put(cluster.credentials, ManagedCredentialBuilder("shop.db")
                                         .WithEntry("USER", "app")
                                         .WithEntry("PASSWORD", "${key}")
                                         .WithCurrentKey(1, "key_1")
                                         .Build());
    cluster.Put(cluster.credentials, ManagedCredentialBuilder("stripe-live").Build());
  }

  KnownCluster cluster;
  PodsHandler pods{cluster.view};
  WorkloadsHandler workloads;
  RotationsHandler rotations{"system:serviceaccount:keysteward-system:keysteward-operator"};
};

// Of one handler: what it is asked, and which steps its paths may take ("*" is any, and the last
// one may be missing).
struct Path {
  const char* group;
  const char* version;
  const char* kind;
  const char* operation;
  std::vector<std::vector<std::string>> ours;
};

const Path kPods{"",
                 "v1",
                 "Pod",
                 "CREATE",
                 {{"spec", "containers", "*", "env", "-"},
                  {"spec", "containers", "*", "volumeMounts", "-"},
                  {"spec", "initContainers", "*", "env", "-"},
                  {"spec", "initContainers", "*", "volumeMounts", "-"},
                  {"spec", "volumes", "-"},
                  {"metadata", "annotations", "revision.keysteward.dev/*"}}};
const Path kWorkloads{
    "apps",
    "v1",
    "Deployment",
    "UPDATE",
    {{"spec", "template", "metadata", "annotations", "revision.keysteward.dev/*"}}};
const Path kRotations{
    "keysteward.dev", "v1alpha1", "CredentialRotation", "CREATE", {{"spec", "requestedBy"}}};

bool Matches(const std::string& step, const std::string& pattern) {
  if (!pattern.ends_with('*')) return step == pattern;
  return step.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
}

bool IsOurs(const std::vector<std::string>& steps, const Path& path) {
  for (const std::vector<std::string>& ours : path.ours) {
    if (steps.size() != ours.size() && steps.size() + 1 != ours.size()) continue;
    bool matches = true;
    for (size_t i = 0; i < steps.size(); ++i) matches = matches && Matches(steps[i], ours[i]);
    if (matches) return true;
  }
  return false;
}

std::vector<std::string> StepsOf(json::json_pointer pointer) {
  std::vector<std::string> steps;
  for (; !pointer.empty(); pointer.pop_back()) steps.insert(steps.begin(), pointer.back());
  return steps;
}

// The object as one of the kind that the handler is asked about, as JSON can carry it.
json As(const Path& path, json object) {
  const std::string group = path.group;
  object["apiVersion"] = (group.empty() ? "" : group + "/") + path.version;
  object["kind"] = path.kind;
  if (object.contains("metadata") && object["metadata"].is_object()) {
    object["metadata"]["namespace"] = "payments";
  }
  return json::parse(DumpJson(object));
}

std::string ReviewText(const Path& path, const json& object, const json& old_object) {
  return DumpJson(
      {{"apiVersion", "admission.k8s.io/v1"},
       {"kind", "AdmissionReview"},
       {"request",
        {{"uid", "uid-1"},
         {"operation", path.operation},
         {"kind", {{"group", path.group}, {"version", path.version}, {"kind", path.kind}}},
         {"resource", {{"group", path.group}, {"version", path.version}, {"resource", "things"}}},
         {"namespace", "payments"},
         {"userInfo", {{"username", "alice"}}},
         {"object", object},
         {"oldObject", old_object}}}});
}

// The operations as a client reads them out of the answer.
json Answered(AdmissionHandler& handler, const AdmissionReview& review) {
  const Result<AdmissionResponse> response = handler.Handle(review.request);
  Require(response && response->allowed && response->message.empty());
  const json answer = json::parse(FormatReview(review.request.uid, *response))["response"];
  Require(answer["allowed"] == true && answer["uid"] == review.request.uid);
  if (!answer.contains("patch")) return json::array();
  Require(answer["patchType"] == "JSONPatch");
  json operations = json::parse(Base64Decode(answer["patch"].get<std::string>()).value());
  Require(operations.is_array() && !operations.empty());
  return operations;
}

// Beside what the parser's own patch refuses. Lists and maps are made only where there are none; a
// value is written over only as a stamp is.
void CheckStep(const json& object, const json& operation, const Path& path) {
  Require(operation.size() == 3 && operation["op"] == "add");
  const json::json_pointer pointer(operation["path"].get<std::string>());
  const std::vector<std::string> steps = StepsOf(pointer);
  Require(IsOurs(steps, path));
  // Which adds to null too, as the API server does not.
  Require(object.at(pointer.parent_pointer()).is_structured());
  if (steps.back() == "-" || !object.contains(pointer)) return;
  Require(!object[pointer].is_structured() || object[pointer].type() != operation["value"].type());
}

void Check(AdmissionHandler& handler, const Path& path, const json& given, const json& before) {
  const json old_object = path.operation == std::string("UPDATE") ? As(path, before) : json();
  json object = As(path, given);
  const auto review = DecodeReview(ReviewText(path, object, old_object));
  if (!review || !review->refusal.empty()) return;
  const json operations = Answered(handler, *review);
  for (const json& operation : operations) {
    CheckStep(object, operation, path);
    object = object.patch(json::array({operation}));
  }
  const auto again = DecodeReview(ReviewText(path, object, old_object));
  Require(again && again->refusal.empty());
  Require(Answered(handler, *again).empty());
}

void CheckPointer(std::string_view text) {
  kube::JsonPath steps;
  for (const std::string_view step : Split(text.substr(0, 256), '\n')) steps.emplace_back(step);
  Require(StepsOf(json::json_pointer(kube::JsonPointer(steps))) == steps);
}

}  // namespace
}  // namespace keysteward::webhook

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::webhook;  // NOLINT: one function
  static Handlers handlers;
  static keysteward::detection::ManifestReader reader({.bytes = 1u << 20, .nodes = 5'000});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckPointer(text);
  const auto file = reader.Read(text);
  if (!file || file->documents.empty() || !file->documents[0].root->is_mapping()) return 0;
  const json object = keysteward::policy::ManifestJson(*file->documents[0].root);
  json before = object;
  if (file->documents.size() > 1 && file->documents[1].root->is_mapping()) {
    before = keysteward::policy::ManifestJson(*file->documents[1].root);
  }
  Check(handlers.pods, kPods, object, before);
  Check(handlers.workloads, kWorkloads, object, before);
  Check(handlers.rotations, kRotations, object, before);
  return 0;
}
