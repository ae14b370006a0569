// The limits of policies, waivers, rotations and revocations from both sides: the last value that
// is accepted and the first that is refused.
#include "api/v1alpha1/credential_exception_validation.h"
#include "api/v1alpha1/credential_policy_validation.h"
#include "api/v1alpha1/credential_revocation_validation.h"
#include "api/v1alpha1/credential_rotation_validation.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/admission_kind_builders.h"
#include "tests/builders/credential_rotation_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

std::string Name(int length) {
  return R"({"metadata": {"name": "«)" + std::to_string(length) + R"( n»"}})";
}

std::string Text(const std::string& path, const std::string& value) {
  nlohmann::json out;
  out[nlohmann::json::json_pointer(path)] = value;
  return out.dump();
}

TEST(CredentialPolicyLimits, OfNamesAndLists) {
  const auto rules = [](const std::string& items) {
    return R"({"spec": {"literals": {"disabledRules": [)" + items + "]}}}";
  };
  const auto keys = [](const std::string& name, const std::string& items) {
    return R"({"spec": {"references": {")" + name + R"(": [)" + items + "]}}}";
  };
  std::vector<Limit> limits = {
      {Name(52), Name(53),
       "metadata.name: must be at most 52 characters, choose a shorter name: messages quote it"},
      {rules(Times(256, R"("r#")")), rules(Times(257, R"("r#")")),
       "spec.literals.disabledRules: must have at most 256 items, has 257"},
      {rules(R"("«128 r»")"), rules(R"("«129 r»")"),
       "spec.literals.disabledRules[0]: must be a rule id, e.g. stripe-live-key"}};
  for (const std::string name : {"ownerAnnotations", "expiryAnnotations"}) {
    const std::string field = "spec.references." + name;
    limits.push_back({keys(name, Times(16, R"("a#")")), keys(name, Times(17, R"("a#")")),
                      field + ": must hold 1 to 16 annotation keys; leave it out for the default"});
    limits.push_back({keys(name, R"("«317 a»")"), keys(name, R"("«318 a»")"),
                      field + "[0]: must be an annotation key, e.g. keysteward.dev/owner"});
  }
  ExpectLimits<CredentialPolicy>(builders::CredentialPolicyBuilder().BuildJson(), limits);
}

TEST(CredentialPolicyLimits, OfLifetimes) {
  const auto ages = [](const std::string& longest, const std::string& warn) {
    return R"({"spec": {"references": {"maxLifetime": ")" + longest + R"(", "warnBefore": ")" +
           warn + R"("}}})";
  };
  const std::string longest =
      "spec.references.maxLifetime: must be a duration between 1h and 87600h, e.g. 8760h";
  ExpectLimits<CredentialPolicy>(
      builders::CredentialPolicyBuilder().BuildJson(),
      {{ages("1h", "0s"), ages("59m59s", "0s"), longest},
       {ages("87600h", "8760h"), ages("87600h1s", "8760h"), longest},
       {ages("87600h", "8760h"), ages("87600h", "8760h1s"),
        "spec.references.warnBefore: must be a duration between 0s and 8760h, e.g. 168h"},
       {ages("2h", "1h59m59s"), ages("2h", "2h"),
        "spec.references.warnBefore: must be shorter than maxLifetime: every Secret would cause a "
        "warning"}});
}

