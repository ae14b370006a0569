// ManagedFields: who owns which field of one object (metadata.managedFields), and the two ways it
// changes: a plain write takes what it changed, an apply takes what it names.
//
//   ManagedFields fields = ManagedFields::Read(live);
//   fields.RecordUpdate({"kubectl", "Update", ""}, live, next);
//   fields.WriteTo(next, now);
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

#include "common/clock.h"
#include "kube/client/client.h"
#include "tests/fakes/fake_api_server/field_set.h"

namespace keysteward::kube {

struct FieldOwner {
  std::string manager;
  std::string operation;  // "Apply" or "Update"
  std::string subresource;

  friend auto operator<=>(const FieldOwner&, const FieldOwner&) = default;
};

class ManagedFields {
 public:
  static ManagedFields Read(const nlohmann::json& object);
  // Stamps entries that changed since Read with `now`; an object without owners loses the list.
  void WriteTo(nlohmann::json& object, WallTime now) const;

  // The writer owns what differs; nobody owns what is gone.
  void RecordUpdate(const FieldOwner& owner, const nlohmann::json& before,
                    const nlohmann::json& after);
  // Server-side apply of `configuration` on `live`: the merged object, or kConflict naming the
  // other managers and fields. With `force` the fields change hands.
  Result<nlohmann::json> Apply(const FieldOwner& owner, const nlohmann::json& live,
                               const nlohmann::json& configuration, bool force);

  bool changed() const;

 private:
  struct Entry {
    FieldSet fields;
    std::string api_version;
    std::string time;
  };
  Result<void> TakeOver(const FieldOwner& owner, const FieldSet& changed, bool force);
  FieldSet OwnedByOthers(const FieldOwner& owner) const;

  std::map<FieldOwner, Entry> entries_;
  std::map<FieldOwner, Entry> as_read_;
};

// The part of an object that managers own: without identity and what the server writes itself.
nlohmann::json OwnableFields(const nlohmann::json& object);

}  // namespace keysteward::kube
