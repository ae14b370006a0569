#include "tests/fakes/fake_api_server/managed_fields.h"

#include "common/duration.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

// The manager as the server's messages name it.
std::string Describe(const FieldOwner& owner, const std::string& api_version) {
  std::string out = "\"" + owner.manager + "\"";
  if (!owner.subresource.empty()) out += " with subresource \"" + owner.subresource + "\"";
  if (owner.operation == "Update") out += " using " + api_version;
  return out;
}

// Manager to the paths it owns.
using Conflicts = std::map<std::string, std::vector<std::string>>;

Error ConflictOf(const Conflicts& conflicts) {
  size_t count = 0;
  for (const auto& [manager, paths] : conflicts) count += paths.size();
  if (count == 1) {
    const auto& [manager, paths] = *conflicts.begin();
    return Error::Conflict("Apply failed with 1 conflict: conflict with " + manager + ": " +
                           paths.front());
  }
  std::string message = "Apply failed with " + std::to_string(count) + " conflicts: ";
  for (const auto& [manager, paths] : conflicts) {
    message += "conflicts with " + manager + ":\n";
    for (const std::string& path : paths) message += "- " + path + "\n";
  }
  message.pop_back();
  return Error::Conflict(message);
}

// A null in a configuration is a field that is not there.
json WithoutNulls(const json& value) {
  if (!value.is_object()) return value;
  json out = json::object();
  for (const auto& [name, child] : value.items()) {
    if (!child.is_null()) out[name] = WithoutNulls(child);
  }
  return out;
}

}  // namespace

json OwnableFields(const json& object) {
  json out = object;
  out.erase("apiVersion");
  out.erase("kind");
  if (!out.contains("metadata")) return out;
  json& metadata = out["metadata"];
  for (const char* field : {"name", "namespace", "uid", "resourceVersion", "generation",
                            "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
                            "managedFields", "generateName", "selfLink"}) {
    metadata.erase(field);
  }
  if (metadata.empty()) out.erase("metadata");
  return out;
}

ManagedFields ManagedFields::Read(const json& object) {
  ManagedFields out;
  const json list = object.value("/metadata/managedFields"_json_pointer, json::array());
  for (const json& item : list) {
    Entry entry{FieldSet::FromFieldsV1(item.value("fieldsV1", json::object())),
                item.value("apiVersion", ""), item.value("time", "")};
    entry.fields.member = false;
    out.entries_[{item.value("manager", ""), item.value("operation", ""),
                  item.value("subresource", "")}] = std::move(entry);
  }
  out.as_read_ = out.entries_;
  return out;
}

void ManagedFields::WriteTo(json& object, WallTime now) const {
  json list = json::array();
  for (const auto& [owner, entry] : entries_) {
    if (entry.fields.empty()) continue;
    const auto before = as_read_.find(owner);
    const bool same = before != as_read_.end() && before->second.fields == entry.fields;
    json item = {{"manager", owner.manager},
                 {"operation", owner.operation},
                 {"apiVersion", object.value("apiVersion", "")},
                 {"time", same ? entry.time : FormatTime(now)},
                 {"fieldsType", "FieldsV1"},
                 {"fieldsV1", entry.fields.ToFieldsV1()}};
    if (!owner.subresource.empty()) item["subresource"] = owner.subresource;
    list.push_back(std::move(item));
  }
  if (list.empty()) {
    object["metadata"].erase("managedFields");
  } else {
    object["metadata"]["managedFields"] = std::move(list);
  }
}

bool ManagedFields::changed() const {
  if (entries_.size() != as_read_.size()) return true;
  for (const auto& [owner, entry] : entries_) {
    const auto before = as_read_.find(owner);
    if (before == as_read_.end() || !(before->second.fields == entry.fields)) return true;
  }
  return false;
}

void ManagedFields::RecordUpdate(const FieldOwner& owner, const json& before, const json& after) {
  const FieldChanges changes = CompareFields(OwnableFields(before), OwnableFields(after));
  for (auto& [other, entry] : entries_) {
    entry.fields = entry.fields.Minus(changes.removed);
    if (other != owner) entry.fields = entry.fields.Minus(changes.set);
  }
  if (!changes.set.empty()) entries_[owner].fields.Add(changes.set);
  std::erase_if(entries_, [](const auto& item) { return item.second.fields.empty(); });
}

FieldSet ManagedFields::OwnedByOthers(const FieldOwner& owner) const {
  FieldSet out;
  for (const auto& [other, entry] : entries_) {
    if (other != owner) out.Add(entry.fields);
  }
  return out;
}

Result<void> ManagedFields::TakeOver(const FieldOwner& owner, const FieldSet& changed, bool force) {
  Conflicts conflicts;
  for (auto& [other, entry] : entries_) {
    if (other == owner) continue;
    const FieldSet contested = entry.fields.And(changed);
    if (!contested.empty()) conflicts[Describe(other, entry.api_version)] = contested.Paths();
    if (force) entry.fields = entry.fields.Minus(contested);
  }
  if (!force && !conflicts.empty()) return ConflictOf(conflicts);
  return {};
}

Result<json> ManagedFields::Apply(const FieldOwner& owner, const json& live, const json& sent,
                                  bool force) {
  const json configuration = WithoutNulls(sent);
  const FieldSet named = FieldSet::Of(OwnableFields(configuration));
  json merged = live;
  MergeFields(merged, configuration);
  KS_RETURN_IF_ERROR(
      TakeOver(owner, CompareFields(OwnableFields(live), OwnableFields(merged)).set, force));
  const FieldSet given_up = entries_[owner].fields.Minus(named.WithItems());
  PruneFields(merged, given_up.Minus(OwnedByOthers(owner).WithItems()));
  entries_[owner].fields = named;
  std::erase_if(entries_, [](const auto& item) { return item.second.fields.empty(); });
  return merged;
}

}  // namespace keysteward::kube
