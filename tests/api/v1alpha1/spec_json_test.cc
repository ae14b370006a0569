// Every member of the specs, read into the field it belongs to, and the defaults that an owner may
// rely on by leaving a member out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/duration.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

template <typename T>
decltype(T::spec) ReadSpec(const char* spec) {
  const Result<T> decoded = Decode<T>(json{{"spec", json::parse(spec)}});
  EXPECT_TRUE(decoded) << decoded.error().ToString();
  return decoded ? decoded->spec : decltype(T::spec){};
}

constexpr const char* kManagedCredential = R"({
  "owner": {"team": "payments", "contact": "oncall@example.com"}, "purpose": "Charge customers",
  "classification": {"privilege": "Admin", "criticality": "Critical", "exposure": "Public"},
  "standing": {"type": "Permanent", "justification": "No federation", "approvedBy": "ciso",
               "until": "2027-01-01T00:00:00Z", "replaceableBy": "OAuth"},
  "issuerRef": {"kind": "ClusterCredentialIssuer", "name": "acme"},
  "parameters": {"scope": "read"}, "lifetime": "100h",
  "delivery": {"secretName": "target", "entries": [{"name": "A", "value": "${key}"},
                                                   {"name": "B", "value": "${keyId}"}]},
  "rotation": {"interval": "1h", "rotateBefore": "2h", "overlap": "3m", "quiet": "4m",
               "rolloutTimeout": "5m", "onFailure": "Hold", "suspend": true},
  "consumers": {"maxConcurrent": 7,
                "include": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}]},
  "verification": {"timeout": "8s", "interval": "9m"},
  "revocation": "Delete", "deletionPolicy": "Retain"})";

TEST(ManagedCredentialSpecJson, WhoAnswersForTheKey) {
  const auto spec = ReadSpec<ManagedCredential>(kManagedCredential);
  EXPECT_EQ(spec.owner, (Owner{"payments", "oncall@example.com"}));
  EXPECT_EQ(spec.purpose, "Charge customers");
  EXPECT_EQ(spec.classification,
            (Classification{Privilege::kAdmin, Criticality::kCritical, Exposure::kPublic}));
  EXPECT_EQ(spec.standing,
            (Standing{StandingType::kPermanent, "No federation", "ciso",
                      ParseTime("2027-01-01T00:00:00Z").value(), ReplaceableBy::kOAuth}));
}

TEST(ManagedCredentialSpecJson, WhereItComesFromAndGoesTo) {
  const auto spec = ReadSpec<ManagedCredential>(kManagedCredential);
  EXPECT_EQ(spec.issuer_ref, (IssuerRef{IssuerKind::kClusterCredentialIssuer, "acme"}));
  EXPECT_EQ(spec.parameters, (std::map<std::string, std::string>{{"scope", "read"}}));
  EXPECT_EQ(spec.lifetime, hours(100));
  EXPECT_EQ(spec.delivery.secret_name, "target");
  EXPECT_EQ(spec.delivery.entries,
            (std::vector<DeliveryEntry>{{"A", "${key}"}, {"B", "${keyId}"}}));
}

TEST(ManagedCredentialSpecJson, HowItIsRotatedAndEnded) {
  const auto spec = ReadSpec<ManagedCredential>(kManagedCredential);
  EXPECT_EQ(spec.rotation, (RotationPolicy{hours(1), hours(2), minutes(3), minutes(4), minutes(5),
                                           OnFailure::kHold, true}));
  EXPECT_EQ(spec.consumers.max_concurrent, 7);
  EXPECT_EQ(spec.consumers.include, (std::vector<WorkloadRef>{{"apps/v1", "Deployment", "shop"}}));
  EXPECT_EQ(spec.verification, (Verification{VerifyFrom::kOperator, seconds(8), minutes(9)}));
  EXPECT_EQ(spec.revocation, Revocation::kDelete);
  EXPECT_EQ(spec.deletion_policy, DeletionPolicy::kRetain);
}

TEST(CredentialRotationSpecJson, EveryMemberStandsInItsOwnField) {
  const auto spec = ReadSpec<CredentialRotation>(R"({
      "credentialRef": {"name": "stripe"}, "cause": "Leak", "compromised": "Previous",
      "reason": "SEC-1", "urgency": "Emergency", "revoke": "First", "requestedBy": "alice"})");
  EXPECT_EQ(spec, (CredentialRotationSpec{"stripe", Cause::kLeak, Compromised::kPrevious, "SEC-1",
                                          Urgency::kEmergency, RevokeOrder::kFirst, "alice"}));
}

TEST(CredentialRotationSpecJson, WithoutMoreARotationIsNormalAndRevokesLast) {
  const auto spec =
      ReadSpec<CredentialRotation>(R"({"credentialRef": {"name": "stripe"}, "cause": "Schedule"})");
  EXPECT_EQ(spec.compromised, std::nullopt);
  EXPECT_EQ(spec.urgency, Urgency::kNormal);
  EXPECT_EQ(spec.revoke, RevokeOrder::kAfterConsumers) << "an outage is asked for, never assumed";
  EXPECT_EQ(ToJson(spec), json::parse(R"({"credentialRef": {"name": "stripe"},
      "cause": "Schedule", "urgency": "Normal", "revoke": "AfterConsumers"})"));
}

constexpr const char* kPolicy = R"({
  "action": "Warn", "existing": "Enforce", "allowedOverrides": ["Audit"],
  "namespaceSelector": {"matchLabels": {"team": "payments"}},
  "literals": {"action": "Audit", "minimumConfidence": "Low", "disabledRules": ["stripe-live-key"]},
  "references": {"action": "Deny", "ownerAnnotations": ["o"], "expiryAnnotations": ["e1", "e2"],
                 "maxLifetime": "100h", "warnBefore": "10h", "expired": "Warn",
                 "missingSecret": "Audit"}})";

