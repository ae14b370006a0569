#include "cli/commands/check_command.h"

#include "api/coordination/lease_types.h"
#include "api/core/config_map_types.h"
#include "cli/commands/installation_checks.h"
#include "cli/exit_codes.h"
#include "common/duration.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::coordination::Lease;
using api::core::ConfigMap;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kKinds =
    R"({"kind":"APIResourceList","resources":[{"name":"managedcredentials"},
    {"name":"managedcredentials/status"},{"name":"credentialrotations"},{"name":"credentialissuers"},
    {"name":"clustercredentialissuers"},{"name":"credentialrevocations"},
    {"name":"credentialpolicies"},{"name":"credentialexceptions"}]})";

json Configuration(const std::string& kind, const std::string& bundle, const std::string& policy) {
  return {{"apiVersion", "admissionregistration.k8s.io/v1"},
          {"kind", kind},
          {"metadata", {{"name", "keysteward"}}},
          {"webhooks",
           {{{"name", "kinds.keysteward.dev"},
             {"failurePolicy", "Fail"},
             {"clientConfig", {{"caBundle", bundle}}}},
            {{"name", "workloads.keysteward.dev"},
             {"failurePolicy", policy},
             {"clientConfig", {{"caBundle", bundle}}}}}}};
}

class CheckCommand : public CommandTest {
 protected:
  static constexpr api::Resource kValidating{"admissionregistration.k8s.io", "v1",
                                             "validatingwebhookconfigurations",
                                             "ValidatingWebhookConfiguration", false};
  static constexpr api::Resource kMutating{"admissionregistration.k8s.io", "v1",
                                           "mutatingwebhookconfigurations",
                                           "MutatingWebhookConfiguration", false};

  int Run() {
    const Result<int> status = RunCheck(context, {});
    EXPECT_TRUE(status) << status.error().ToString();
    return status.value_or(-1);
  }
  void StoreLease(WallTime renewed, const std::string& holder = "operator-1") {
    Lease lease;
    lease.metadata.name = "keysteward-operator";
    lease.metadata.namespace_name = "keysteward-system";
    lease.spec = {.holder_identity = holder, .lease_duration_seconds = 15, .renew_time = renewed};
    Store(api::KindOf<Lease>::resource, ToJson(lease));
  }
  void StoreConfigMap(const std::string& name, const json& data) {
    Store(api::KindOf<ConfigMap>::resource,
          {{"apiVersion", "v1"},
           {"kind", "ConfigMap"},
           {"metadata", {{"name", name}, {"namespace", "keysteward-system"}}},
           {"data", data}});
  }
  void Install(const std::string& policy = "Fail") {
    client.Answer("/apis/keysteward.dev/v1alpha1", std::string(kKinds));
    StoreLease(clock.WallNow());
    StoreConfigMap("keysteward-installation", {{"id", "abc"}, {"evidence-public-key", "pem"}});
    Store(kValidating, Configuration("ValidatingWebhookConfiguration", "Y2E=", policy));
    Store(kMutating, Configuration("MutatingWebhookConfiguration", "Y2E=", "Ignore"));
  }
};

TEST_F(CheckCommand, AWholeInstallationIsOk) {
  Install();
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(out(),
            "ok    API server    Kubernetes v1.36.0\n"
            "ok    kinds         all are served as keysteward.dev/v1alpha1\n"
            "ok    operator      is running: lease held by operator-1\n"
            "ok    switch        no emergency stop is set\n"
            "ok    evidence      the signing key is published\n"
            "ok    validating    2 registered\n"
            "ok    mutating      2 registered\n");
}

