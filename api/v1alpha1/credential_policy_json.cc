#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/internal/codec.h"
#include "api/v1alpha1/internal/selector_json.h"

namespace keysteward::api::v1alpha1 {

using internal::json;
using internal::PutDuration;
using internal::PutEnum;
using internal::ReadEnum;

namespace {

std::vector<std::string> StringsOr(JsonFields& fields, std::string_view name,
                                   std::vector<std::string> fallback) {
  return fields.Has(name) ? fields.Strings(name) : std::move(fallback);
}

// An empty list allows nothing, an absent one everything.
std::vector<EnforceMode> ReadOverrides(JsonFields& fields, std::vector<EnforceMode> fallback) {
  if (!fields.Has("allowedOverrides")) return fallback;
  std::vector<EnforceMode> modes;
  for (const std::string& name : fields.Strings("allowedOverrides")) {
    const std::optional<EnforceMode> mode = ParseEnum<EnforceMode>(name);
    if (!mode) {
      fields.Fail("allowedOverrides", "must hold " + internal::EnumChoices<EnforceMode>());
      break;
    }
    modes.push_back(*mode);
  }
  return modes;
}

CustomRule ReadCustomRule(JsonFields& fields) {
  CustomRule out;
  out.id = fields.RequiredString("id");
  out.pattern = fields.RequiredString("pattern");
  out.keywords = fields.Strings("keywords");
  out.provider = fields.String("provider");
  out.minimum_entropy = fields.String("minimumEntropy");
  out.confidence = ReadEnum(fields, "confidence", out.confidence);
  out.remediation = fields.String("remediation");
  out.examples = fields.Strings("examples");
  out.counterexamples = fields.Strings("counterexamples");
  return out;
}

LiteralPolicy ReadLiterals(JsonFields fields) {
  LiteralPolicy out;
  out.action = internal::ReadOptionalEnum<PolicyAction>(fields, "action");
  out.minimum_confidence = ReadEnum(fields, "minimumConfidence", out.minimum_confidence);
  out.disabled_rules = fields.Strings("disabledRules");
  fields.Objects("customRules",
                 [&](JsonFields& rule) { out.custom_rules.push_back(ReadCustomRule(rule)); });
  return out;
}

ReferencePolicy ReadReferences(JsonFields fields) {
  ReferencePolicy out;
  out.action = internal::ReadOptionalEnum<PolicyAction>(fields, "action");
  out.owner_annotations = StringsOr(fields, "ownerAnnotations", std::move(out.owner_annotations));
  out.expiry_annotations =
      StringsOr(fields, "expiryAnnotations", std::move(out.expiry_annotations));
  out.max_lifetime = internal::ReadDuration(fields, "maxLifetime", out.max_lifetime);
  out.warn_before = internal::ReadDuration(fields, "warnBefore", out.warn_before);
  out.expired = ReadEnum(fields, "expired", out.expired);
  out.missing_secret = ReadEnum(fields, "missingSecret", out.missing_secret);
  return out;
}

CredentialPolicySpec ReadSpec(JsonFields fields) {
  CredentialPolicySpec out;
  out.action = ReadEnum(fields, "action", out.action);
  out.namespace_selector = ReadLabelSelector(fields, "namespaceSelector");
  out.allowed_overrides = ReadOverrides(fields, std::move(out.allowed_overrides));
  out.literals = ReadLiterals(fields.Object("literals"));
  out.references = ReadReferences(fields.Object("references"));
  out.existing = ReadEnum(fields, "existing", out.existing);
  fields.Objects("customResources", [&](JsonFields& resource) {
    out.custom_resources.push_back(
        {resource.RequiredString("group"), resource.RequiredString("kind")});
  });
  return out;
}

CredentialPolicyStatus ReadStatus(JsonFields fields) {
  CredentialPolicyStatus out;
  out.observed_generation = fields.Int("observedGeneration", -1);
  out.namespaces = fields.Int("namespaces");
  out.conditions = ReadConditions(fields);
  return out;
}

json WriteCustomRule(const CustomRule& in) {
  json out = {{"id", in.id}, {"pattern", in.pattern}};
  internal::PutList(out, "keywords", in.keywords);
  internal::Put(out, "provider", in.provider);
  internal::Put(out, "minimumEntropy", in.minimum_entropy);
  PutEnum(out, "confidence", in.confidence);
  internal::Put(out, "remediation", in.remediation);
  internal::PutList(out, "examples", in.examples);
  internal::PutList(out, "counterexamples", in.counterexamples);
  return out;
}

json WriteLiterals(const LiteralPolicy& in) {
  json out = json::object();
  if (in.action) PutEnum(out, "action", *in.action);
  PutEnum(out, "minimumConfidence", in.minimum_confidence);
  internal::PutList(out, "disabledRules", in.disabled_rules);
  for (const CustomRule& rule : in.custom_rules) {
    out["customRules"].push_back(WriteCustomRule(rule));
  }
  return out;
}

json WriteReferences(const ReferencePolicy& in) {
  json out = {{"ownerAnnotations", in.owner_annotations},
              {"expiryAnnotations", in.expiry_annotations}};
  if (in.action) PutEnum(out, "action", *in.action);
  PutDuration(out, "maxLifetime", in.max_lifetime);
  PutDuration(out, "warnBefore", in.warn_before);
  PutEnum(out, "expired", in.expired);
  PutEnum(out, "missingSecret", in.missing_secret);
  return out;
}

}  // namespace

Result<CredentialPolicy> FromJson(const json& object, std::type_identity<CredentialPolicy>) {
  JsonFields fields = internal::OpenObject<CredentialPolicy>(object);
  CredentialPolicy out;
  out.metadata = ReadObjectMeta(fields);
  out.spec = ReadSpec(fields.Object("spec"));
  out.status = ReadStatus(fields.Object("status"));
  KS_RETURN_IF_ERROR(fields.Check());
  return out;
}

json ToJson(const CredentialPolicySpec& spec) {
  json out = {{"namespaceSelector", internal::WriteLabelSelector(spec.namespace_selector)},
              {"allowedOverrides", json::array()},
              {"literals", WriteLiterals(spec.literals)},
              {"references", WriteReferences(spec.references)}};
  PutEnum(out, "action", spec.action);
  for (const EnforceMode mode : spec.allowed_overrides) {
    out["allowedOverrides"].push_back(std::string(EnumName(mode)));
  }
  PutEnum(out, "existing", spec.existing);
  for (const CustomResource& resource : spec.custom_resources) {
    out["customResources"].push_back({{"group", resource.group}, {"kind", resource.kind}});
  }
  return out;
}

json ToJson(const CredentialPolicyStatus& status) {
  json out = {{"observedGeneration", status.observed_generation},
              {"namespaces", status.namespaces}};
  if (!status.conditions.empty()) out["conditions"] = ToJson(status.conditions);
  return out;
}

json ToJson(const CredentialPolicy& policy) { return internal::WriteObject(policy); }

}  // namespace keysteward::api::v1alpha1
