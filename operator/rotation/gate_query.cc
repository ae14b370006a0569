#include "operator/rotation/gate_query.h"

#include "operator/rotation/journal.h"

namespace keysteward::op {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::Urgency;

Care CareOf(const CredentialRotation& rotation) {
  const Urgency urgency = rotation.status.urgency.value_or(rotation.spec.urgency);
  if (urgency == Urgency::kEmergency || rotation.spec.cause == Cause::kLeak ||
      StepBegun(rotation.status, Step::kRollBack)) {
    return Care::kNone;
  }
  // Once the new key is delivered, it may be what makes a workload unhealthy.
  const bool delivered = StepBegun(rotation.status, Step::kDeliver);
  return delivered || rotation.spec.cause == Cause::kDrift ? Care::kNotHealth : Care::kFull;
}

GateQuery GateQueryOf(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
                      Care care) {
  return {.credential = credential.metadata.name,
          .revision = GateRevision(credential.status),
          .now = env.clock.WallNow(),
          .care = care,
          .restarts_per_hour = env.installation.workload_restarts};
}

}  // namespace keysteward::op
