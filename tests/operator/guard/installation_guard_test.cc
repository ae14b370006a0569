#include "operator/guard/registration_difference.h"
#include "tests/operator/guard/installation_guard_fixture.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(InstallationGuardTest, WhileAllIsWellNothingIsWrittenOrTold) {
  const int64_t before = server.revision();
  Watch(60s);
  EXPECT_EQ(server.revision(), before);
  EXPECT_THAT(events, IsEmpty());
  EXPECT_THAT(log.Lines(), IsEmpty());
  for (const char* object : {"validating", "mutating", "service", "kinds", "declaration"}) {
    EXPECT_TRUE(metrics.Has(kInstallationDifferences, {{"object", object}})) << object;
    EXPECT_EQ(Difference(object), 0) << object;
  }
}

TEST_F(InstallationGuardTest, B21_ARegistrationThatWasDeletedIsMadeAgainWithin10Seconds) {
  for (const api::Resource& resource : {kValidatingConfigurations, kMutatingConfigurations}) {
    Change(resource, kName, "/metadata/annotations/tool", "x");
    Change(resource, kName, "/webhooks/0/clientConfig/caBundle", "Y2E=");
    Watch(10s);
    Remove(resource, kName);
    Watch(10s);
    const json made = Get(resource, kName);
    ASSERT_FALSE(made.is_null());
    EXPECT_THAT(RegistrationDifferences(made, WantedRegistration()), IsEmpty());
    EXPECT_EQ(made["webhooks"][1]["clientConfig"]["caBundle"], "Y2E=");
    EXPECT_EQ(made["metadata"]["labels"]["app.kubernetes.io/managed-by"], "Helm");
    EXPECT_EQ(made["metadata"]["annotations"]["meta.helm.sh/release-name"], "keysteward");
    EXPECT_EQ(made["metadata"]["annotations"]["tool"], "x");
    EXPECT_EQ(events.back().regarding.uid, made["metadata"]["uid"]);
  }
  EXPECT_THAT(Reasons(), ElementsAre("RegistrationRestored", "RegistrationRestored"));
  EXPECT_THAT(events[0].note, HasSubstr("ValidatingWebhookConfiguration keysteward: it is gone"));
  EXPECT_EQ(Restored("validating"), 1);
  EXPECT_EQ(Restored("mutating"), 1);
  EXPECT_EQ(Difference("validating"), 0);
}

TEST_F(InstallationGuardTest, B21_RulesThatWereWeakenedArePutBackWithin10Seconds) {
  Change(kValidatingConfigurations, kName, "/webhooks/0/rules/0/operations", {"DELETE"});
  Watch(10s);
  EXPECT_THAT(RegistrationDifferences(Get(kValidatingConfigurations, kName), WantedRegistration()),
              IsEmpty());
  ASSERT_THAT(Reasons(), ElementsAre("RegistrationRestored"));
  EXPECT_THAT(events[0].note, HasSubstr("webhook pods.keysteward.dev: rules; put back"));
  EXPECT_EQ(events[0].level, kube::EventLevel::kWarning);
  EXPECT_EQ(Restored("validating"), 1);
  EXPECT_TRUE(log.Contains("registration put back"));
}

TEST_F(InstallationGuardTest, WithoutTheRightToRestoreItIsToldOnceAndNothingIsWritten) {
  InstallationGuard onlooker{runtime, {.namespace_name = kOurs}, false, record};
  Remove(kValidatingConfigurations, kName);
  const int64_t before = server.revision();
  for (int i = 0; i < 20; ++i) clock.Advance(onlooker.Look({}));
  EXPECT_EQ(server.revision(), before);
  ASSERT_THAT(Reasons(), ElementsAre("RegistrationChanged"));
  EXPECT_THAT(events[0].note,
              HasSubstr("not put back, because webhook.restoreRegistration is off"));
  EXPECT_EQ(Difference("validating"), 1);
  Make(kValidatingConfigurations,
       StandingObject(kValidatingConfigurations, kName, WantedRegistration()));
  onlooker.Look({});
  EXPECT_EQ(Difference("validating"), 0);
}

TEST_F(InstallationGuardTest, ARegistrationThatNobodyDeclaresIsLeftAlone) {
  json map = Get(kConfigMaps, "keysteward-wanted");
  for (const char* entry : {"validating", "mutating", "service"}) map["data"].erase(entry);
  ASSERT_TRUE(server.Update(kConfigMaps, map, {}, {}));
  Remove(kMutatingConfigurations, kName);
  Change(kValidatingConfigurations, kName, "/webhooks/0/failurePolicy", "Fail");
  const int64_t before = server.revision();
  Watch(60s);
  EXPECT_EQ(server.revision(), before);
  EXPECT_THAT(events, IsEmpty());
}

