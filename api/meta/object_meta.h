// ObjectMeta, OwnerReference, Condition and ObjectKey: the parts every Kubernetes object shares
// (k8s.io/apimachinery meta/v1), as far as we read them.
#pragma once

#include <compare>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/json_fields.h"
#include "common/result.h"

namespace keysteward::api {

// Namespace and name; the namespace is empty for cluster-scoped kinds.
struct ObjectKey {
  std::string namespace_name;
  std::string name;

  // "payments/stripe-live", or the bare name.
  std::string ToString() const {
    return namespace_name.empty() ? name : namespace_name + "/" + name;
  }
  friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};

struct OwnerReference {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool controller = false;
  bool block_owner_deletion = false;

  friend bool operator==(const OwnerReference&, const OwnerReference&) = default;
};

struct ObjectMeta {
  std::string name;
  std::string generate_name;
  std::string namespace_name;
  std::string uid;
  std::string resource_version;  // opaque; compare for equality only
  int64_t generation = 0;        // 0 for kinds without one
  std::optional<WallTime> creation_timestamp;
  std::optional<WallTime> deletion_timestamp;  // set = being deleted
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::vector<std::string> finalizers;
  std::vector<OwnerReference> owner_references;

  ObjectKey key() const { return {namespace_name, name}; }
  bool deleting() const { return deletion_timestamp.has_value(); }
  bool HasFinalizer(std::string_view finalizer) const;
  // The annotation or label, or "".
  std::string Annotation(const std::string& key) const;
  std::string Label(const std::string& key) const;
  // The owner reference with controller=true, or nullptr.
  const OwnerReference* Controller() const;
  bool IsOwnedBy(std::string_view uid_of_owner) const;

  friend bool operator==(const ObjectMeta&, const ObjectMeta&) = default;
};

// metav1.Condition. Status is "True", "False" or "Unknown".
struct Condition {
  std::string type;
  std::string status;
  std::string reason;
  std::string message;
  int64_t observed_generation = 0;
  std::optional<WallTime> last_transition_time;

  friend bool operator==(const Condition&, const Condition&) = default;
};

// A reader of `metadata`; errors land in `object`'s Check().
ObjectMeta ReadObjectMeta(JsonFields& object);
nlohmann::json ToJson(const ObjectMeta& meta);
nlohmann::json ToJson(const OwnerReference& owner);

std::vector<Condition> ReadConditions(JsonFields& status);
nlohmann::json ToJson(const std::vector<Condition>& conditions);

// The condition of that type, or nullptr.
const Condition* FindCondition(const std::vector<Condition>& conditions, std::string_view type);
bool IsTrue(const std::vector<Condition>& conditions, std::string_view type);
// Adds or replaces by type. last_transition_time moves to `now` only when the status changes, so an
// unchanged condition writes nothing.
void SetCondition(std::vector<Condition>& conditions, Condition condition, WallTime now);
void RemoveCondition(std::vector<Condition>& conditions, std::string_view type);

}  // namespace keysteward::api
