#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/internal/codec.h"

namespace keysteward::api::v1alpha1 {

using internal::json;
using internal::Put;
using internal::PutTime;

namespace {

ExceptionScope ReadScope(JsonFields fields) {
  ExceptionScope out;
  out.kind = fields.String("kind");
  out.name = fields.String("name");
  out.path = fields.String("path");
  out.rule = fields.String("rule");
  out.fingerprint = fields.String("fingerprint");
  return out;
}

CredentialExceptionSpec ReadSpec(JsonFields fields) {
  CredentialExceptionSpec out;
  out.owner = fields.RequiredString("owner");
  out.reason = fields.RequiredString("reason");
  out.approved_by = fields.RequiredString("approvedBy");
  if (!fields.Has("expiresAt")) {
    fields.Fail("expiresAt", "is required, e.g. 2027-01-31T00:00:00Z");
  }
  out.expires_at = fields.OptionalTime("expiresAt").value_or(WallTime{});
  out.scope = ReadScope(fields.Object("scope"));
  return out;
}

CredentialExceptionStatus ReadStatus(JsonFields fields) {
  CredentialExceptionStatus out;
  out.observed_generation = fields.Int("observedGeneration", -1);
  out.waived_findings = fields.Int("waivedFindings");
  out.last_used_time = fields.OptionalTime("lastUsedTime");
  out.conditions = ReadConditions(fields);
  return out;
}

json WriteScope(const ExceptionScope& in) {
  json out = json::object();
  Put(out, "kind", in.kind);
  Put(out, "name", in.name);
  Put(out, "path", in.path);
  Put(out, "rule", in.rule);
  Put(out, "fingerprint", in.fingerprint);
  return out;
}

}  // namespace

Result<CredentialException> FromJson(const json& object, std::type_identity<CredentialException>) {
  JsonFields fields = internal::OpenObject<CredentialException>(object);
  CredentialException out;
  out.metadata = ReadObjectMeta(fields);
  out.spec = ReadSpec(fields.Object("spec"));
  out.status = ReadStatus(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return out;
}

json ToJson(const CredentialExceptionSpec& spec) {
  json out = {{"owner", spec.owner},
              {"reason", spec.reason},
              {"approvedBy", spec.approved_by},
              {"scope", WriteScope(spec.scope)}};
  PutTime(out, "expiresAt", spec.expires_at);
  return out;
}

json ToJson(const CredentialExceptionStatus& status) {
  json out = {{"observedGeneration", status.observed_generation},
              {"waivedFindings", status.waived_findings}};
  PutTime(out, "lastUsedTime", status.last_used_time);
  if (!status.conditions.empty()) out["conditions"] = ToJson(status.conditions);
  return out;
}

json ToJson(const CredentialException& exception) { return internal::WriteObject(exception); }

}  // namespace keysteward::api::v1alpha1
