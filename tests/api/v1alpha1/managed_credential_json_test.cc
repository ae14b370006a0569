#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/duration.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/builders/yaml_document.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::ManagedCredentialBuilder;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

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

TEST(ManagedCredentialJson, WritesShortTimesForTheColumns) {
  ManagedCredentialStatus status;
  EXPECT_FALSE(ToJson(status).contains("columns"));
  status.expires_at = ParseTime("2027-02-21T09:00:59Z").value();
  status.next_rotation_time = ParseTime("2026-12-20T02:00:00Z").value();
  EXPECT_EQ(ToJson(status)["columns"],
            json({{"expires", "2027-02-21T09:00Z"}, {"next", "2026-12-20T02:00Z"}}));
  EXPECT_EQ(ToJson(status)["expiresAt"], "2027-02-21T09:00:59Z");
}

TEST(ManagedCredentialJson, SumsUpConsumersForTheColumn) {
  ManagedCredentialStatus status;
  status.consumers.total = 5;
  status.consumers.current = 3;
  EXPECT_EQ(ToJson(status)["consumers"]["summary"], "3/5");
}

TEST(ManagedCredentialJson, ColumnsAreNeverReadBack) {
  json object = Smallest();
  object["status"] = {{"columns", {{"expires", 7}}}, {"consumers", {{"summary", 7}}}};
  EXPECT_EQ(ErrorOf(object), "");
}

TEST(ManagedCredentialJson, ADriftSurvivesAlsoWhenNothingIsKnownOfIt) {
  ManagedCredentialStatus status;
  for (const SecretDrift& drift :
       {SecretDrift{}, SecretDrift{.since = ParseTime("2026-11-26T10:00:00Z").value(),
                       .revision = 5,
                       .restored_at = ParseTime("2026-11-26T10:00:07Z").value()}}) {
    status.drift = drift;
    json object = Smallest();
    object["status"] = ToJson(status);
    EXPECT_EQ(Decode<ManagedCredential>(object).value().status.drift, drift);
  }
  status.drift.reset();
  EXPECT_FALSE(ToJson(status).contains("drift"));
}

TEST(ManagedCredentialJson, CountersAreWrittenEvenWhenZeroSoThatTheyNeverVanish) {
  const json status = ToJson(ManagedCredentialStatus{});
  for (const char* name : {"lastGeneration", "revision", "settledRevision"}) {
    EXPECT_EQ(status[name], 0) << name;
  }
  EXPECT_EQ(status["observedGeneration"], -1);
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

TEST(ManagedCredentialJson, NumbersOutOfRangeAreRefused) {
  json object = Smallest();
  object["status"] = {{"revision", 18446744073709551615ULL}};
  EXPECT_EQ(ErrorOf(object), "ManagedCredential: status.revision: is out of range");
  object["status"] = {{"revision", 1.5}};
  EXPECT_EQ(ErrorOf(object), "ManagedCredential: status.revision: must be an integer");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