TEST_F(CheckCommand, AnEmptyClusterFailsLineByLineEachWithItsFix) {
  EXPECT_EQ(Run(), kExitNo);
  EXPECT_EQ(
      out(),
      "ok    API server    Kubernetes v1.36.0\n"
      "FAIL  kinds         Keysteward's kinds are not installed\n"
      "                    fix: kubectl apply --server-side -f crds/\n"
      "FAIL  operator      has never run in namespace keysteward-system\n"
      "                    fix: helm upgrade --install keysteward charts/keysteward -n "
      "keysteward-system, or name its namespace with --operator-namespace\n"
      "ok    switch        no emergency stop is set\n"
      "warn  evidence      ConfigMap keysteward-system/keysteward-installation does not exist\n"
      "                    fix: kubectl rollout restart deployment keysteward-operator -n "
      "keysteward-system\n"
      "warn  validating    not registered: manifests are not checked at admission\n"
      "                    fix: helm upgrade --install keysteward charts/keysteward -n "
      "keysteward-system\n"
      "warn  mutating      not registered: manifests are not checked at admission\n"
      "                    fix: helm upgrade --install keysteward charts/keysteward -n "
      "keysteward-system\n");
}

TEST_F(CheckCommand, AWebhookThatLetsEverythingPassWhenDownIsAWarning) {
  Install("Ignore");
  EXPECT_EQ(Run(), kExitOpen);
  EXPECT_THAT(out(), HasSubstr("warn  validating    2 registered; workloads pass unchecked while "
                               "the webhook is down\n                    fix: "
                               "once the webhook runs well, set webhook.failurePolicy=Fail in the "
                               "chart\n"));
  EXPECT_THAT(out(), HasSubstr("ok    mutating"));
}

TEST_F(CheckCommand, AnEmergencyStopFails) {
  Install();
  StoreConfigMap("keysteward", {{"emergency-disable", "true"}});
  EXPECT_EQ(Run(), kExitNo);
  EXPECT_THAT(out(),
              HasSubstr("FAIL  switch        emergency-disable is set: nothing is rotated or "
                        "revoked\n                    fix: remove entry emergency-disable from "
                        "ConfigMap keysteward-system/keysteward\n"));
}

TEST_F(CheckCommand, AnOldOperatorThatPublishesNoKeyIsAWarning) {
  client.Answer("/apis/keysteward.dev/v1alpha1", std::string(kKinds));
  StoreConfigMap("keysteward-installation", {{"id", "abc"}});
  Run();
  EXPECT_THAT(out(), HasSubstr("warn  evidence      the signing key is not published"));
}

TEST_F(CheckCommand, WhatMayNotBeReadIsAWarningNotAFailure) {
  Install();
  for (const char* resource : {"leases.coordination.k8s.io", "configmaps"}) {
    server.FailNext("get", resource, Error::PermissionDenied("forbidden"),
                    kube::CallPhase::kBefore);
  }
  EXPECT_EQ(Run(), kExitOpen);
  EXPECT_THAT(out(),
              HasSubstr("warn  operator      cannot tell: you may not read Lease "
                        "keysteward-system/keysteward-operator\n                    fix: ask "
                        "somebody who may read namespace keysteward-system\n"));
  EXPECT_THAT(out(), Not(HasSubstr("FAIL")));
}

TEST_F(CheckCommand, AServerThatDoesNotAnswerIsAnErrorNotAFailedCheck) {
  client.Answer("/version", Error::Unavailable("connection refused"));
  const Result<int> first = RunCheck(context, {});
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().message, "ask the API server for its version: connection refused");
  client.Answer("/version", std::string(R"({"minor":"36","gitVersion":"v1.36.0"})"));
  server.FailNext("get", "leases.coordination.k8s.io", Error::Unavailable("reset"),
                  kube::CallPhase::kBefore);
  EXPECT_EQ(RunCheck(context, {}).error().message, "check operator: reset");
}

TEST_F(CheckCommand, ColourMarksTheLevelOnly) {
  Install("Ignore");
  context.colour = true;
  Run();
  EXPECT_THAT(out(), HasSubstr("\x1b[32mok  \x1b[0m  API server    Kubernetes"));
  EXPECT_THAT(out(), HasSubstr("\x1b[33mwarn\x1b[0m  validating"));
}

