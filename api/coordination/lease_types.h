// Lease (coordination.k8s.io/v1): who leads, and until when.
//
// acquireTime and renewTime are MicroTime on the wire. A lease is judged by how long the observer
// has seen it unchanged on its own monotonic clock, never by comparing these stamps with local
// time.
//
//   lease.spec.renew_time = clock.WallNow();
//   client.Update(KindOf<coordination::Lease>::resource, ToJson(lease), {}, call);
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/result.h"

namespace keysteward::api {
namespace coordination {

struct LeaseSpec {
  std::string holder_identity;         // "" when released
  int64_t lease_duration_seconds = 0;  // 0 when unset
  std::optional<WallTime> acquire_time;
  std::optional<WallTime> renew_time;
  int64_t lease_transitions = 0;

  friend bool operator==(const LeaseSpec&, const LeaseSpec&) = default;
};

struct Lease {
  ObjectMeta metadata;
  LeaseSpec spec;
};

Result<Lease> FromJson(const nlohmann::json& object, std::type_identity<Lease> kind);
// With apiVersion and kind; times to the microsecond.
nlohmann::json ToJson(const Lease& lease);

}  // namespace coordination

template <>
struct KindOf<coordination::Lease> {
  static constexpr Resource resource{"coordination.k8s.io", "v1", "leases", "Lease"};
};

}  // namespace keysteward::api
