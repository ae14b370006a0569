#include <nlohmann/json.hpp>

#include "api/coordination/lease_types.h"
#include "common/duration.h"

namespace keysteward::api::coordination {

using nlohmann::json;

Result<Lease> FromJson(const json& object, std::type_identity<Lease> /*kind*/) {
  JsonFields fields(object, "");
  Lease lease;
  lease.metadata = ReadObjectMeta(fields);
  JsonFields spec = fields.Object("spec");
  lease.spec.holder_identity = spec.String("holderIdentity");
  lease.spec.lease_duration_seconds = spec.Int("leaseDurationSeconds");
  lease.spec.acquire_time = spec.OptionalTime("acquireTime");
  lease.spec.renew_time = spec.OptionalTime("renewTime");
  lease.spec.lease_transitions = spec.Int("leaseTransitions");
  KS_RETURN_IF_ERROR(fields.Check());
  return lease;
}

json ToJson(const Lease& lease) {
  // holderIdentity "" means released and must reach the server, so it is always written. The server
  // refuses a leaseDurationSeconds of 0; absent is its unset.
  json spec = {{"holderIdentity", lease.spec.holder_identity},
               {"leaseTransitions", lease.spec.lease_transitions}};
  if (lease.spec.lease_duration_seconds > 0) {
    spec["leaseDurationSeconds"] = lease.spec.lease_duration_seconds;
  }
  if (lease.spec.acquire_time) spec["acquireTime"] = FormatMicroTime(*lease.spec.acquire_time);
  if (lease.spec.renew_time) spec["renewTime"] = FormatMicroTime(*lease.spec.renew_time);
  constexpr Resource kLease = KindOf<Lease>::resource;
  return {{"apiVersion", kLease.api_version()},
          {"kind", kLease.kind},
          {"metadata", api::ToJson(lease.metadata)},
          {"spec", std::move(spec)}};
}

}  // namespace keysteward::api::coordination
