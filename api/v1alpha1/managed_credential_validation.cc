#include "api/v1alpha1/managed_credential_validation.h"

#include <algorithm>
#include <set>

#include "api/v1alpha1/internal/checks.h"
#include "api/v1alpha1/placeholders.h"
#include "common/strings.h"

namespace keysteward::api::v1alpha1 {

using internal::Checks;
using internal::Indexed;

namespace {

void CheckOwnership(Checks& checks, const ManagedCredentialSpec& spec) {
  checks.Require("owner.team", internal::IsLabelValue(spec.owner.team),
                 "must be 1 to 63 letters, digits, -, _ or ., e.g. payments");
  checks.Length("owner.contact", spec.owner.contact, 3, 254);
  checks.Length("purpose", spec.purpose, 10, 256);
}

void CheckStanding(Checks& checks, const ManagedCredentialSpec& spec) {
  if (!spec.standing) return;
  const Standing& standing = *spec.standing;
  checks.Length("standing.justification", standing.justification, 10, 512);
  checks.Length("standing.approvedBy", standing.approved_by, 3, 254);
  checks.Require("standing.approvedBy", !EqualsIgnoreCase(standing.approved_by, spec.owner.contact),
                 "must not be the owner.contact: name somebody else who approved this key");
  const bool transitional = standing.type == StandingType::kTransitional;
  checks.Require("standing.until", !transitional || standing.until,
                 "is required when type is Transitional: add the date on which this static key "
                 "ends, e.g. 2027-06-30T00:00:00Z");
  checks.Require("standing.until", transitional || !standing.until,
                 "must be left out when type is Permanent: remove it, or set type to "
                 "Transitional");
}

void CheckParameterNames(Checks& checks, const ManagedCredentialSpec& spec) {
  checks.AtMost("parameters", spec.parameters.size(), 32);
  for (const auto& [name, value] : spec.parameters) {
    checks.Require("parameters", internal::IsParameterName(name),
                   "names must be at most 63 letters, digits, - or _ and begin with a letter, "
                   "e.g. scope");
    checks.Length("parameters." + name, value, 0, 512);
  }
}

// The names an entry may use are known, and every ${param.NAME} is set.
void CheckEntryValue(Checks& checks, const DeliveryEntry& entry,
                     const std::map<std::string, std::string>& parameters) {
  checks.Length("value", entry.value, 1, 4096);
  if (const auto wrong = CheckPlaceholders(entry.value, kDeliveryPlaceholders)) {
    checks.Require("value", false, *wrong);
    return;
  }
  const Result<std::vector<std::string>> names = ParsePlaceholders(entry.value);
  for (const std::string& name : names.value()) {
    const auto parameter = ParameterOf(name);
    checks.Require("value", !parameter || parameters.contains(std::string(*parameter)),
                   "uses ${" + name + "} but spec.parameters does not set it: add it there");
  }
}

void CheckDelivery(Checks& checks, const ManagedCredentialSpec& spec) {
  const Delivery& delivery = spec.delivery;
  checks.ObjectName("delivery.secretName", delivery.secret_name);
  checks.AtMost("delivery.entries", delivery.entries.size(), 32);
  std::set<std::string> names;
  bool holds_key = delivery.entries.empty();
  for (size_t i = 0; i < delivery.entries.size(); ++i) {
    const DeliveryEntry& entry = delivery.entries[i];
    Checks item = checks.At(Indexed("delivery.entries", i));
    item.Require("name", internal::IsSecretEntryName(entry.name),
                 "must be letters, digits, -, _ and ., e.g. STRIPE_API_KEY");
    item.Require("name", names.insert(entry.name).second,
                 "must differ from the names of the other entries");
    CheckEntryValue(item, entry, spec.parameters);
    holds_key = holds_key || entry.value.find("${key}") != std::string::npos;
    checks.Add(std::move(item));
  }
  checks.Require("delivery.entries", holds_key,
                 "must use ${key} in at least one value, or the Secret would hold no key; leave "
                 "entries out for one entry named key");
}

void CheckRotation(Checks& checks, const ManagedCredentialSpec& spec) {
  const RotationPolicy& rotation = spec.rotation;
  if (rotation.interval) {
    checks.Between("rotation.interval", *rotation.interval, "1m", "87600h", "720h");
    checks.Require("rotation.interval", *rotation.interval <= spec.lifetime,
                   "must not be longer than spec.lifetime: shorten it, or leave it out to rotate "
                   "only before expiry");
  }
  if (rotation.rotate_before) {
    checks.Between("rotation.rotateBefore", *rotation.rotate_before, "1s", "87600h", "720h");
    checks.Require("rotation.rotateBefore", *rotation.rotate_before < spec.lifetime,
                   "must be shorter than spec.lifetime: shorten it, or leave it out for a third "
                   "of the lifetime");
  }
  checks.Between("rotation.rolloutTimeout", rotation.rollout_timeout, "10s", "24h", "15m");
}

// The default may be longer than a very short lifetime; only what was written is judged.
void CheckPause(Checks& checks, const char* name, Duration value, Duration lifetime) {
  checks.Between(name, value, "0s", "168h", "10m");
  checks.Require(name, value < lifetime || value == RotationPolicy{}.overlap,
                 "must be shorter than spec.lifetime: shorten it, or leave it out for 10m");
}

void CheckConsumers(Checks& checks, const ConsumerPolicy& consumers) {
  checks.Range("consumers.maxConcurrent", consumers.max_concurrent, 1, 100);
  checks.AtMost("consumers.include", consumers.include.size(), 64);
  std::set<std::string> seen;
  for (size_t i = 0; i < consumers.include.size(); ++i) {
    const WorkloadRef& workload = consumers.include[i];
    Checks item = checks.At(Indexed("consumers.include", i));
    item.Require("apiVersion", workload.api_version == "apps/v1", "must be apps/v1");
    item.Require("kind",
                 workload.kind == "Deployment" || workload.kind == "StatefulSet" ||
                     workload.kind == "DaemonSet",
                 "must be Deployment, StatefulSet or DaemonSet");
    item.ObjectName("name", workload.name);
    item.Require("", seen.insert(workload.kind + "/" + workload.name).second,
                 "must not be listed twice");
    checks.Add(std::move(item));
  }
}

void CheckUntil(FieldErrors& errors, const ManagedCredential& credential, WallTime now) {
  const std::optional<Standing>& standing = credential.spec.standing;
  if (!standing || !standing->until || *standing->until > now) return;
  errors.push_back({"spec.standing.until",
                    "is in the past: agree on a new end with the approver, or remove the key"});
}

}  // namespace

FieldErrors Validate(const ManagedCredential& credential) {
  Checks metadata("metadata");
  metadata.Require("name", credential.metadata.name.size() <= kMaxNameLength,
                   "must be at most 52 characters, choose a shorter name: rotations are named "
                   "after it");
  const ManagedCredentialSpec& spec = credential.spec;
  Checks checks("spec");
  CheckOwnership(checks, spec);
  CheckStanding(checks, spec);
  checks.ObjectName("issuerRef.name", spec.issuer_ref.name);
  CheckParameterNames(checks, spec);
  checks.Between("lifetime", spec.lifetime, "5m", "87600h", "2160h");
  CheckDelivery(checks, spec);
  CheckRotation(checks, spec);
  CheckPause(checks, "rotation.overlap", spec.rotation.overlap, spec.lifetime);
  CheckPause(checks, "rotation.quiet", spec.rotation.quiet, spec.lifetime);
  CheckConsumers(checks, spec.consumers);
  checks.Between("verification.timeout", spec.verification.timeout, "1s", "1h", "2m");
  checks.Between("verification.interval", spec.verification.interval, "10s", "168h", "1h");
  metadata.Add(std::move(checks));
  return metadata.Take();
}

FieldErrors ValidateCreate(const ManagedCredential& credential, WallTime now) {
  FieldErrors errors = Validate(credential);
  CheckUntil(errors, credential, now);
  return errors;
}

FieldErrors ValidateUpdate(const ManagedCredential& before, const ManagedCredential& after,
                           WallTime now) {
  FieldErrors errors = Validate(after);
  if (before.spec.issuer_ref != after.spec.issuer_ref) {
    errors.push_back({"spec.issuerRef",
                      "is immutable: create a new ManagedCredential for the other issuer and move "
                      "the workloads to it"});
  }
  if (before.spec.delivery.secret_name != after.spec.delivery.secret_name) {
    errors.push_back({"spec.delivery.secretName",
                      "is immutable: create a second ManagedCredential with the new secretName "
                      "and move the workloads to it"});
  }
  if (before.spec.standing != after.spec.standing) CheckUntil(errors, after, now);
  return errors;
}

}  // namespace keysteward::api::v1alpha1
