#include "operator/report/reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "kube/cache/store.h"
#include "observability/metric_names.h"
#include "tests/builders/admission_kind_builders.h"
#include "tests/detection/samples.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/operator/report/served_cluster.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialException;
using api::v1alpha1::CredentialPolicy;
using builders::CredentialExceptionBuilder;
using builders::CredentialPolicyBuilder;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;  // NOLINT: test durations

class ReporterTest : public testing::Test {
 protected:
  void SetUp() override {
    AddNamespace("shop");
    AddNamespace("kube-system");
    AddNamespace("keysteward-system");
    cluster_.documents["/apis/wgpolicyk8s.io/v1alpha2"] = json::object();
    SetPolicy(1, [](auto&) {});
  }

  void AddNamespace(const std::string& name, std::map<std::string, std::string> labels = {}) {
    api::core::Namespace space;
    space.metadata.name = name;
    space.metadata.labels = std::move(labels);
    namespaces_.Put(std::make_shared<const api::core::Namespace>(space));
  }
  void SetPolicy(int64_t generation,
                 const std::function<void(api::v1alpha1::CredentialPolicySpec&)>& change) {
    CredentialPolicy policy = CredentialPolicyBuilder().With(change).Build();
    policy.metadata.uid = "uid";
    policy.metadata.generation = generation;
    policies_.Put(std::make_shared<const CredentialPolicy>(policy));
  }
  static json ConfigMap(const std::string& name, const std::string& value) {
    return {{"metadata", {{"name", name}, {"namespace", "shop"}}},
            {"data", {{"API_TOKEN", value}}}};
  }
  json Report(const std::string& space = "shop") {
    const auto report = cluster_.Get(kPolicyReports, {space, kReportName}, {});
    return report ? *report : json();
  }
  Reporter Make() {
    return Reporter(runtime_,
                    {kube::Lister(namespaces_), kube::Lister(policies_), kube::Lister(exceptions_),
                     kube::Lister(credentials_)},
                    {.namespace_name = "keysteward-system",
                     .excluded_namespaces = {"kube-system"},
                     .requests_per_second = 1e6,
                     .page = 2});
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeLogger log_;
  FakeMetrics metrics_;
  ServedCluster cluster_{clock_, random_};
  const kube::Runtime runtime_{cluster_, clock_, random_, log_, metrics_};
  kube::Store<api::core::Namespace> namespaces_;
  kube::Store<CredentialPolicy> policies_;
  kube::Store<CredentialException> exceptions_;
  kube::Store<api::v1alpha1::ManagedCredential> credentials_;
  const std::string token_ = detection::MakeSample("ghp_{alnum:30}{crc32}");
};

TEST_F(ReporterTest, WritesWhatItFindsWithoutTheValue) {
  cluster_.Put("configmaps", "shop", ConfigMap("a", "info"));
  cluster_.Put("configmaps", "shop", ConfigMap("b", token_));
  cluster_.Put("configmaps", "shop", ConfigMap("c", token_));
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  const json report = Report();
  ASSERT_THAT(report["results"], SizeIs(2));
  EXPECT_EQ(report["results"][0]["resources"][0]["name"], "b");
  EXPECT_EQ(report["results"][0]["resources"][0]["kind"], "ConfigMap");
  EXPECT_EQ(report["summary"]["fail"], 2);
  EXPECT_THAT(report.dump(), Not(HasSubstr(token_.substr(4, 12))));
  EXPECT_EQ(metrics_.Value(kReportFindings, {{"severity", "deny"}}), 2);
  EXPECT_EQ(metrics_.Value(kReportObjects, {}), 3);
  EXPECT_GT(metrics_.Value(kReportLastScan, {}), 1.7e9);
  EXPECT_EQ(ReportedCondition(*reporter.summary()).reason, "ReportWritten");
}

TEST_F(ReporterTest, LooksAtNoExcludedNamespace) {
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_EQ(reporter.summary()->namespaces, 1u);
  for (const std::string& path : cluster_.asked) {
    EXPECT_EQ(path.find("kube-system"), std::string::npos) << path;
    EXPECT_EQ(path.find("keysteward-system"), std::string::npos) << path;
  }
}

TEST_F(ReporterTest, TheWorkOfAControllerIsLeftToItsOwner) {
  json pod = {
      {"metadata", {{"name", "web-1"}}},
      {"spec",
       {{"containers", {{{"name", "a"}, {"env", {{{"name", "API_TOKEN"}, {"value", token_}}}}}}}}}};
  cluster_.Put("pods", "shop", pod);
  pod["metadata"]["ownerReferences"] = {
      {{"apiVersion", "apps/v1"}, {"kind", "ReplicaSet"}, {"name", "web"}, {"controller", true}}};
  cluster_.Put("pods", "shop", pod);
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_EQ(reporter.summary()->counts.deny, 1u);
  EXPECT_EQ(reporter.summary()->objects, 1u);
}

TEST_F(ReporterTest, ASecretWithoutOwnerIsFoundByItsMetadata) {
  ASSERT_TRUE(cluster_.Create(api::KindOf<api::core::Secret>::resource,
                              {{"apiVersion", "v1"},
                               {"kind", "Secret"},
                               {"metadata", {{"name", "legacy"}, {"namespace", "shop"}}}},
                              {}, {}));
  cluster_.Put("pods", "shop",
               {{"metadata", {{"name", "web"}}},
                {"spec",
                 {{"containers",
                   {{{"name", "a"}, {"envFrom", {{{"secretRef", {{"name", "legacy"}}}}}}}}}}}});
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_THAT(Report().dump(), HasSubstr("secret-without-owner"));
}

TEST_F(ReporterTest, ExceptionsAndModesCount) {
  cluster_.Put("configmaps", "shop", ConfigMap("b", token_));
  AddNamespace("lab", {{"keysteward.dev/enforce", "audit"}});
  cluster_.Put("configmaps", "lab", ConfigMap("b", token_));
  const std::string rule = [&] {
    Reporter first = Make();
    EXPECT_TRUE(first.RunIfDue({}));
    return Report()["results"][0]["rule"].get<std::string>();
  }();
  exceptions_.Put(std::make_shared<const CredentialException>(
      CredentialExceptionBuilder("legacy", clock_.WallNow() + 48h)
          .In("shop")
          .ForRule(rule)
          .Build()));
  clock_.Advance(25h);
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_EQ(Report()["summary"]["skip"], 1);
  EXPECT_EQ(Report("lab")["results"][0]["severity"], "low");
  EXPECT_EQ(metrics_.Value(kReportFindings, {{"severity", "waived"}}), 1);
  EXPECT_EQ(metrics_.Value(kReportFindings, {{"severity", "audit"}}), 1);
}

TEST_F(ReporterTest, CustomRulesOfPoliciesAreUsed) {
  SetPolicy(1, [](auto& spec) {
    spec.literals.custom_rules = {{.id = "acme",
                                   .pattern = "acme_[a-z]{24}",
                                   .keywords = {"acme_"},
                                   .examples = {"acme_{lower:24}"}}};
  });
  json map = ConfigMap("b", "");
  map["data"] = {{"notes", detection::MakeSample("acme_{lower:24}")}};
  cluster_.Put("configmaps", "shop", map);
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_EQ(Report()["results"][0]["rule"], "acme");
}

TEST_F(ReporterTest, IsDueOnceADayAndWhenAPolicyChanged) {
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_FALSE(reporter.RunIfDue({}));
  SetPolicy(2, [](auto&) {});
  EXPECT_TRUE(reporter.RunIfDue({}));
  EXPECT_FALSE(reporter.RunIfDue({}));
  clock_.Advance(23h);
  EXPECT_FALSE(reporter.RunIfDue({}));
  clock_.Advance(1h);
  EXPECT_TRUE(reporter.RunIfDue({}));
}

TEST_F(ReporterTest, ANewLeaderGoesOnFromTheLastScan) {
  Reporter before = Make();
  ASSERT_TRUE(before.RunIfDue({}));
  clock_.Advance(1h);
  metrics_.Set(kReportLastScan, {}, 0);
  Reporter after = Make();
  EXPECT_FALSE(after.RunIfDue({}));
  EXPECT_GT(metrics_.Value(kReportLastScan, {}), 1.7e9) << "its age stays visible";
  clock_.Advance(23h);
  EXPECT_TRUE(after.RunIfDue({}));
}

TEST_F(ReporterTest, WithoutTheKindOfReportsThereAreMetricsAndACondition) {
  cluster_.documents.clear();
  cluster_.Put("configmaps", "shop", ConfigMap("b", token_));
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_TRUE(Report().is_null());
  EXPECT_EQ(metrics_.Value(kReportFindings, {{"severity", "deny"}}), 1);
  const api::Condition condition = ReportedCondition(*reporter.summary());
  EXPECT_EQ(condition.status + condition.reason, "FalseNoReportKind");
  EXPECT_THAT(condition.message, HasSubstr("admission would refuse 1 findings"));
}

TEST_F(ReporterTest, AReportGoesWhenNothingIsFoundAnyMore) {
  cluster_.Put("configmaps", "shop", ConfigMap("b", token_));
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_FALSE(Report().is_null());
  cluster_.Forget();
  clock_.Advance(24h);
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_TRUE(Report().is_null());
}

TEST_F(ReporterTest, AKindThatCannotBeListedIsCountedAndTheOthersAreLookedAt) {
  cluster_.failing.emplace("/pods", Error::PermissionDenied("forbidden"));
  cluster_.Put("configmaps", "shop", ConfigMap("b", token_));
  Reporter reporter = Make();
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_EQ(reporter.summary()->errors, 1u);
  EXPECT_EQ(metrics_.Value(kReportErrors, {}), 1);
  EXPECT_EQ(Report()["summary"]["error"], 1);
  // What could not be looked at takes no report away.
  cluster_.Forget();
  clock_.Advance(24h);
  ASSERT_TRUE(reporter.RunIfDue({}));
  EXPECT_FALSE(Report().is_null());
}

TEST_F(ReporterTest, AScanThatIsStoppedCountsAsNone) {
  std::stop_source stop;
  stop.request_stop();
  Reporter reporter = Make();
  EXPECT_FALSE(reporter.RunIfDue({.stop = stop.get_token()}));
  EXPECT_EQ(metrics_.Value(kReportLastScan, {}), 0);
  clock_.Advance(10min);
  EXPECT_TRUE(reporter.RunIfDue({})) << "it is still due";
}

}  // namespace
}  // namespace keysteward::op
