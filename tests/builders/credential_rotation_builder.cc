#include "tests/builders/credential_rotation_builder.h"

#include <nlohmann/json.hpp>

#include "api/v1alpha1/conditions.h"

namespace keysteward::builders {

using namespace api::v1alpha1;  // NOLINT: a builder speaks of nothing else

CredentialRotationBuilder::CredentialRotationBuilder(const std::string& name) {
  rotation_.metadata.name = name;
  rotation_.metadata.namespace_name = "payments";
  rotation_.metadata.uid = "uid-" + name;
  rotation_.metadata.generation = 1;
  rotation_.spec.credential_name = "stripe-live";
  rotation_.spec.cause = Cause::kSchedule;
}

CredentialRotationBuilder& CredentialRotationBuilder::In(const std::string& namespace_name) {
  rotation_.metadata.namespace_name = namespace_name;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::Of(const std::string& credential) {
  rotation_.spec.credential_name = credential;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::Because(Cause cause,
                                                              const std::string& reason) {
  rotation_.spec.cause = cause;
  rotation_.spec.reason = reason;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::AsEmergency() {
  rotation_.spec.urgency = Urgency::kEmergency;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::RequestedBy(const std::string& user) {
  rotation_.spec.requested_by = user;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::ForGeneration(int64_t generation,
                                                                    const std::string& token) {
  rotation_.status.observed_generation = rotation_.metadata.generation;
  rotation_.status.generation = generation;
  rotation_.status.schema_version = 1;
  rotation_.status.token = token;
  rotation_.status.urgency = rotation_.spec.urgency;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::WithStepDone(const std::string& step,
                                                                   WallTime from, WallTime to) {
  WithStepRunning(step, from);
  rotation_.status.steps.back().completed_at = to;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::WithStepRunning(const std::string& step,
                                                                      WallTime from) {
  RotationStep entry;
  entry.name = step;
  entry.started_at = from;
  entry.attempts = 1;
  rotation_.status.steps.push_back(entry);
  rotation_.status.step = step;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::WithNewKey(const std::string& key_id) {
  NewKey key;
  key.id = key_id;
  key.digest = "0123456789abcdef";
  rotation_.status.new_key = key;
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::WithOldKey(int64_t generation,
                                                                 const std::string& key_id) {
  rotation_.status.old_key = OldKey{key_id, generation, "fedcba9876543210"};
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::Ended(RotationResult result, WallTime at) {
  rotation_.status.result = result;
  api::Condition complete;
  complete.type = condition::kComplete;
  complete.status = "True";
  complete.reason = EnumName(result);
  complete.message = "ended";
  api::SetCondition(rotation_.status.conditions, complete, at);
  return *this;
}

CredentialRotationBuilder& CredentialRotationBuilder::With(
    const std::function<void(CredentialRotation&)>& change) {
  change(rotation_);
  return *this;
}

nlohmann::json CredentialRotationBuilder::BuildJson() const { return ToJson(rotation_); }

}  // namespace keysteward::builders
