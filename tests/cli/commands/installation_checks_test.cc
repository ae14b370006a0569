// The single lines of `keysteward check`: what each of them reads, and what it makes of an object
// that is absent, forbidden, or of another shape.
#include "cli/commands/installation_checks.h"

#include "api/coordination/lease_types.h"
#include "api/core/config_map_types.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::coordination::Lease;
using api::core::ConfigMap;
using nlohmann::json;
using testing::HasSubstr;

const std::vector<std::string> kLines = {"operator", "switch", "evidence", "validating",
                                         "mutating"};

class InstallationChecks : public CommandTest {
 protected:
  std::vector<CheckResult> Run() {
    std::vector<CheckResult> results;
    const Result<void> done = AddInstallationChecks(context, results);
    EXPECT_TRUE(done) << done.error().ToString();
    return results;
  }
  CheckResult Line(const std::string& what) {
    for (const CheckResult& result : Run()) {
      if (result.what == what) return result;
    }
    ADD_FAILURE() << "no line " << what;
    return {};
  }
  void StoreLease(const json& spec) {
    Store(api::KindOf<Lease>::resource,
          {{"apiVersion", "coordination.k8s.io/v1"},
           {"kind", "Lease"},
           {"metadata", {{"name", kOperatorLease}, {"namespace", "keysteward-system"}}},
           {"spec", spec}});
  }
  void StoreConfigMap(const std::string& name, const json& data) {
    Store(api::KindOf<ConfigMap>::resource,
          {{"apiVersion", "v1"},
           {"kind", "ConfigMap"},
           {"metadata", {{"name", name}, {"namespace", "keysteward-system"}}},
           {"data", data}});
  }
  void Forbid(const char* resource) {
    server.FailNext("get", resource, Error::PermissionDenied("forbidden"),
                    kube::CallPhase::kBefore);
  }
};

TEST_F(InstallationChecks, StandInTheOrderInWhichTheyAreMended) {
  std::vector<std::string> order;
  for (const CheckResult& result : Run()) order.push_back(result.what);
  EXPECT_EQ(order, kLines);
}

TEST_F(InstallationChecks, InAnEmptyNamespaceOnlyTheSwitchIsInOrder) {
  for (const CheckResult& result : Run()) {
    if (result.what == "switch") {
      EXPECT_EQ(result.level, CheckLevel::kOk) << "nobody set it";
      continue;
    }
    EXPECT_NE(result.level, CheckLevel::kOk) << result.what;
    EXPECT_NE(result.fix, "") << result.what;
  }
}

TEST_F(InstallationChecks, TheOperatorsNamespaceIsTheOneThatWasNamed) {
  context.operator_namespace = "security";
  const CheckResult result = Line("operator");
  EXPECT_EQ(result.detail, "has never run in namespace security");
  EXPECT_THAT(result.fix, HasSubstr("-n security, or name its namespace with "
                                    "--operator-namespace"));
}

TEST_F(InstallationChecks, ALeaseThatIsHeldTellsByWhom) {
  StoreLease({{"holderIdentity", "operator-1"},
              {"leaseDurationSeconds", 15},
              {"renewTime", "2026-01-01T00:00:00.000000Z"}});
  EXPECT_EQ(Line("operator").detail, "is running: lease held by operator-1");
  clock.Advance(16s);
  EXPECT_EQ(Line("operator").level, CheckLevel::kFailure);
  EXPECT_EQ(Line("operator").fix, "kubectl get pods -n keysteward-system");
}

TEST_F(InstallationChecks, TheEmergencyStopIsFoundWhateverItsValue) {
  StoreConfigMap("keysteward", {{"emergency-disable", ""}});
  const CheckResult result = Line("switch");
  EXPECT_EQ(result.level, CheckLevel::kFailure);
  EXPECT_THAT(result.fix, HasSubstr("ConfigMap keysteward-system/keysteward"));
}

TEST_F(InstallationChecks, AnotherEntryOfTheSwitchStopsNothing) {
  StoreConfigMap("keysteward", {{"note", "x"}});
  EXPECT_EQ(Line("switch").level, CheckLevel::kOk);
}

TEST_F(InstallationChecks, WhatMayNotBeReadIsToldByItsName) {
  const std::pair<const char*, const char*> rows[] = {
      {"leases.coordination.k8s.io",
       "cannot tell: you may not read Lease keysteward-system/keysteward-operator"},
      {"validatingwebhookconfigurations.admissionregistration.k8s.io",
       "cannot tell: you may not read ValidatingWebhookConfiguration keysteward"},
      {"mutatingwebhookconfigurations.admissionregistration.k8s.io",
       "cannot tell: you may not read MutatingWebhookConfiguration keysteward"}};
  for (const auto& [resource, detail] : rows) {
    Forbid(resource);
    bool found = false;
    for (const CheckResult& result : Run()) {
      if (result.detail != detail) continue;
      found = true;
      EXPECT_EQ(result.level, CheckLevel::kWarning);
      EXPECT_EQ(result.fix, "ask somebody who may read namespace keysteward-system");
    }
    EXPECT_TRUE(found) << resource;
  }
}

TEST_F(InstallationChecks, AnErrorOfTheServerEndsTheCheckAndNamesTheLine) {
  server.FailNext("get", "leases.coordination.k8s.io", Error::Unavailable("connection refused"),
                  kube::CallPhase::kBefore);
  std::vector<CheckResult> results;
  EXPECT_EQ(AddInstallationChecks(context, results).error(),
            Error::Unavailable("check operator: connection refused"));
  EXPECT_TRUE(results.empty()) << "half a check looks like a whole one";
}

TEST_F(InstallationChecks, ALeaseOfAnotherShapeIsAnErrorNotAPass) {
  StoreLease({{"holderIdentity", 7}});
  std::vector<CheckResult> results;
  const Result<void> done = AddInstallationChecks(context, results);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("spec.holderIdentity: must be a string"));
}

}  // namespace
}  // namespace keysteward::cli
