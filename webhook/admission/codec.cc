#include "webhook/admission/codec.h"

#include <algorithm>
#include <optional>

namespace keysteward::webhook {

using detection::Node;
using detection::NodeKind;

namespace {

constexpr size_t kMaxUid = 128;
// An AdmissionReview has a dozen members; more of them are an attack on what looks for duplicates.
constexpr uint32_t kMaxMembers = 64;

Error Malformed(const char* what) {
  return Error::InvalidArgument(std::string("not an AdmissionReview v1: ") + what);
}

Error Contradictory(const char* what) { return Error::InvalidArgument(what); }

std::optional<Operation> ParseOperation(std::string_view text) {
  if (text == "CREATE") return Operation::kCreate;
  if (text == "UPDATE") return Operation::kUpdate;
  if (text == "DELETE") return Operation::kDelete;
  if (text == "CONNECT") return Operation::kConnect;
  return std::nullopt;
}

bool IsUid(std::string_view text) {
  return !text.empty() && text.size() <= kMaxUid &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool HasDuplicates(const Node& mapping) {
  if (mapping.count > kMaxMembers) return true;
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

std::vector<std::string> Texts(const Node* list) {
  std::vector<std::string> texts;
  if (list == nullptr || !list->is_sequence()) return texts;
  for (const Node& item : list->children()) texts.emplace_back(item.text);
  return texts;
}

Result<void> ReadUser(const Node& request, AdmissionRequest& out) {
  const Node* user = ObjectMember(request, "userInfo");
  if (user == nullptr || user->String("username").empty()) return Contradictory("it names no user");
  out.user = Text(*user, "username");
  out.user_uid = Text(*user, "uid");
  out.groups = Texts(user->Find("groups"));
  if (const Node* extra = ObjectMember(*user, "extra"); extra != nullptr) {
    for (const Node& item : extra->children()) out.user_extra[std::string(item.key)] = Texts(&item);
  }
  return {};
}

Result<void> ReadKind(const Node& request, AdmissionRequest& out) {
  const Node* kind = ObjectMember(request, "kind");
  const Node* resource = ObjectMember(request, "resource");
  if (kind == nullptr || resource == nullptr) return Contradictory("it names no kind or resource");
  out.group = Text(*kind, "group");
  out.version = Text(*kind, "version");
  out.kind = Text(*kind, "kind");
  out.resource = Text(*resource, "resource");
  if (out.kind.empty() || out.version.empty() || out.resource.empty()) {
    return Contradictory("it names no kind or resource");
  }
  return {};
}

bool Differs(std::string_view said, std::string_view request) {
  return !said.empty() && said != request;
}

// The API server makes request and object agree; where they do not, nobody knows what is meant.
Result<void> CheckAgreement(const Node& object, const AdmissionRequest& request) {
  const std::string api_version =
      request.group.empty() ? request.version : request.group + "/" + request.version;
  if (Differs(object.String("kind"), request.kind) ||
      Differs(object.String("apiVersion"), api_version)) {
    return Contradictory("its object is of another kind than it says");
  }
  const Node* metadata = ObjectMember(object, "metadata");
  if (metadata == nullptr) return {};
  // A generated name is not known to the request yet.
  if (!request.name.empty() && Differs(metadata->String("name"), request.name)) {
    return Contradictory("its object has another name than it says");
  }
  if (request.kind != "Namespace" &&
      Differs(metadata->String("namespace"), request.namespace_name)) {
    return Contradictory("its object is in another namespace than it says");
  }
  return {};
}

Result<void> ReadObjects(const Node& request, AdmissionRequest& out) {
  out.object = ObjectMember(request, "object");
  out.old_object = ObjectMember(request, "oldObject");
  const bool written = out.operation == Operation::kCreate || out.operation == Operation::kUpdate;
  if (written && out.object == nullptr) return Contradictory("it has no object");
  if (out.operation == Operation::kUpdate && out.old_object == nullptr) {
    return Contradictory("it has no oldObject");
  }
  return written ? CheckAgreement(*out.object, out) : Result<void>{};
}

Result<void> ReadRequest(const Node& request, AdmissionRequest& out) {
  if (HasDuplicates(request)) return Contradictory("a member stands twice");
  const std::optional<Operation> operation = ParseOperation(request.String("operation"));
  if (!operation) return Contradictory("its operation is unknown");
  out.operation = *operation;
  KS_RETURN_IF_ERROR(ReadKind(request, out));
  out.subresource = Text(request, "subResource");
  out.namespace_name = Text(request, "namespace");
  out.name = Text(request, "name");
  KS_RETURN_IF_ERROR(ReadUser(request, out));
  if (const Node* dry_run = request.Find("dryRun"); dry_run != nullptr) {
    if (dry_run->kind != NodeKind::kBool && dry_run->kind != NodeKind::kNull) {
      return Contradictory("its dryRun is no boolean");
    }
    out.dry_run = dry_run->text == "true";
  }
  return ReadObjects(request, out);
}

Result<detection::ManifestFile> ReadBody(std::string_view body) {
  if (body.size() > kLargeReview) return detection::ManifestReader().ReadJson(body);
  // Its parser keeps its buffers from review to review.
  thread_local detection::ManifestReader reader;
  return reader.ReadJson(body);
}

// The uid of a review that cannot be read whole. An API server writes the members in this order;
// whoever writes them otherwise gets no verdict, as it is none.
std::string UidAtTheFront(std::string_view body) {
  constexpr std::string_view kFront =
      "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/"
      "v1\",\"request\":{\"uid\":\"";
  if (!body.starts_with(kFront)) return "";
  body.remove_prefix(kFront.size());
  const std::string_view uid = body.substr(0, body.substr(0, kMaxUid + 1).find('"'));
  return IsUid(uid) && uid.find('\\') == std::string_view::npos ? std::string(uid) : "";
}

// Without a verdict the failurePolicy would let it pass, key and all.
Result<AdmissionReview> Unreadable(std::string_view body, const Error& error) {
  AdmissionReview review;
  if (error.code == ErrorCode::kTooLarge) review.request.uid = UidAtTheFront(body);
  if (review.request.uid.empty()) {
    return Error::Make(error.code, "the body is not acceptable JSON");
  }
  review.refusal =
      "it is too large or too deeply nested to be looked at\n"
      "Fix: split the object, or move what is large out of it.";
  return review;
}

}  // namespace

Result<AdmissionReview> DecodeReview(std::string_view body) {
  AdmissionReview review;
  Result<detection::ManifestFile> file = ReadBody(body);
  if (!file) return Unreadable(body, file.error());
  if (file->documents.size() != 1) return Malformed("no single document");
  review.file = *std::move(file);
  const Node& root = *review.file.documents.front().root;
  if (root.String("apiVersion") != "admission.k8s.io/v1" ||
      root.String("kind") != "AdmissionReview") {
    return Malformed("wrong apiVersion or kind");
  }
  if (HasDuplicates(root)) return Malformed("a member stands twice");
  const Node* request = ObjectMember(root, "request");
  if (request == nullptr || root.Find("response") != nullptr) {
    return Malformed("no request, or more than one");
  }
  review.request.uid = Text(*request, "uid");
  review.request.bytes = body.size();
  if (!IsUid(review.request.uid)) return Malformed("no usable uid");
  if (const Result<void> read = ReadRequest(*request, review.request); !read) {
    review.refusal = read.error().message;
  }
  return review;
}

}  // namespace keysteward::webhook
