// FieldTable: what the fields of Kubernetes objects mean to a scanner.
//
// Built-in kinds are known type by type, third-party kinds by the places listed for them; a member
// that neither knows is judged by its name as everywhere, so nothing is skipped for being new.
// Immutable; threads share one.
//
//   const FieldTable& table = BuiltInFields();
//   const FieldStep spec = table.Step(table.RootOf("v1", "Pod"), "spec");
//   table.Step(spec.next, "nodeName").use.meaning == Meaning::kReference
#pragma once

#include <string_view>

#include "detection/fields/field_data.h"

namespace keysteward::detection {

class FieldTable {
 public:
  // The arrays that `data` shows outlive the table.
  explicit FieldTable(const FieldData& data) : data_(data) {}

  // Where the members of an object stand. Of a version that the table does not have, those of the
  // group's last one; without apiVersion, those of the built-in kind of that name.
  FieldState RootOf(std::string_view api_version, std::string_view kind) const;

  // Of member `name`; the meaning holds for everything below that member too.
  FieldStep Step(FieldState state, std::string_view name) const;

  // Of a member that holds an object: passwordSecret {secretName, password} says where to look.
  bool IsReferenceObject(std::string_view name) const;

 private:
  FieldUse ByEnding(std::string_view name) const;

  FieldData data_;
};

const FieldTable& BuiltInFields();

}  // namespace keysteward::detection