TEST_F(CheckCommand, JsonHoldsEveryLine) {
  Install("Ignore");
  context.output = OutputFormat::kJson;
  EXPECT_EQ(Run(), kExitOpen);
  const json checks = json::parse(out())["checks"];
  ASSERT_EQ(checks.size(), 7u);
  EXPECT_EQ(
      checks[0],
      (json{
          {"level", "ok"}, {"what", "API server"}, {"detail", "Kubernetes v1.36.0"}, {"fix", ""}}));
  EXPECT_EQ(checks[5]["level"], "warning");
}

TEST(ServerCheck, KnowsTheVersionsThatWereTested) {
  const auto level = [](int minor) {
    return CheckServer({.git_version = "v", .minor = minor}).level;
  };
  EXPECT_EQ(level(0), CheckLevel::kFailure);
  EXPECT_EQ(level(29), CheckLevel::kFailure);
  EXPECT_EQ(level(30), CheckLevel::kOk);
  EXPECT_EQ(level(36), CheckLevel::kOk);
  EXPECT_EQ(level(37), CheckLevel::kWarning);
  EXPECT_EQ(CheckServer({.git_version = "v1.29.4", .minor = 29}).fix, "use one of 1.30 to 1.36");
}

TEST(KindsCheck, NamesWhatIsMissing) {
  ServerInfo server;
  server.kinds = {"clustercredentialissuers", "credentialexceptions", "credentialissuers",
                  "credentialpolicies",       "credentialrotations",  "managedcredentials"};
  EXPECT_EQ(CheckKinds(server).detail, "not served: credentialrevocations");
}

TEST(LeaseCheck, ALeaseThatIsNotRenewedIsNotHeld) {
  const WallTime now = ParseTime("2026-12-20T02:00:00Z").value();
  Lease lease;
  lease.spec = {.holder_identity = "a", .lease_duration_seconds = 15, .renew_time = now - 15s};
  EXPECT_EQ(CheckLease(lease, now).level, CheckLevel::kOk);
  lease.spec.renew_time = now - 3min;
  EXPECT_EQ(CheckLease(lease, now).detail, "is not running: its lease was renewed 3m ago");
  lease.spec.renew_time = now + 5s;  // clocks differ
  EXPECT_EQ(CheckLease(lease, now).level, CheckLevel::kOk);
  lease.spec.holder_identity = "";
  EXPECT_EQ(CheckLease(lease, now).detail, "is not running: nobody holds its lease");
  lease.spec.holder_identity = "a";
  lease.spec.renew_time.reset();
  EXPECT_EQ(CheckLease(lease, now).level, CheckLevel::kFailure);
}

TEST(WebhooksCheck, AMissingBundleFailsAndNamesTheWebhooks) {
  json configuration = Configuration("ValidatingWebhookConfiguration", "Y2E=", "Fail");
  configuration["webhooks"][1]["clientConfig"].erase("caBundle");
  const CheckResult result = CheckWebhooks("validating", configuration);
  EXPECT_EQ(result.level, CheckLevel::kFailure);
  EXPECT_EQ(result.detail, "no caBundle yet: workloads.keysteward.dev");
}

TEST(WebhooksCheck, ObjectsOfAnyShapeAreAnswered) {
  for (const char* text : {"{}", R"({"webhooks":7})", R"({"webhooks":[]})", R"({"webhooks":[7]})",
                           R"({"webhooks":[{"clientConfig":"x","name":5}]})"}) {
    EXPECT_NE(CheckWebhooks("validating", json::parse(text)).level, CheckLevel::kOk) << text;
  }
}

TEST_F(CheckCommand, WarningsLeaveTheExitStatusZeroWhenOnlyFailuresCount) {
  client.Answer("/apis/keysteward.dev/v1alpha1", std::string(kKinds));
  StoreLease(clock.WallNow());
  const Result<int> usual = RunCheck(context, {});
  ASSERT_TRUE(usual) << usual.error().ToString();
  EXPECT_EQ(*usual, kExitOpen) << out();
  const Result<int> lenient = RunCheck(context, {.fail_on = CheckLevel::kFailure});
  ASSERT_TRUE(lenient) << lenient.error().ToString();
  EXPECT_EQ(*lenient, kExitOk) << out();
}

}  // namespace
}  // namespace keysteward::cli
