#include "api/v1alpha1/credential_rotation_validation.h"

#include "api/v1alpha1/internal/checks.h"

namespace keysteward::api::v1alpha1 {

using internal::Checks;

FieldErrors Validate(const CredentialRotation& rotation) {
  const CredentialRotationSpec& spec = rotation.spec;
  Checks metadata("metadata");
  metadata.Require("name", rotation.metadata.name.size() <= kMaxRotationNameLength,
                   "must be at most 63 characters, choose a shorter name: it is used as a label "
                   "value");
  Checks checks("spec");
  checks.ObjectName("credentialRef.name", spec.credential_name);
  checks.Require("credentialRef.name", spec.credential_name.size() <= 52,
                 "must be at most 52 characters, as every ManagedCredential's name");
  const bool has_reason = !spec.reason.empty();
  if (has_reason) checks.Length("reason", spec.reason, 3, 512);
  checks.Require("reason",
                 has_reason || (spec.cause != Cause::kManual && spec.cause != Cause::kLeak),
                 "is required for cause Manual and Leak: say in words why the key is rotated");
  checks.Require("compromised", !spec.compromised || spec.cause == Cause::kLeak,
                 "may be set only with cause Leak: remove it, or set cause to Leak");
  const bool first = spec.revoke == RevokeOrder::kFirst;
  checks.Require("revoke", !first || spec.urgency == Urgency::kEmergency,
                 "First needs urgency Emergency: set urgency to Emergency, or revoke to "
                 "AfterConsumers");
  checks.Require("reason", !first || has_reason,
                 "is required with revoke First: say why the outage is accepted");
  checks.Length("requestedBy", spec.requested_by, 0, 253);
  metadata.Add(std::move(checks));
  return metadata.Take();
}

FieldErrors ValidateUpdate(const CredentialRotation& before, const CredentialRotation& after) {
  if (before.spec == after.spec) return {};
  return {{"spec", "is immutable: create a new CredentialRotation instead"}};
}

bool MayBeRequested(Cause cause) {
  return cause == Cause::kManual || cause == Cause::kLeak || cause == Cause::kOwnerChange ||
         cause == Cause::kDecommission;
}

}  // namespace keysteward::api::v1alpha1
