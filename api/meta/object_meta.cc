#include "api/meta/object_meta.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/duration.h"

namespace keysteward::api {

using nlohmann::json;

namespace {

std::string Find(const std::map<std::string, std::string>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? "" : found->second;
}

void PutIfAny(json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

OwnerReference ReadOwner(JsonFields& fields) {
  OwnerReference owner;
  owner.api_version = fields.String("apiVersion");
  owner.kind = fields.String("kind");
  owner.name = fields.String("name");
  owner.uid = fields.String("uid");
  owner.controller = fields.Bool("controller");
  owner.block_owner_deletion = fields.Bool("blockOwnerDeletion");
  return owner;
}

}  // namespace

bool ObjectMeta::HasFinalizer(std::string_view finalizer) const {
  return std::find(finalizers.begin(), finalizers.end(), finalizer) != finalizers.end();
}

std::string ObjectMeta::Annotation(const std::string& key) const { return Find(annotations, key); }

std::string ObjectMeta::Label(const std::string& key) const { return Find(labels, key); }

const OwnerReference* ObjectMeta::Controller() const {
  for (const OwnerReference& owner : owner_references) {
    if (owner.controller) return &owner;
  }
  return nullptr;
}

bool ObjectMeta::IsOwnedBy(std::string_view uid_of_owner) const {
  return std::any_of(owner_references.begin(), owner_references.end(),
                     [&](const OwnerReference& owner) { return owner.uid == uid_of_owner; });
}

ObjectMeta ReadObjectMeta(JsonFields& object) {
  JsonFields fields = object.Object("metadata");
  ObjectMeta meta;
  meta.name = fields.String("name");
  meta.generate_name = fields.String("generateName");
  meta.namespace_name = fields.String("namespace");
  meta.uid = fields.String("uid");
  meta.resource_version = fields.String("resourceVersion");
  meta.generation = fields.Int("generation");
  meta.creation_timestamp = fields.OptionalTime("creationTimestamp");
  meta.deletion_timestamp = fields.OptionalTime("deletionTimestamp");
  meta.labels = fields.StringMap("labels");
  meta.annotations = fields.StringMap("annotations");
  meta.finalizers = fields.Strings("finalizers");
  fields.Objects("ownerReferences",
                 [&](JsonFields& item) { meta.owner_references.push_back(ReadOwner(item)); });
  return meta;
}

json ToJson(const OwnerReference& owner) {
  json out = {{"apiVersion", owner.api_version},
              {"kind", owner.kind},
              {"name", owner.name},
              {"uid", owner.uid}};
  if (owner.controller) out["controller"] = true;
  if (owner.block_owner_deletion) out["blockOwnerDeletion"] = true;
  return out;
}

json ToJson(const ObjectMeta& meta) {
  json out = json::object();
  PutIfAny(out, "name", meta.name);
  PutIfAny(out, "generateName", meta.generate_name);
  PutIfAny(out, "namespace", meta.namespace_name);
  PutIfAny(out, "uid", meta.uid);
  PutIfAny(out, "resourceVersion", meta.resource_version);
  if (meta.generation != 0) out["generation"] = meta.generation;
  if (meta.creation_timestamp) out["creationTimestamp"] = FormatTime(*meta.creation_timestamp);
  if (meta.deletion_timestamp) out["deletionTimestamp"] = FormatTime(*meta.deletion_timestamp);
  if (!meta.labels.empty()) out["labels"] = meta.labels;
  if (!meta.annotations.empty()) out["annotations"] = meta.annotations;
  if (!meta.finalizers.empty()) out["finalizers"] = meta.finalizers;
  for (const OwnerReference& owner : meta.owner_references) {
    out["ownerReferences"].push_back(ToJson(owner));
  }
  return out;
}

std::vector<Condition> ReadConditions(JsonFields& status) {
  std::vector<Condition> conditions;
  status.Objects("conditions", [&](JsonFields& item) {
    Condition condition;
    condition.type = item.RequiredString("type");
    condition.status = item.RequiredString("status");
    condition.reason = item.String("reason");
    condition.message = item.String("message");
    condition.observed_generation = item.Int("observedGeneration");
    condition.last_transition_time = item.OptionalTime("lastTransitionTime");
    conditions.push_back(std::move(condition));
  });
  return conditions;
}

json ToJson(const std::vector<Condition>& conditions) {
  json out = json::array();
  for (const Condition& condition : conditions) {
    json item = {{"type", condition.type},
                 {"status", condition.status},
                 {"reason", condition.reason},
                 {"message", condition.message}};
    if (condition.observed_generation != 0) {
      item["observedGeneration"] = condition.observed_generation;
    }
    if (condition.last_transition_time) {
      item["lastTransitionTime"] = FormatTime(*condition.last_transition_time);
    }
    out.push_back(std::move(item));
  }
  return out;
}

const Condition* FindCondition(const std::vector<Condition>& conditions, std::string_view type) {
  for (const Condition& condition : conditions) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

bool IsTrue(const std::vector<Condition>& conditions, std::string_view type) {
  const Condition* found = FindCondition(conditions, type);
  return found != nullptr && found->status == "True";
}

void SetCondition(std::vector<Condition>& conditions, Condition condition, WallTime now) {
  // metav1.Time has whole seconds; a finer stamp would differ from what the server gives back.
  condition.last_transition_time = std::chrono::floor<std::chrono::seconds>(now);
  for (Condition& existing : conditions) {
    if (existing.type != condition.type) continue;
    if (existing.status == condition.status && existing.last_transition_time) {
      condition.last_transition_time = existing.last_transition_time;
    }
    existing = std::move(condition);
    return;
  }
  conditions.push_back(std::move(condition));
}

void RemoveCondition(std::vector<Condition>& conditions, std::string_view type) {
  std::erase_if(conditions, [&](const Condition& condition) { return condition.type == type; });
}

}  // namespace keysteward::api
