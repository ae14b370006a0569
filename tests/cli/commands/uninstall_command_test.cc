#include "cli/commands/uninstall_command.h"

#include "api/coordination/lease_types.h"
#include "api/core/config_map_types.h"
#include "api/core/secret_types.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "cli/commands/installation_checks.h"
#include "cli/commands/orphan_record.h"
#include "cli/exit_codes.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using api::KindOf;
using api::coordination::Lease;
using api::core::ConfigMap;
using api::core::Secret;
using api::v1alpha1::CredentialRevocation;
using api::v1alpha1::ManagedCredential;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kOurs = "keysteward-system";

json Credential(const std::string& name, const std::vector<std::string>& finalizers) {
  return {{"apiVersion", "keysteward.dev/v1alpha1"},
          {"kind", "ManagedCredential"},
          {"metadata", {{"name", name}, {"namespace", "shop"}, {"finalizers", finalizers}}},
          {"spec", {{"issuerRef", {{"kind", "CredentialIssuer"}, {"name", "keyserver"}}}}},
          {"status", {{"current", {{"keyId", "key_1"}, {"expiresAt", "2027-01-31T00:00:00Z"}}}}}};
}

json Revocation(const std::string& state) {
  return {{"apiVersion", "keysteward.dev/v1alpha1"},
          {"kind", "CredentialRevocation"},
          {"metadata", {{"name", "uid-1"}}},
          {"status", {{"state", state}}}};
}

const std::vector<std::string> kFinalizer = {"keysteward.dev/credential"};

TEST(UninstallObstacles, AreNoneWhenCredentialsAreKept) {
  EXPECT_THAT(UninstallObstacles({Credential("a", kFinalizer)}, {}, {Revocation("Unrevoked")}, {}),
              IsEmpty());
}

TEST(UninstallObstacles, AreCredentialsBeingDeletedSinceOnlyTheOperatorEndsTheirKeys) {
  json going = Credential("a", kFinalizer);
  going["metadata"]["deletionTimestamp"] = "2026-11-26T00:00:00Z";
  EXPECT_THAT(
      UninstallObstacles({going, Credential("b", kFinalizer)}, {}, {}, {}),
      ElementsAre("ManagedCredential shop/a is being deleted, and only the operator can end "
                  "its key"));
  going["metadata"]["finalizers"] = {"example.com/other"};
  EXPECT_THAT(UninstallObstacles({going}, {}, {}, {}), IsEmpty()) << "somebody else's matter";
}

TEST(UninstallObstacles, AreAllCredentialsAndLivingKeysWhenTheKindsGoToo) {
  const UninstallOptions all{.remove_kinds = true};
  EXPECT_THAT(UninstallObstacles({Credential("a", kFinalizer), Credential("b", {})}, {},
                                 {Revocation("Unrevoked"), Revocation("Revoked")}, all),
              ElementsAre("ManagedCredential shop/a exists, and its kind is to be removed",
                          "CredentialRevocation uid-1 is Unrevoked: its key may still work"));
  EXPECT_THAT(UninstallObstacles({Credential("a", kFinalizer)}, {}, {Revocation("Unrevoked")},
                                 {.orphan = true, .remove_kinds = true}),
              IsEmpty());
}

class UninstallCommand : public CommandTest {
 protected:
  void SetUp() override {
    for (const api::Resource& resource : {kValidatingConfigurations, kMutatingConfigurations}) {
      Store(resource, {{"apiVersion", resource.api_version()},
                       {"kind", resource.kind},
                       {"metadata", {{"name", "keysteward"}}}});
    }
    for (const char* name :
         {"keysteward-webhook-tls", "keysteward-digest-key", "keysteward-tripwire-key",
          "keysteward-signing-key", "of-somebody-else"}) {
      StoreOurs(KindOf<Secret>::resource, name);
    }
    StoreOurs(KindOf<Secret>::resource, "staged-1", {{"keysteward.dev/staged", "true"}});
    StoreOurs(KindOf<ConfigMap>::resource, "keysteward-installation");
    StoreOurs(KindOf<ConfigMap>::resource, "keysteward-wanted");
    StoreOurs(KindOf<Lease>::resource, "keysteward-operator");
  }
  void StoreOurs(const api::Resource& resource, const std::string& name,
                 const json& labels = json::object()) {
    Store(resource, {{"apiVersion", resource.api_version()},
                     {"kind", resource.kind},
                     {"metadata", {{"name", name}, {"namespace", kOurs}, {"labels", labels}}}});
  }
  bool Exists(const api::Resource& resource, const std::string& space, const std::string& name) {
    return client.Get(resource, {space, name}, context.call()).has_value();
  }
  bool IsRegistered() { return Exists(kValidatingConfigurations, "", "keysteward"); }
  int Prepare(const UninstallPrepareOptions& options = {}) {
    const Result<int> status = RunUninstallPrepare(context, options);
    EXPECT_TRUE(status) << status.error().ToString();
    return status.value_or(-1);
  }
  int Finish(const UninstallFinishOptions& options = {}) {
    const Result<int> status = RunUninstallFinish(context, options);
    EXPECT_TRUE(status) << status.error().ToString();
    return status.value_or(-1);
  }
};

TEST_F(UninstallCommand, PrepareTakesTheRegistrationsAwayAndMayBeRepeated) {
  Store(KindOf<ManagedCredential>::resource, Credential("stripe-live", kFinalizer));
  EXPECT_EQ(Prepare(), kExitOk);
  EXPECT_FALSE(IsRegistered());
  EXPECT_FALSE(Exists(kMutatingConfigurations, "", "keysteward"));
  EXPECT_THAT(out(), HasSubstr("1 credentials stay\n"));
  EXPECT_EQ(Prepare(), kExitOk);
}