TEST(CredentialPolicySpecJson, EveryMemberStandsInItsOwnField) {
  const auto spec = ReadSpec<CredentialPolicy>(kPolicy);
  EXPECT_EQ(spec.action, PolicyAction::kWarn);
  EXPECT_EQ(spec.existing, ExistingMode::kEnforce);
  EXPECT_EQ(spec.allowed_overrides, std::vector<EnforceMode>{EnforceMode::kAudit});
  EXPECT_TRUE(spec.namespace_selector.Matches({{"team", "payments"}}));
  EXPECT_FALSE(spec.namespace_selector.Matches({}));
  EXPECT_EQ(spec.literals,
            (LiteralPolicy{PolicyAction::kAudit, Confidence::kLow, {"stripe-live-key"}}));
  EXPECT_EQ(spec.references, (ReferencePolicy{PolicyAction::kDeny,
                                              {"o"},
                                              {"e1", "e2"},
                                              hours(100),
                                              hours(10),
                                              PolicyAction::kWarn,
                                              PolicyAction::kAudit}));
}

TEST(CredentialPolicySpecJson, IsWrittenAsItWasRead) {
  EXPECT_EQ(ToJson(ReadSpec<CredentialPolicy>(kPolicy)), json::parse(kPolicy));
}

TEST(CredentialExceptionSpecJson, EveryMemberStandsInItsOwnField) {
  const char* text = R"({
      "owner": "payments", "reason": "Sandbox account", "approvedBy": "security",
      "expiresAt": "2027-01-01T00:00:00Z",
      "scope": {"kind": "Deployment", "name": "shop", "path": "spec.x", "rule": "stripe-live-key",
                "fingerprint": "0123456789abcdef"}})";
  const auto spec = ReadSpec<CredentialException>(text);
  EXPECT_EQ(spec.owner, "payments");
  EXPECT_EQ(spec.reason, "Sandbox account");
  EXPECT_EQ(spec.approved_by, "security");
  EXPECT_EQ(spec.expires_at, ParseTime("2027-01-01T00:00:00Z").value());
  EXPECT_EQ(spec.scope, (ExceptionScope{"Deployment", "shop", "spec.x", "stripe-live-key",
                                        "0123456789abcdef"}));
  EXPECT_EQ(ToJson(spec), json::parse(text));
}

TEST(CredentialIssuerSpecJson, EveryMemberThatBothKindsShare) {
  const auto spec = ReadSpec<CredentialIssuer>(R"({
      "generated": {"length": 48, "alphabet": "abcdefghij"},
      "rateLimit": {"requestsPerSecond": 1, "burst": 2}, "maxLiveKeys": 4,
      "maxCredentialsPerNamespace": 5, "consistencyWindow": "6s", "timeout": "7s"})");
  ASSERT_TRUE(spec.generated);
  EXPECT_EQ(*spec.generated, (GeneratedIssuer{48, "abcdefghij", std::nullopt}));
  EXPECT_FALSE(spec.http);
  EXPECT_EQ(spec.rate_limit, (RateLimit{1, 2}));
  EXPECT_EQ(spec.max_live_keys, 4);
  EXPECT_EQ(spec.max_credentials_per_namespace, 5);
  EXPECT_EQ(spec.consistency_window, seconds(6));
  EXPECT_EQ(spec.timeout, seconds(7));
}

TEST(CredentialIssuerSpecJson, AGeneratedKeysProbeIsOneObjectWithItsEndpoint) {
  const char* text = R"({"generated": {"length": 40, "alphabet": "abc", "probe": {
      "baseURL": "https://checker.example", "caBundle": "PEM",
      "request": {"method": "GET", "path": "/check",
                  "headers": [{"name": "X-Key", "value": "${key}"}]},
      "live": [204], "refused": [401], "id": "/id"}}})";
  const auto spec = ReadSpec<CredentialIssuer>(text);
  ASSERT_TRUE(spec.generated && spec.generated->probe);
  EXPECT_EQ(spec.generated->probe->base_url, "https://checker.example");
  EXPECT_EQ(spec.generated->probe->ca_bundle, "PEM");
  EXPECT_EQ(spec.generated->probe->probe.live, std::vector<int>{204});
  EXPECT_EQ(spec.generated->probe->probe.refused, std::vector<int>{401});
  EXPECT_EQ(ToJson(spec)["generated"], json::parse(text)["generated"]);
}

TEST(ClusterCredentialIssuerSpecJson, PrivateAddressesAreAllowedOnlyInWords) {
  const char* text = R"({"generated": {}, "allowedNamespaces": {}, "allowPrivateAddresses": true})";
  EXPECT_TRUE(ReadSpec<ClusterCredentialIssuer>(text).allow_private_addresses);
  EXPECT_FALSE(ReadSpec<ClusterCredentialIssuer>(R"({"generated": {}, "allowedNamespaces": {}})")
                   .allow_private_addresses);
  EXPECT_EQ(Decode<ClusterCredentialIssuer>(json::parse(R"({"spec": {"allowedNamespaces": {},
      "allowPrivateAddresses": "true"}})"))
                .error()
                .message,
            "ClusterCredentialIssuer: spec.allowPrivateAddresses: must be true or false");
}

TEST(CredentialIssuerSpecJson, OnlyTheClusterKindMayReachPrivateAddresses) {
  const auto spec = ReadSpec<CredentialIssuer>(
      R"({"generated": {}, "allowPrivateAddresses": true, "allowedNamespaces": {}})");
  EXPECT_FALSE(ToJson(spec).contains("allowPrivateAddresses"));
  EXPECT_FALSE(ToJson(spec).contains("allowedNamespaces"));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
