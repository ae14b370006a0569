#include "webhook/handlers/secret_protection.h"

#include "api/v1alpha1/annotations.h"
#include "common/strings.h"

namespace keysteward::webhook {

using detection::Node;

namespace {

std::string_view LabelOf(const Node& metadata, const char* name) {
  const Node* labels = metadata.Find("labels");
  return labels == nullptr ? std::string_view() : labels->String(name);
}

// Name of the ManagedCredential the Secret belongs to, or "".
std::string_view CredentialOf(const Node* secret) {
  const Node* metadata = secret == nullptr ? nullptr : secret->Find("metadata");
  if (metadata == nullptr || LabelOf(*metadata, api::v1alpha1::kManagedLabel) != "true") return "";
  const Node* owners = metadata->Find("ownerReferences");
  if (owners == nullptr) return "";
  for (const Node& owner : owners->children()) {
    const Node* controller = owner.Find("controller");
    if (controller != nullptr && controller->text == "true" &&
        owner.String("kind") == "ManagedCredential" &&
        owner.String("apiVersion").starts_with("keysteward.dev/")) {
      return owner.String("name");
    }
  }
  return "";
}

// What every write changes, whatever its author meant.
bool IsBookkeeping(std::string_view member) {
  return member == "managedFields" || member == "resourceVersion" || member == "generation";
}

const Node* SkipBookkeeping(const Node* member) {
  while (member != nullptr && IsBookkeeping(member->key)) member = member->next;
  return member;
}

bool SameMetadata(const Node& a, const Node& b) {
  const Node* left = SkipBookkeeping(a.first);
  const Node* right = SkipBookkeeping(b.first);
  while (left != nullptr && right != nullptr) {
    if (left->key != right->key || !SameTree(left, right)) return false;
    left = SkipBookkeeping(left->next);
    right = SkipBookkeeping(right->next);
  }
  return left == nullptr && right == nullptr;
}

bool SameObject(const Node& a, const Node& b) {
  const Node* left = a.first;
  const Node* right = b.first;
  while (left != nullptr && right != nullptr && left->key == right->key) {
    const bool same = left->key == "metadata" ? SameMetadata(*left, *right) : SameTree(left, right);
    if (!same) return false;
    left = left->next;
    right = right->next;
  }
  return left == nullptr && right == nullptr;
}

}  // namespace

bool SameTree(const Node* a, const Node* b) {
  if (a == nullptr || b == nullptr) return a == b;
  if (a->kind != b->kind || a->text != b->text || a->count != b->count) return false;
  const Node* right = b->first;
  for (const Node& left : a->children()) {
    if (left.key != right->key || !SameTree(&left, right)) return false;
    right = right->next;
  }
  return true;
}

std::optional<std::string> ManagedSecretRefusal(const AdmissionRequest& request) {
  const std::string_view owner = CredentialOf(request.old_object);
  if (!owner.empty()) {
    if (request.object != nullptr && SameObject(*request.old_object, *request.object)) {
      return std::nullopt;
    }
    return "this Secret is delivered by ManagedCredential " + Printable(owner, 64) +
           ", which would undo the change\n"
           "Fix: change the ManagedCredential; for a new key, create a CredentialRotation.";
  }
  if (!CredentialOf(request.object).empty()) {
    return std::string("metadata.labels[") + api::v1alpha1::kManagedLabel +
           "]: only Keysteward marks Secrets as its own\n"
           "Fix: leave label and owner reference out, or declare a ManagedCredential for the key.";
  }
  return std::nullopt;
}

}  // namespace keysteward::webhook