TEST_F(UninstallCommand, PrepareFirstTakesAwayWhatTheOperatorMakesRegistrationsAgainBy) {
  EXPECT_EQ(Prepare(), kExitOk);
  EXPECT_FALSE(Exists(KindOf<ConfigMap>::resource, kOurs, "keysteward-wanted"));
  EXPECT_LT(out().find("deleted ConfigMap keysteward-system/keysteward-wanted"),
            out().find("deleted ValidatingWebhookConfiguration"));
}

TEST_F(UninstallCommand, PrepareRefusesAndChangesNothingWhileTheKindsWouldTakeCredentialsAlong) {
  for (int i = 0; i < 25; ++i) {
    Store(KindOf<ManagedCredential>::resource, Credential("c" + std::to_string(i), kFinalizer));
  }
  EXPECT_EQ(Prepare({{.remove_kinds = true}}), kExitNo);
  EXPECT_TRUE(IsRegistered());
  EXPECT_TRUE(Exists(KindOf<ConfigMap>::resource, kOurs, "keysteward-wanted"));
  EXPECT_THAT(out(), HasSubstr("Not uninstalled, nothing was changed:\n"));
  EXPECT_THAT(out(), HasSubstr("  and 5 more\n"));
  EXPECT_THAT(out(), HasSubstr("kubectl delete managedcredentials --all -A"));
  EXPECT_THAT(out(), HasSubstr("uninstall.orphan=true"));
}

TEST_F(UninstallCommand, FinishKeepsWhoThisInstallationIsForTheNextOne) {
  EXPECT_EQ(Finish(), kExitOk);
  EXPECT_FALSE(Exists(KindOf<Secret>::resource, kOurs, "keysteward-webhook-tls"));
  EXPECT_FALSE(Exists(KindOf<Lease>::resource, kOurs, "keysteward-operator"));
  EXPECT_TRUE(Exists(KindOf<Secret>::resource, kOurs, "keysteward-signing-key"));
  EXPECT_TRUE(Exists(KindOf<Secret>::resource, kOurs, "staged-1"));
  EXPECT_TRUE(Exists(KindOf<ConfigMap>::resource, kOurs, "keysteward-installation"));
  EXPECT_EQ(Finish(), kExitOk) << "may be repeated";
}

TEST_F(UninstallCommand, FinishRemovesEverythingOfOursWithTheKindsAndNothingOfOthers) {
  EXPECT_EQ(Finish({{.remove_kinds = true}}), kExitOk);
  for (const char* name : {"keysteward-webhook-tls", "keysteward-digest-key",
                           "keysteward-tripwire-key", "keysteward-signing-key", "staged-1"}) {
    EXPECT_FALSE(Exists(KindOf<Secret>::resource, kOurs, name)) << name;
  }
  EXPECT_FALSE(Exists(KindOf<ConfigMap>::resource, kOurs, "keysteward-installation"));
  EXPECT_TRUE(Exists(KindOf<Secret>::resource, kOurs, "of-somebody-else"));
}

TEST_F(UninstallCommand, OrphanRecordsTheKeysAndTakesOnlyOurFinalizersOff) {
  Store(KindOf<ManagedCredential>::resource,
        Credential("stripe-live", {"example.com/a", "keysteward.dev/credential"}));
  Store(KindOf<ManagedCredential>::resource, Credential("never-taken-up", {}));
  EXPECT_EQ(Finish({{.orphan = true}}), kExitOk);
  const json stored =
      client.Get(KindOf<ManagedCredential>::resource, {"shop", "stripe-live"}, context.call())
          .value();
  EXPECT_EQ(stored["metadata"]["finalizers"], json({"example.com/a"}));
  const json record =
      client.Get(KindOf<ConfigMap>::resource, {kOurs, kOrphansConfigMap}, context.call()).value();
  ASSERT_THAT(record["data"], SizeIs(1));
  const std::string entry = record["data"]["shop.stripe-live"];
  EXPECT_THAT(entry, HasSubstr("issuer=CredentialIssuer/keyserver key=key_1 previous="));
  EXPECT_THAT(entry, HasSubstr("expires=2027-01-31T00:00:00Z"));
  EXPECT_THAT(out(), HasSubstr("freed ManagedCredential shop/stripe-live\n"));
}

TEST_F(UninstallCommand, ASecondOrphaningAddsToTheRecord) {
  Store(KindOf<ManagedCredential>::resource, Credential("first", kFinalizer));
  EXPECT_EQ(Finish({{.orphan = true}}), kExitOk);
  Store(KindOf<ManagedCredential>::resource, Credential("second", kFinalizer));
  EXPECT_EQ(Finish({{.orphan = true}}), kExitOk);
  const json record =
      client.Get(KindOf<ConfigMap>::resource, {kOurs, kOrphansConfigMap}, context.call()).value();
  EXPECT_THAT(record["data"], SizeIs(2));
}

TEST_F(UninstallCommand, WhatTheServerRefusesIsAnErrorThatNamesTheObject) {
  server.FailNext("delete", "validatingwebhookconfigurations.admissionregistration.k8s.io",
                  Error::PermissionDenied("no"), kube::CallPhase::kBefore);
  const Result<int> status = RunUninstallPrepare(context, {});
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().ToString(),
              HasSubstr("delete ValidatingWebhookConfiguration keysteward"));
}

}  // namespace
}  // namespace keysteward::cli
