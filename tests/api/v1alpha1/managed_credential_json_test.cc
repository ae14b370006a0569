#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/managed_credential_types.h"
#include "tests/api/v1alpha1/read_part.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/builders/yaml_document.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::ManagedCredentialBuilder;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

json Smallest() { return builders::ReadYaml("e2e/crds/good/managedcredential-smallest.yaml"); }

std::string ErrorOf(const json& object) {
  const Result<ManagedCredential> decoded = Decode<ManagedCredential>(object);
  return decoded ? "" : decoded.error().message;
}

TEST(ManagedCredentialJson, TheSmallestObjectReadsWithAllDefaults) {
  const ManagedCredential credential = Decode<ManagedCredential>(Smallest()).value();
  const ManagedCredentialSpec& spec = credential.spec;
  EXPECT_EQ(spec.owner.team, "mail");
  EXPECT_EQ(spec.classification.criticality, Criticality::kMedium);
  EXPECT_FALSE(spec.standing);
  EXPECT_FALSE(spec.rotation.interval);
  EXPECT_EQ(spec.rotation.overlap, minutes(10));
  EXPECT_EQ(spec.rotation.quiet, minutes(10));
  EXPECT_EQ(spec.rotation.rollout_timeout, minutes(15));
  EXPECT_EQ(spec.rotation.on_failure, OnFailure::kRollBack);
  EXPECT_EQ(spec.consumers.max_concurrent, 5);
  EXPECT_EQ(spec.verification.timeout, minutes(2));
  EXPECT_EQ(spec.verification.interval, hours(1));
  EXPECT_EQ(spec.revocation, Revocation::kDisableThenDelete);
  EXPECT_EQ(spec.deletion_policy, DeletionPolicy::kRevoke);
  EXPECT_EQ(credential.status.observed_generation, -1);
  EXPECT_FALSE(credential.status.current);
}

TEST(ManagedCredentialJson, WithoutEntriesTheSecretHoldsOneKey) {
  const ManagedCredential credential = ManagedCredentialBuilder().Build();
  EXPECT_EQ(credential.spec.delivery.EffectiveEntries(),
            (std::vector<DeliveryEntry>{{"key", "${key}"}}));
  const ManagedCredential other = ManagedCredentialBuilder().WithEntry("A", "${key}").Build();
  EXPECT_EQ(other.spec.delivery.EffectiveEntries(), (std::vector<DeliveryEntry>{{"A", "${key}"}}));
}

TEST(ManagedCredentialJson, RotatesAThirdOfTheLifetimeBeforeExpiryUnlessTold) {
  ManagedCredential credential = ManagedCredentialBuilder().WithLifetime(hours(9)).Build();
  EXPECT_EQ(credential.spec.RotateBefore(), hours(3));
  credential.spec.rotation.rotate_before = hours(1);
  EXPECT_EQ(credential.spec.RotateBefore(), hours(1));
}

TEST(ManagedCredentialJson, NamesTheFieldThatIsWrong) {
  const auto with = [](const char* pointer, const json& value) {
    json object = Smallest();
    object[json::json_pointer(pointer)] = value;
    return ErrorOf(object);
  };
  EXPECT_EQ(with("/spec/rotation/overlap", "10 min"),
            "ManagedCredential: spec.rotation.overlap: \"10 min\" is not a duration; write for "
            "example 720h, 10m or 1h30m");
  EXPECT_EQ(with("/spec/revocation", "Never"),
            "ManagedCredential: spec.revocation: must be DisableThenDelete, Delete or None");
  EXPECT_EQ(with("/spec/rotation/suspend", "true"),
            "ManagedCredential: spec.rotation.suspend: must be true or false");
  EXPECT_EQ(with("/spec/delivery/entries", json::array({json{{"name", "A"}}})),
            "ManagedCredential: spec.delivery.entries[0].value: is required");
  EXPECT_EQ(with("/spec/owner", "payments"), "ManagedCredential: spec.owner: must be an object");
  EXPECT_EQ(with("/spec/parameters", json{{"a", 1}}),
            "ManagedCredential: spec.parameters.a: must be a string");
}

TEST(ManagedCredentialJson, RequiredFieldsAreMissedByName) {
  for (const char* pointer :
       {"/spec/owner/team", "/spec/owner/contact", "/spec/purpose", "/spec/issuerRef/kind",
        "/spec/issuerRef/name", "/spec/lifetime", "/spec/delivery/secretName"}) {
    json object = Smallest();
    const json::json_pointer path(pointer);
    object[path.parent_pointer()].erase(path.back());
    EXPECT_NE(ErrorOf(object).find(": is required"), std::string::npos) << pointer;
  }
}

TEST(ManagedCredentialJson, TheBuildersObjectSurvives) {
  const ManagedCredential credential = ManagedCredentialBuilder("stripe-live")
                                           .In("billing")
                                           .WithUid("u-1")
                                           .FromClusterIssuer("acme")
                                           .WithParameter("scope", "charges:write")
                                           .WithOverlapAndQuiet(minutes(1), minutes(2))
                                           .WithCurrentKey(7, "key_7")
                                           .Build();
  const ManagedCredential again = Decode<ManagedCredential>(ToJson(credential)).value();
  EXPECT_EQ(again.metadata.key().ToString(), "billing/stripe-live");
  EXPECT_EQ(again.spec, credential.spec);
  EXPECT_EQ(again.status, credential.status);
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

}  // namespace
}  // namespace keysteward::api::v1alpha1