TEST_F(InstallationGuardTest, ADeclarationThatIsGoneIsToldOnceAndWhatComesBackHasItsGrace) {
  Remove(kValidatingConfigurations, kName);
  Watch(3s);
  Remove(kConfigMaps, "keysteward-wanted");
  Watch(60s);
  ASSERT_THAT(Reasons(), ElementsAre("DeclarationMissing"));
  EXPECT_EQ(events[0].regarding.kind, "Deployment");
  EXPECT_FALSE(events[0].regarding.uid.empty());
  EXPECT_EQ(Difference("declaration"), 1);
  Make(kConfigMaps, WantedConfigMap());
  Watch(4s);
  EXPECT_FALSE(Registered()) << "an upgrade that brings both back may be under way";
  EXPECT_EQ(Difference("declaration"), 0);
  Watch(6s);
  EXPECT_TRUE(Registered());
}

TEST_F(InstallationGuardTest, WithoutAChartNothingIsToldToObjectsThatAreNotThere) {
  Remove(kConfigMaps, "keysteward-wanted");
  Remove(kDeployments, "keysteward-operator");
  Watch(60s);
  EXPECT_THAT(events, IsEmpty());
  EXPECT_EQ(log.Count("installation differs"), 1);
}

TEST_F(InstallationGuardTest, B21_AServiceThatLeadsElsewhereOrIsGoneIsTold) {
  Change(kServices, "keysteward-webhook", "/spec/selector", {{"app", "forger"}});
  Watch(10s);
  ASSERT_THAT(Reasons(), ElementsAre("ServiceChanged"));
  EXPECT_THAT(events[0].note, HasSubstr("is not as the chart declares it: selector"));
  EXPECT_EQ(Difference("service"), 1);
  const std::string uid = events[0].regarding.uid;
  EXPECT_FALSE(uid.empty());
  Remove(kServices, "keysteward-webhook");
  Watch(10s);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_THAT(events[1].note, HasSubstr("it is gone"));
  EXPECT_EQ(events[1].regarding.uid, uid) << "by which kubectl finds its Events";
  Make(kServices, StandingObject(kServices, "keysteward-webhook", WantedService()));
  Watch(10s);
  EXPECT_EQ(Difference("service"), 0);
  EXPECT_EQ(events.size(), 2u);
}

TEST_F(InstallationGuardTest, B21_AKindThatIsNotServedAnyMoreIsTold) {
  Serve({"credentialexceptions", "managedcredentials"});
  Watch(10s);
  ASSERT_THAT(Reasons(), ElementsAre("KindsMissing"));
  EXPECT_THAT(events[0].note,
              HasSubstr("not served any more: credentialexceptions, managedcredentials"));
  EXPECT_EQ(events[0].regarding.name, "keysteward-operator");
  EXPECT_EQ(Difference("kinds"), 1);
  server.RespondToGetRaw("/apis/keysteward.dev/v1alpha1", Error::NotFound("no such group"));
  Watch(10s);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_THAT(events[1].note, HasSubstr("clustercredentialissuers, credentialexceptions"));
  Serve({});
  Watch(10s);
  EXPECT_EQ(Difference("kinds"), 0);
}

TEST_F(InstallationGuardTest, WhatCannotBeReadIsSaidOnceAndLookedAtAgain) {
  server.OnCall([](const kube::CallRecord& call, kube::CallPhase) -> Result<void> {
    if (call.verb == "get" && call.resource == "services") return Error::PermissionDenied("no");
    return {};
  });
  Remove(kValidatingConfigurations, kName);
  Watch(60s);
  EXPECT_TRUE(Registered()) << "the rest is looked after all the same";
  EXPECT_EQ(log.Count("installation not looked at"), 1);
  EXPECT_TRUE(log.Contains("installation not looked at", "read Service keysteward-webhook: no"));
  server.OnCall({});
  Watch(6s);
  server.FailNext("get", "configmaps", Error::Unavailable("away"), kube::CallPhase::kBefore);
  Watch(3s);
  EXPECT_TRUE(log.Contains("installation not looked at", "away"));
}

}  // namespace
}  // namespace keysteward::op
