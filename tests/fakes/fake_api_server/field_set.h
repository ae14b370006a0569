// FieldSet: the set of fields a manager owns, as a tree whose edges are the path elements of
// FieldsV1 ("f:spec", "k:{\"name\":\"web\"}", "v:\"a-finalizer\"").
//
// The format: an owned field is a key with an empty object; an owned field that also has owned
// parts holds "." beside them. Source: structured-merge-diff, fieldpath/serialize.go.
//
//   FieldSet owned = FieldSet::Of(applied_configuration);
//   Prune(live, owned.Minus(still_owned));
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace keysteward::kube {

struct FieldSet {
  bool member = false;
  std::map<std::string, FieldSet> children;

  // Every leaf of the value, and every item of a keyed list itself.
  static FieldSet Of(const nlohmann::json& value);
  static FieldSet FromFieldsV1(const nlohmann::json& fields);
  nlohmann::json ToFieldsV1() const;

  bool empty() const { return !member && children.empty(); }
  void Add(const FieldSet& other);
  FieldSet Minus(const FieldSet& other) const;
  FieldSet And(const FieldSet& other) const;
  // The same, with every list item of which something is owned: such an item may not be taken away.
  FieldSet WithItems() const;
  // ".spec.template.metadata.annotations.x" per member, in the notation of the server's messages.
  std::vector<std::string> Paths() const;

  friend bool operator==(const FieldSet&, const FieldSet&) = default;
};

// Which fields have another value (added or changed) and which are gone.
struct FieldChanges {
  FieldSet set;
  FieldSet removed;
};
FieldChanges CompareFields(const nlohmann::json& before, const nlohmann::json& after);

// Lays `applied` over `live`: maps by key, keyed lists by their keys, the rest replaced.
void MergeFields(nlohmann::json& live, const nlohmann::json& applied);
// Takes the members of `fields` out of `live`; a map or list that becomes empty goes too.
void PruneFields(nlohmann::json& live, const FieldSet& fields);

}  // namespace keysteward::kube
