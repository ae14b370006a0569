#include "api/v1alpha1/credential_revocation_types.h"
#include "api/v1alpha1/internal/codec.h"
#include "api/v1alpha1/internal/evidence_json.h"

namespace keysteward::api::v1alpha1 {

using internal::json;
using internal::Put;

namespace {

RevokedCredential ReadCredential(JsonFields fields) {
  return {fields.RequiredString("namespace"), fields.RequiredString("name"),
          fields.RequiredString("uid")};
}

RevokedKey ReadKey(JsonFields fields) {
  return {fields.Int("generation"), fields.String("id"), fields.String("digest")};
}

IssuerSnapshot ReadIssuer(JsonFields fields) {
  IssuerSnapshot out;
  out.kind = internal::ReadRequiredEnum<IssuerKind>(fields, "kind");
  out.namespace_name = fields.String("namespace");
  out.name = fields.RequiredString("name");
  out.uid = fields.String("uid");
  out.secret_name = fields.String("secretName");
  return out;
}

CredentialRevocationSpec ReadSpec(JsonFields fields) {
  CredentialRevocationSpec out;
  out.credential = ReadCredential(fields.Object("credential"));
  out.key = ReadKey(fields.Object("key"));
  out.issuer = ReadIssuer(fields.Object("issuer"));
  out.staged_secret_name = fields.String("stagedSecretName");
  out.reason = fields.String("reason");
  return out;
}

CredentialRevocationStatus ReadStatus(JsonFields fields) {
  CredentialRevocationStatus out;
  out.observed_generation = fields.Int("observedGeneration", -1);
  out.state = internal::ReadEnum(fields, "state", out.state);
  out.attempts = fields.Int("attempts");
  out.last_attempt_time = fields.OptionalTime("lastAttemptTime");
  out.revoked_at = fields.OptionalTime("revokedAt");
  out.message = fields.String("message");
  out.checkpoint = internal::ReadOptional(fields, "checkpoint", internal::ReadEvidenceCheckpoint);
  out.conditions = ReadConditions(fields);
  return out;
}

json WriteIssuer(const IssuerSnapshot& in) {
  json out = {{"name", in.name}};
  internal::PutEnum(out, "kind", in.kind);
  Put(out, "namespace", in.namespace_name);
  Put(out, "uid", in.uid);
  Put(out, "secretName", in.secret_name);
  return out;
}

}  // namespace

Result<CredentialRevocation> FromJson(const json& object,
                                      std::type_identity<CredentialRevocation>) {
  JsonFields fields = internal::OpenObject<CredentialRevocation>(object);
  CredentialRevocation out;
  out.metadata = ReadObjectMeta(fields);
  out.spec = ReadSpec(fields.Object("spec"));
  out.status = ReadStatus(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return out;
}

json ToJson(const CredentialRevocationSpec& spec) {
  json out = {{"credential",
               {{"namespace", spec.credential.namespace_name},
                {"name", spec.credential.name},
                {"uid", spec.credential.uid}}},
              {"key", {{"generation", spec.key.generation}}},
              {"issuer", WriteIssuer(spec.issuer)}};
  Put(out["key"], "id", spec.key.id);
  Put(out["key"], "digest", spec.key.digest);
  Put(out, "stagedSecretName", spec.staged_secret_name);
  Put(out, "reason", spec.reason);
  return out;
}

json ToJson(const CredentialRevocationStatus& status) {
  json out = {{"observedGeneration", status.observed_generation}, {"attempts", status.attempts}};
  internal::PutEnum(out, "state", status.state);
  internal::PutTime(out, "lastAttemptTime", status.last_attempt_time);
  internal::PutTime(out, "revokedAt", status.revoked_at);
  Put(out, "message", status.message);
  if (status.checkpoint) {
    out["checkpoint"] = internal::WriteEvidenceCheckpoint(*status.checkpoint);
  }
  if (!status.conditions.empty()) out["conditions"] = ToJson(status.conditions);
  return out;
}

json ToJson(const CredentialRevocation& revocation) { return internal::WriteObject(revocation); }

}  // namespace keysteward::api::v1alpha1
