#include "webhook/admission/codec.h"

#include <optional>

namespace keysteward::webhook {

using detection::Node;
using detection::NodeKind;

namespace {

constexpr size_t kMaxUid = 128;

Error Malformed(const char* what) {
  return Error::InvalidArgument(std::string("not an AdmissionReview v1: ") + what);
}

std::optional<Operation> ParseOperation(std::string_view text) {
  if (text == "CREATE") return Operation::kCreate;
  if (text == "UPDATE") return Operation::kUpdate;
  if (text == "DELETE") return Operation::kDelete;
  if (text == "CONNECT") return Operation::kConnect;
  return std::nullopt;
}

bool HasDuplicates(const Node& mapping) {
  for (const Node& member : mapping.children()) {
    if (mapping.Find(member.key) != &member) return true;
  }
  return false;
}

const Node* ObjectMember(const Node& request, std::string_view name) {
  const Node* member = request.Find(name);
  return member != nullptr && member->is_mapping() ? member : nullptr;
}

std::string Text(const Node& node, std::string_view name) { return std::string(node.String(name)); }

void ReadUser(const Node& request, AdmissionRequest& out) {
  const Node* user = ObjectMember(request, "userInfo");
  if (user == nullptr) return;
  out.user = Text(*user, "username");
  if (const Node* groups = user->Find("groups"); groups != nullptr) {
    for (const Node& group : groups->children()) out.groups.emplace_back(group.text);
  }
}

Result<void> ReadKind(const Node& request, AdmissionRequest& out) {
  const Node* kind = ObjectMember(request, "kind");
  const Node* resource = ObjectMember(request, "resource");
  if (kind == nullptr || resource == nullptr) return Malformed("no kind or resource");
  out.group = Text(*kind, "group");
  out.version = Text(*kind, "version");
  out.kind = Text(*kind, "kind");
  out.resource = Text(*resource, "resource");
  if (out.kind.empty() || out.resource.empty()) return Malformed("no kind or resource");
  return {};
}

Result<void> ReadRequest(const Node& request, AdmissionRequest& out) {
  if (HasDuplicates(request)) return Malformed("a member stands twice");
  out.uid = Text(request, "uid");
  if (out.uid.empty() || out.uid.size() > kMaxUid) return Malformed("no usable uid");
  const std::optional<Operation> operation = ParseOperation(request.String("operation"));
  if (!operation) return Malformed("unknown operation");
  out.operation = *operation;
  KS_RETURN_IF_ERROR(ReadKind(request, out));
  out.subresource = Text(request, "subResource");
  out.namespace_name = Text(request, "namespace");
  out.name = Text(request, "name");
  ReadUser(request, out);
  if (const Node* dry_run = request.Find("dryRun"); dry_run != nullptr) {
    if (dry_run->kind != NodeKind::kBool && dry_run->kind != NodeKind::kNull) {
      return Malformed("dryRun is no boolean");
    }
    out.dry_run = dry_run->text == "true";
  }
  out.object = ObjectMember(request, "object");
  out.old_object = ObjectMember(request, "oldObject");
  const bool needs_object =
      out.operation == Operation::kCreate || out.operation == Operation::kUpdate;
  if (needs_object && out.object == nullptr) return Malformed("no object");
  return {};
}

}  // namespace

Result<AdmissionReview> DecodeReview(std::string_view body) {
  AdmissionReview review;
  detection::ManifestReader reader;
  Result<detection::ManifestFile> file = reader.ReadJson(body);
  if (!file) return Error::Make(file.error().code, "the body is not acceptable JSON");
  if (file->documents.size() != 1) return Malformed("no single document");
  review.file = *std::move(file);
  const Node& root = *review.file.documents.front().root;
  if (root.String("apiVersion") != "admission.k8s.io/v1" ||
      root.String("kind") != "AdmissionReview") {
    return Malformed("wrong apiVersion or kind");
  }
  const Node* request = ObjectMember(root, "request");
  if (request == nullptr || root.Find("response") != nullptr || HasDuplicates(root)) {
    return Malformed("no request, or more than one");
  }
  KS_RETURN_IF_ERROR(ReadRequest(*request, review.request));
  return review;
}

}  // namespace keysteward::webhook
