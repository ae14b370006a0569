#include "operator/rotation/gate_query.h"

#include "operator/rotation/journal.h"

namespace keysteward::op {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::Urgency;

bool IsRestrained(const CredentialRotation& rotation) {
  const Urgency urgency = rotation.status.urgency.value_or(rotation.spec.urgency);
  return urgency != Urgency::kEmergency && rotation.spec.cause != Cause::kLeak &&
         !StepBegun(rotation.status, Step::kRollBack);
}

bool DeliversToHealthyOnly(const CredentialRotation& rotation) {
  return IsRestrained(rotation) && rotation.spec.cause != Cause::kDrift &&
         rotation.status.old_key.has_value() && !StepBegun(rotation.status, Step::kDeliver);
}

GateQuery GateQueryOf(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
                      bool restrained) {
  return {.credential = credential.metadata.name,
          .revision = GateRevision(credential.status),
          .now = env.clock.WallNow(),
          .restrained = restrained,
          .restarts_per_hour = env.installation.workload_restarts};
}

}  // namespace keysteward::op
