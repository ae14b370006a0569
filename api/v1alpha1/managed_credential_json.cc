#include <nlohmann/json.hpp>

#include "api/v1alpha1/internal/codec.h"
#include "api/v1alpha1/internal/managed_credential_status_json.h"
#include "api/v1alpha1/managed_credential_types.h"

namespace keysteward::api::v1alpha1 {

using internal::json;
using internal::Put;
using internal::PutDuration;
using internal::PutEnum;
using internal::PutList;
using internal::ReadDuration;
using internal::ReadEnum;

namespace {

Owner ReadOwner(JsonFields fields) {
  return {fields.RequiredString("team"), fields.RequiredString("contact")};
}

Classification ReadClassification(JsonFields fields) {
  Classification out;
  out.privilege = ReadEnum(fields, "privilege", out.privilege);
  out.criticality = ReadEnum(fields, "criticality", out.criticality);
  out.exposure = ReadEnum(fields, "exposure", out.exposure);
  return out;
}

Standing ReadStanding(JsonFields fields) {
  Standing out;
  out.type = internal::ReadRequiredEnum<StandingType>(fields, "type");
  out.justification = fields.RequiredString("justification");
  out.approved_by = fields.RequiredString("approvedBy");
  out.until = fields.OptionalTime("until");
  out.replaceable_by = ReadEnum(fields, "replaceableBy", out.replaceable_by);
  return out;
}

IssuerRef ReadIssuerRef(JsonFields fields) {
  IssuerRef out;
  out.kind = internal::ReadRequiredEnum<IssuerKind>(fields, "kind");
  out.name = fields.RequiredString("name");
  return out;
}

Delivery ReadDelivery(JsonFields fields) {
  Delivery out;
  out.secret_name = fields.RequiredString("secretName");
  fields.Objects("entries", [&](JsonFields& item) {
    out.entries.push_back({item.RequiredString("name"), item.RequiredString("value")});
  });
  out.previous = ReadEnum(fields, "previous", out.previous);
  return out;
}

RotationPolicy ReadRotation(JsonFields fields) {
  RotationPolicy out;
  out.interval = fields.OptionalDuration("interval");
  out.rotate_before = fields.OptionalDuration("rotateBefore");
  out.overlap = ReadDuration(fields, "overlap", out.overlap);
  out.quiet = ReadDuration(fields, "quiet", out.quiet);
  out.rollout_timeout = ReadDuration(fields, "rolloutTimeout", out.rollout_timeout);
  out.on_failure = ReadEnum(fields, "onFailure", out.on_failure);
  out.suspend = fields.Bool("suspend", out.suspend);
  return out;
}

ConsumerPolicy ReadConsumers(JsonFields fields) {
  ConsumerPolicy out;
  out.restart = ReadEnum(fields, "restart", out.restart);
  out.max_concurrent = fields.Int("maxConcurrent", out.max_concurrent);
  fields.Objects("include", [&](JsonFields& item) {
    out.include.push_back({item.RequiredString("apiVersion"), item.RequiredString("kind"),
                           item.RequiredString("name")});
  });
  return out;
}

Verification ReadVerification(JsonFields fields) {
  Verification out;
  out.from = ReadEnum(fields, "from", out.from);
  out.timeout = ReadDuration(fields, "timeout", out.timeout);
  out.interval = ReadDuration(fields, "interval", out.interval);
  return out;
}

ManagedCredentialSpec ReadSpec(JsonFields fields) {
  ManagedCredentialSpec out;
  out.owner = ReadOwner(fields.Object("owner"));
  out.purpose = fields.RequiredString("purpose");
  out.classification = ReadClassification(fields.Object("classification"));
  out.standing = internal::ReadOptional(fields, "standing", ReadStanding);
  out.issuer_ref = ReadIssuerRef(fields.Object("issuerRef"));
  out.parameters = fields.StringMap("parameters");
  if (!fields.Has("lifetime")) fields.Fail("lifetime", "is required, e.g. 2160h");
  out.lifetime = ReadDuration(fields, "lifetime", out.lifetime);
  out.delivery = ReadDelivery(fields.Object("delivery"));
  out.rotation = ReadRotation(fields.Object("rotation"));
  out.consumers = ReadConsumers(fields.Object("consumers"));
  out.verification = ReadVerification(fields.Object("verification"));
  out.revocation = ReadEnum(fields, "revocation", out.revocation);
  out.deletion_policy = ReadEnum(fields, "deletionPolicy", out.deletion_policy);
  return out;
}

json WriteClassification(const Classification& in) {
  json out;
  PutEnum(out, "privilege", in.privilege);
  PutEnum(out, "criticality", in.criticality);
  PutEnum(out, "exposure", in.exposure);
  return out;
}

json WriteStanding(const Standing& in) {
  json out = {{"justification", in.justification}, {"approvedBy", in.approved_by}};
  PutEnum(out, "type", in.type);
  internal::PutTime(out, "until", in.until);
  PutEnum(out, "replaceableBy", in.replaceable_by);
  return out;
}

json WriteDelivery(const Delivery& in) {
  json out = {{"secretName", in.secret_name}};
  for (const DeliveryEntry& entry : in.entries) {
    out["entries"].push_back({{"name", entry.name}, {"value", entry.value}});
  }
  PutEnum(out, "previous", in.previous);
  return out;
}

json WriteRotation(const RotationPolicy& in) {
  json out = {{"suspend", in.suspend}};
  if (in.interval) PutDuration(out, "interval", *in.interval);
  if (in.rotate_before) PutDuration(out, "rotateBefore", *in.rotate_before);
  PutDuration(out, "overlap", in.overlap);
  PutDuration(out, "quiet", in.quiet);
  PutDuration(out, "rolloutTimeout", in.rollout_timeout);
  PutEnum(out, "onFailure", in.on_failure);
  return out;
}

json WriteConsumers(const ConsumerPolicy& in) {
  json out = {{"maxConcurrent", in.max_concurrent}};
  PutEnum(out, "restart", in.restart);
  for (const WorkloadRef& workload : in.include) {
    out["include"].push_back(
        {{"apiVersion", workload.api_version}, {"kind", workload.kind}, {"name", workload.name}});
  }
  return out;
}

json WriteVerification(const Verification& in) {
  json out;
  PutEnum(out, "from", in.from);
  PutDuration(out, "timeout", in.timeout);
  PutDuration(out, "interval", in.interval);
  return out;
}

}  // namespace

std::vector<DeliveryEntry> Delivery::EffectiveEntries() const {
  if (!entries.empty()) return entries;
  return {{"key", "${key}"}};
}

Duration ManagedCredentialSpec::RotateBefore() const {
  return rotation.rotate_before.value_or(lifetime / 3);
}

Result<ManagedCredential> FromJson(const json& object, std::type_identity<ManagedCredential>) {
  JsonFields fields = internal::OpenObject<ManagedCredential>(object);
  ManagedCredential out;
  out.metadata = ReadObjectMeta(fields);
  out.spec = ReadSpec(fields.Object("spec"));
  out.status = internal::ReadManagedCredentialStatus(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return out;
}

json ToJson(const ManagedCredentialSpec& spec) {
  json out = {{"owner", {{"team", spec.owner.team}, {"contact", spec.owner.contact}}},
              {"purpose", spec.purpose},
              {"classification", WriteClassification(spec.classification)},
              {"delivery", WriteDelivery(spec.delivery)},
              {"rotation", WriteRotation(spec.rotation)},
              {"consumers", WriteConsumers(spec.consumers)},
              {"verification", WriteVerification(spec.verification)}};
  if (spec.standing) out["standing"] = WriteStanding(*spec.standing);
  PutEnum(out["issuerRef"], "kind", spec.issuer_ref.kind);
  out["issuerRef"]["name"] = spec.issuer_ref.name;
  PutList(out, "parameters", spec.parameters);
  PutDuration(out, "lifetime", spec.lifetime);
  PutEnum(out, "revocation", spec.revocation);
  PutEnum(out, "deletionPolicy", spec.deletion_policy);
  return out;
}

json ToJson(const ManagedCredential& credential) { return internal::WriteObject(credential); }

}  // namespace keysteward::api::v1alpha1