TEST(CredentialExceptionLimits, OfEveryText) {
  const auto good =
      builders::CredentialExceptionBuilder("sandbox", WallTime(std::chrono::hours(1)));
  ExpectLimits<CredentialException>(
      good.BuildJson(),
      {{Name(52), Name(53),
        "metadata.name: must be at most 52 characters, choose a shorter name: messages quote it"},
       {Text("/spec/owner", "abc"), Text("/spec/owner", "ab"),
        "spec.owner: must be 3 to 254 characters, is 2"},
       {Text("/spec/owner", "«254 o»"), Text("/spec/owner", "«255 o»"),
        "spec.owner: must be 3 to 254 characters, is 255"},
       {Text("/spec/reason", "«10 r»"), Text("/spec/reason", "«9 r»"),
        "spec.reason: must be 10 to 512 characters, is 9"},
       {Text("/spec/reason", "«512 r»"), Text("/spec/reason", "«513 r»"),
        "spec.reason: must be 10 to 512 characters, is 513"},
       {Text("/spec/approvedBy", "boss"), Text("/spec/approvedBy", "me"),
        "spec.approvedBy: must be 3 to 254 characters, is 2"},
       {Text("/spec/approvedBy", "«254 a»"), Text("/spec/approvedBy", "«255 a»"),
        "spec.approvedBy: must be 3 to 254 characters, is 255"},
       {Text("/spec/scope/kind", "«63 K»"), Text("/spec/scope/kind", "«64 K»"),
        "spec.scope.kind: must be a kind in CamelCase, e.g. Deployment"},
       {Text("/spec/scope/kind", "V1Widget"), Text("/spec/scope/kind", "V1-Widget"),
        "spec.scope.kind: must be a kind in CamelCase, e.g. Deployment"},
       {Text("/spec/scope/name", "«253 n»"), Text("/spec/scope/name", "«254 n»"),
        "spec.scope.name: must be an object name: lower case letters, digits, - and ., e.g. "
        "stripe-live"},
       {Text("/spec/scope/path", "«512 p»"), Text("/spec/scope/path", "«513 p»"),
        "spec.scope.path: must be 0 to 512 characters, is 513"},
       {Text("/spec/scope/rule", "«128 r»"), Text("/spec/scope/rule", "«129 r»"),
        "spec.scope.rule: must be a rule id, e.g. stripe-live-key"},
       {Text("/spec/scope/fingerprint", "«16 f»"), Text("/spec/scope/fingerprint", "«16 g»"),
        "spec.scope.fingerprint: must be the 16 lower case hex digits that the refusal prints"},
       {Text("/spec/scope/fingerprint", "«16 0»"), Text("/spec/scope/fingerprint", "«17 0»"),
        "spec.scope.fingerprint: must be the 16 lower case hex digits that the refusal prints"}});
}

TEST(CredentialRotationLimits, OfEveryText) {
  const std::string name =
      "spec.credentialRef.name: must be at most 52 characters, as every "
      "ManagedCredential's name";
  ExpectLimits<CredentialRotation>(
      builders::CredentialRotationBuilder().BuildJson(),
      {{Name(63), Name(64),
        "metadata.name: must be at most 63 characters, choose a shorter name: it is used as a "
        "label value"},
       {Text("/spec/credentialRef/name", "«52 n»"), Text("/spec/credentialRef/name", "«53 n»"),
        name},
       {Text("/spec/reason", "abc"), Text("/spec/reason", "ab"),
        "spec.reason: must be 3 to 512 characters, is 2"},
       {Text("/spec/reason", "«512 r»"), Text("/spec/reason", "«513 r»"),
        "spec.reason: must be 3 to 512 characters, is 513"},
       {Text("/spec/reason", ""), Text("/spec/cause", "Manual"),
        "spec.reason: is required for cause Manual and Leak: say in words why the key is rotated"},
       {Text("/spec/requestedBy", "«253 u»"), Text("/spec/requestedBy", "«254 u»"),
        "spec.requestedBy: must be 0 to 253 characters, is 254"}});
}

TEST(CredentialRevocationLimits, OfTheRecordOfAKey) {
  ExpectLimits<CredentialRevocation>(
      ToJson(builders::MakeCredentialRevocation("uid-1")),
      {{Name(63), Name(64),
        "metadata.name: must be at most 63 characters, choose a shorter name: it is used as a "
        "label value"},
       {Text("/spec/credential/namespace", "«63 n»"), Text("/spec/credential/namespace", "«64 n»"),
        "spec.credential.namespace: must be 1 to 63 characters, is 64"},
       {Text("/spec/credential/name", "«253 n»"), Text("/spec/credential/name", "«254 n»"),
        "spec.credential.name: must be 1 to 253 characters, is 254"},
       {Text("/spec/credential/uid", "«64 u»"), Text("/spec/credential/uid", "«65 u»"),
        "spec.credential.uid: must be 1 to 64 characters, is 65"},
       {Text("/spec/issuer/name", "«253 n»"), Text("/spec/issuer/name", "«254 n»"),
        "spec.issuer.name: must be 1 to 253 characters, is 254"},
       {Text("/spec/key/id", "«256 k»"), Text("/spec/key/id", "«257 k»"),
        "spec.key.id: must be 0 to 256 characters, is 257"},
       {Text("/spec/key/id", ""), R"({"spec": {"key": {"generation": -1}}})",
        "spec.key.generation: must not be negative"},
       {R"({"spec": {"key": {"generation": 0}}})",
        R"({"spec": {"key": {"generation": -9223372036854775808}}})",
        "spec.key.generation: must not be negative"}});
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
