#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/internal/codec.h"
#include "api/v1alpha1/internal/http_issuer_json.h"
#include "api/v1alpha1/internal/selector_json.h"

namespace keysteward::api::v1alpha1 {

using internal::json;
using internal::Put;
using internal::PutDuration;

namespace {

GeneratedProbe ReadGeneratedProbe(JsonFields fields) {
  return {fields.RequiredString("baseURL"), fields.String("caBundle"),
          internal::ReadHttpProbe(fields)};
}

GeneratedIssuer ReadGenerated(JsonFields fields) {
  GeneratedIssuer out;
  out.length = fields.Int("length", out.length);
  out.alphabet = fields.String("alphabet", out.alphabet);
  out.probe = internal::ReadOptional(fields, "probe", ReadGeneratedProbe);
  return out;
}

void ReadCommon(JsonFields& fields, IssuerSpec& out) {
  out.generated = internal::ReadOptional(fields, "generated", ReadGenerated);
  out.http = internal::ReadOptional(fields, "http", internal::ReadHttpIssuer);
  JsonFields limit = fields.Object("rateLimit");
  out.rate_limit.requests_per_second =
      limit.Int("requestsPerSecond", out.rate_limit.requests_per_second);
  out.rate_limit.burst = limit.Int("burst", out.rate_limit.burst);
  out.max_live_keys = fields.Int("maxLiveKeys", out.max_live_keys);
  if (fields.Has("maxCredentialsPerNamespace")) {
    out.max_credentials_per_namespace = fields.Int("maxCredentialsPerNamespace");
  }
  out.consistency_window =
      internal::ReadDuration(fields, "consistencyWindow", out.consistency_window);
  out.timeout = internal::ReadDuration(fields, "timeout", out.timeout);
}

IssuerSpec ReadSpec(JsonFields fields) {
  IssuerSpec out;
  ReadCommon(fields, out);
  return out;
}

ClusterIssuerSpec ReadClusterSpec(JsonFields fields) {
  ClusterIssuerSpec out;
  ReadCommon(fields, out);
  // Without it no namespace was named, which must not read as the selector of all of them.
  if (!fields.Has("allowedNamespaces")) {
    fields.Fail("allowedNamespaces", "is required: {} means all namespaces");
  }
  out.allowed_namespaces = ReadLabelSelector(fields, "allowedNamespaces");
  out.allow_private_addresses = fields.Bool("allowPrivateAddresses");
  return out;
}

IssuerStatus ReadStatus(JsonFields fields) {
  IssuerStatus out;
  out.observed_generation = fields.Int("observedGeneration", -1);
  out.type = fields.String("type");
  out.credentials = fields.Int("credentials");
  out.conditions = ReadConditions(fields);
  return out;
}

json WriteGenerated(const GeneratedIssuer& in) {
  json out = {{"length", in.length}, {"alphabet", in.alphabet}};
  if (in.probe) {
    out["probe"] = internal::WriteHttpProbe(in.probe->probe);
    out["probe"]["baseURL"] = in.probe->base_url;
    Put(out["probe"], "caBundle", in.probe->ca_bundle);
  }
  return out;
}

}  // namespace

const std::vector<IssuerParameter>& IssuerSpec::Parameters() const {
  static const std::vector<IssuerParameter> kNone;
  return http ? http->parameters : kNone;
}

Result<CredentialIssuer> FromJson(const json& object, std::type_identity<CredentialIssuer>) {
  JsonFields fields = internal::OpenObject<CredentialIssuer>(object);
  CredentialIssuer out;
  out.metadata = ReadObjectMeta(fields);
  out.spec = ReadSpec(fields.Object("spec"));
  out.status = ReadStatus(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return out;
}

Result<ClusterCredentialIssuer> FromJson(const json& object,
                                         std::type_identity<ClusterCredentialIssuer>) {
  JsonFields fields = internal::OpenObject<ClusterCredentialIssuer>(object);
  ClusterCredentialIssuer out;
  out.metadata = ReadObjectMeta(fields);
  out.spec = ReadClusterSpec(fields.Object("spec"));
  out.status = ReadStatus(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return out;
}

json ToJson(const IssuerSpec& spec) {
  json out = {{"rateLimit",
               {{"requestsPerSecond", spec.rate_limit.requests_per_second},
                {"burst", spec.rate_limit.burst}}},
              {"maxLiveKeys", spec.max_live_keys}};
  if (spec.generated) out["generated"] = WriteGenerated(*spec.generated);
  if (spec.http) out["http"] = internal::WriteHttpIssuer(*spec.http);
  if (spec.max_credentials_per_namespace) {
    out["maxCredentialsPerNamespace"] = *spec.max_credentials_per_namespace;
  }
  PutDuration(out, "consistencyWindow", spec.consistency_window);
  PutDuration(out, "timeout", spec.timeout);
  return out;
}

json ToJson(const ClusterIssuerSpec& spec) {
  json out = ToJson(static_cast<const IssuerSpec&>(spec));
  out["allowedNamespaces"] = internal::WriteLabelSelector(spec.allowed_namespaces);
  out["allowPrivateAddresses"] = spec.allow_private_addresses;
  return out;
}

json ToJson(const IssuerStatus& status) {
  json out = {{"observedGeneration", status.observed_generation},
              {"credentials", status.credentials}};
  Put(out, "type", status.type);
  if (!status.conditions.empty()) out["conditions"] = ToJson(status.conditions);
  return out;
}

json ToJson(const CredentialIssuer& issuer) { return internal::WriteObject(issuer); }
json ToJson(const ClusterCredentialIssuer& issuer) { return internal::WriteObject(issuer); }

}  // namespace keysteward::api::v1alpha1
