#include <algorithm>

#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/internal/codec.h"
#include "api/v1alpha1/internal/evidence_json.h"

namespace keysteward::api::v1alpha1 {

using internal::json;
using internal::Put;
using internal::PutEnum;
using internal::PutNonZero;
using internal::PutTime;

namespace {

CredentialRotationSpec ReadSpec(JsonFields fields) {
  CredentialRotationSpec out;
  out.credential_name = fields.Object("credentialRef").RequiredString("name");
  out.cause = internal::ReadRequiredEnum<Cause>(fields, "cause");
  out.compromised = internal::ReadOptionalEnum<Compromised>(fields, "compromised");
  out.reason = fields.String("reason");
  out.urgency = internal::ReadEnum(fields, "urgency", out.urgency);
  out.revoke = internal::ReadEnum(fields, "revoke", out.revoke);
  out.requested_by = fields.String("requestedBy");
  return out;
}

RotationStep ReadStep(JsonFields& fields) {
  RotationStep out;
  out.name = fields.RequiredString("name");
  out.started_at = fields.OptionalTime("startedAt");
  out.completed_at = fields.OptionalTime("completedAt");
  out.attempts = fields.Int("attempts");
  out.proof = fields.String("proof");
  out.message = fields.String("message");
  return out;
}

NewKey ReadNewKey(JsonFields fields) {
  NewKey out;
  out.id = fields.String("id");
  out.digest = fields.String("digest");
  out.issued_at = fields.OptionalTime("issuedAt");
  out.expires_at = fields.OptionalTime("expiresAt");
  return out;
}

OldKey ReadOldKey(JsonFields fields) {
  return {fields.String("id"), fields.Int("generation"), fields.String("digest")};
}

RotationConsumers ReadConsumers(JsonFields fields) {
  RotationConsumers out;
  out.total = fields.Int("total");
  out.current = fields.Int("current");
  fields.Objects("details", [&](JsonFields& item) {
    ConsumerDetail detail;
    detail.kind = item.RequiredString("kind");
    detail.name = item.RequiredString("name");
    detail.gate = internal::ReadRequiredEnum<Gate>(item, "gate");
    detail.reason = item.String("reason");
    out.details.push_back(std::move(detail));
  });
  return out;
}

CredentialRotationStatus ReadStatus(JsonFields fields) {
  CredentialRotationStatus out;
  out.observed_generation = fields.Int("observedGeneration", -1);
  out.generation = fields.Int("generation");
  out.revision = fields.Int("revision");
  out.schema_version = fields.Int("schemaVersion");
  out.token = fields.String("token");
  out.urgency = internal::ReadOptionalEnum<Urgency>(fields, "urgency");
  fields.Objects("steps", [&](JsonFields& item) { out.steps.push_back(ReadStep(item)); });
  out.step = fields.String("step");
  out.took = fields.String("took");
  out.new_key = internal::ReadOptional(fields, "newKey", ReadNewKey);
  out.old_key = internal::ReadOptional(fields, "oldKey", ReadOldKey);
  out.consumers = ReadConsumers(fields.Object("consumers"));
  out.result = internal::ReadOptionalEnum<RotationResult>(fields, "result");
  fields.Objects("evidence", [&](JsonFields& item) {
    out.evidence.push_back(internal::ReadEvidenceEntry(item));
  });
  out.conditions = ReadConditions(fields);
  return out;
}

json WriteStep(const RotationStep& in) {
  json out = {{"name", in.name}, {"attempts", in.attempts}};
  PutTime(out, "startedAt", in.started_at);
  PutTime(out, "completedAt", in.completed_at);
  Put(out, "proof", in.proof);
  Put(out, "message", in.message);
  return out;
}

json WriteNewKey(const NewKey& in) {
  json out = json::object();
  Put(out, "id", in.id);
  Put(out, "digest", in.digest);
  PutTime(out, "issuedAt", in.issued_at);
  PutTime(out, "expiresAt", in.expires_at);
  return out;
}

json WriteOldKey(const OldKey& in) {
  json out = {{"generation", in.generation}};
  Put(out, "id", in.id);
  Put(out, "digest", in.digest);
  return out;
}

json WriteConsumers(const RotationConsumers& in) {
  json out = {{"total", in.total}, {"current", in.current}};
  for (const ConsumerDetail& detail : in.details) {
    json item = {{"kind", detail.kind}, {"name", detail.name}};
    PutEnum(item, "gate", detail.gate);
    Put(item, "reason", detail.reason);
    out["details"].push_back(std::move(item));
  }
  return out;
}

void PutLists(json& out, const CredentialRotationStatus& status) {
  for (const RotationStep& step : status.steps) out["steps"].push_back(WriteStep(step));
  for (const EvidenceEntry& entry : status.evidence) {
    out["evidence"].push_back(internal::WriteEvidenceEntry(entry));
  }
  if (!status.conditions.empty()) out["conditions"] = ToJson(status.conditions);
}

}  // namespace

const RotationStep* CredentialRotationStatus::FindStep(std::string_view name) const {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const RotationStep& item) { return item.name == name; });
  return found == steps.end() ? nullptr : &*found;
}

Result<CredentialRotation> FromJson(const json& object, std::type_identity<CredentialRotation>) {
  JsonFields fields = internal::OpenObject<CredentialRotation>(object);
  CredentialRotation out;
  out.metadata = ReadObjectMeta(fields);
  out.spec = ReadSpec(fields.Object("spec"));
  out.status = ReadStatus(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return out;
}

json ToJson(const CredentialRotationSpec& spec) {
  json out = {{"credentialRef", {{"name", spec.credential_name}}}};
  PutEnum(out, "cause", spec.cause);
  if (spec.compromised) PutEnum(out, "compromised", *spec.compromised);
  Put(out, "reason", spec.reason);
  PutEnum(out, "urgency", spec.urgency);
  PutEnum(out, "revoke", spec.revoke);
  Put(out, "requestedBy", spec.requested_by);
  return out;
}

json ToJson(const CredentialRotationStatus& status) {
  json out = {{"observedGeneration", status.observed_generation},
              {"consumers", WriteConsumers(status.consumers)}};
  PutNonZero(out, "generation", status.generation);
  PutNonZero(out, "revision", status.revision);
  PutNonZero(out, "schemaVersion", status.schema_version);
  Put(out, "token", status.token);
  if (status.urgency) PutEnum(out, "urgency", *status.urgency);
  Put(out, "step", status.step);
  Put(out, "took", status.took);
  if (status.new_key) out["newKey"] = WriteNewKey(*status.new_key);
  if (status.old_key) out["oldKey"] = WriteOldKey(*status.old_key);
  if (status.result) PutEnum(out, "result", *status.result);
  PutLists(out, status);
  return out;
}

json ToJson(const CredentialRotation& rotation) { return internal::WriteObject(rotation); }

}  // namespace keysteward::api::v1alpha1
