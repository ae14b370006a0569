#include "cli/scan/scanned_secrets.h"

#include <initializer_list>

#include "common/char_class.h"
#include "detection/fields/object_identity.h"

namespace keysteward::cli {
namespace {

using detection::Node;

const Node* Descend(const Node& node, std::initializer_list<std::string_view> names) {
  const Node* at = &node;
  for (const std::string_view name : names) {
    at = at->Find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

// What an object can be called; what is filled in later has other signs.
bool IsName(std::string_view text) {
  constexpr CharClass kNameChars("abcdefghijklmnopqrstuvwxyz0123456789-.");
  return !text.empty() && kNameChars.HasAll(text);
}

std::string_view Text(const Node* node) {
  return node != nullptr && node->is_scalar() ? node->text : std::string_view();
}

}  // namespace

void ScannedSecrets::Add(const Node& object, std::string_view name, const Node* metadata,
                         bool managed) {
  if (name.empty()) return;
  Entry entry;
  entry.namespace_name = detection::IdentityOf(object).namespace_name;
  if (!IsName(entry.namespace_name)) entry.namespace_name.clear();
  entry.state.presence = policy::SecretState::Presence::kFound;
  entry.state.managed = managed;
  const Node* annotations = metadata == nullptr ? nullptr : metadata->Find("annotations");
  if (annotations != nullptr) {
    for (const Node& annotation : annotations->children()) {
      entry.state.annotations[std::string(annotation.key)] = annotation.text;
    }
  }
  entries_[std::string(name)].push_back(std::move(entry));
}

void ScannedSecrets::LearnTemplate(const Node& object) {
  ScannedSecrets made;
  made.Learn(object);
  for (auto& [name, entries] : made.entries_) {
    for (Entry& entry : entries) entry.state = {};
  }
  Take(std::move(made));
}

void ScannedSecrets::Learn(const Node& object) {
  const detection::ObjectIdentity identity = detection::IdentityOf(object);
  if (identity.kind == "Secret") {
    Add(object, identity.name, object.Find("metadata"));
  } else if (identity.kind == "ManagedCredential") {
    const std::string_view name = Text(Descend(object, {"spec", "delivery", "secretName"}));
    Add(object, name.empty() ? std::string_view(identity.name) : name, nullptr, true);
  } else if (identity.kind == "SealedSecret") {
    Add(object, identity.name, Descend(object, {"spec", "template", "metadata"}));
  } else if (identity.kind == "ExternalSecret") {
    const std::string_view name = Text(Descend(object, {"spec", "target", "name"}));
    Add(object, name.empty() ? std::string_view(identity.name) : name,
        Descend(object, {"spec", "target", "template", "metadata"}));
  } else if (identity.kind == "Certificate") {
    Add(object, Text(Descend(object, {"spec", "secretName"})),
        Descend(object, {"spec", "secretTemplate"}));
  } else if (identity.kind == "VaultStaticSecret" || identity.kind == "VaultDynamicSecret" ||
             identity.kind == "VaultPKISecret") {
    const Node* destination = Descend(object, {"spec", "destination"});
    if (destination != nullptr) Add(object, destination->String("name"), destination);
  } else if (identity.kind == "SecretProviderClass") {
    const Node* objects = Descend(object, {"spec", "secretObjects"});
    if (objects == nullptr) return;
    for (const Node& item : objects->children()) Add(object, item.String("secretName"), &item);
  } else if (identity.kind == "Kustomization" || object.Find("secretGenerator") != nullptr) {
    const Node* generators = object.Find("secretGenerator");
    if (generators == nullptr) return;
    for (const Node& item : generators->children()) {
      Add(object, item.String("name"), item.Find("options"));
    }
  }
}

void ScannedSecrets::Take(ScannedSecrets other) {
  for (auto& [name, entries] : other.entries_) {
    auto& mine = entries_[name];
    std::move(entries.begin(), entries.end(), std::back_inserter(mine));
  }
}

policy::SecretState ScannedSecrets::Find(std::string_view namespace_name,
                                         std::string_view name) const {
  using Presence = policy::SecretState::Presence;
  const auto found = entries_.find(std::string(name));
  if (found != entries_.end()) {
    for (const Entry& entry : found->second) {
      if (namespace_name.empty() || entry.namespace_name.empty() ||
          entry.namespace_name == namespace_name) {
        return entry.state;
      }
    }
  }
  const bool possible = name.empty() || IsName(name);
  return {complete_ && possible ? Presence::kMissing : Presence::kUnknown, false, {}};
}

}  // namespace keysteward::cli
