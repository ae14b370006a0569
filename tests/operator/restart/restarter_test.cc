#include "operator/restart/restarter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/workload_types.h"
#include "api/v1alpha1/annotations.h"
#include "observability/metric_names.h"
#include "operator/restart/restart_history.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

class RestarterTest : public testing::Test {
 protected:
  RestarterTest() {
    credential.status.current->revision = 2;
    credential.status.settled_revision = 2;
  }
  // A stored Deployment whose pods run revision 1.
  void Add(const std::string& name) {
    const auto created =
        rig.server.Create(api::KindOf<api::core::Deployment>::resource,
                          {{"apiVersion", "apps/v1"},
                           {"kind", "Deployment"},
                           {"metadata", {{"name", name}, {"namespace", "payments"}}},
                           {"spec", {{"template", {{"spec", {{"containers", json::array()}}}}}}}},
                          {}, {});
    Consumer consumer = NotRestarted(name, 0, 1);
    consumer.workload->metadata = api::Decode<api::core::Deployment>(*created)->metadata;
    rig.consumers.cached.push_back(consumer);
  }
  RestartOutcome Run(bool emergency = false) {
    const auto outcome =
        RestartConsumers(rig.env, {.credential = credential, .emergency = emergency}, {});
    EXPECT_TRUE(outcome);
    return *outcome;
  }

  OperatorRig rig;
  api::v1alpha1::ManagedCredential credential =
      builders::ManagedCredentialBuilder("stripe-live").WithCurrentKey(2, "key_2").Build();
};

TEST_F(RestarterTest, PatchesAndTellsTheWorkloadAndTheCredential) {
  Add("api");
  EXPECT_THAT(Run().patched, ElementsAre("Deployment api"));
  ASSERT_EQ(rig.events.size(), 2u);
  EXPECT_EQ(rig.events[0].regarding.kind, "Deployment");
  EXPECT_EQ(rig.events[0].reason, "ConsumerRestarted");
  EXPECT_EQ(rig.events[1].regarding.kind, "ManagedCredential");
  EXPECT_EQ(rig.metrics.Value(kWorkloadRestarts, {{"kind", "Deployment"}}), 1);
}

TEST_F(RestarterTest, AStaleViewOnlyMeetsAConflictWhichIsNoFailure) {
  Add("api");
  rig.consumers.cached[0].workload->metadata.resource_version = "1";
  const RestartOutcome outcome = Run();
  EXPECT_THAT(outcome.patched, IsEmpty());
  EXPECT_THAT(outcome.failed, IsEmpty());
}

TEST_F(RestarterTest, OneThatFailsDoesNotStopTheOthers) {
  Add("a");
  Add("b");
  rig.server.FailNext("patch", "deployments.apps", Error::PermissionDenied("no"),
                      kube::CallPhase::kBefore);
  const RestartOutcome outcome = Run();
  EXPECT_THAT(outcome.patched, ElementsAre("Deployment b"));
  ASSERT_EQ(outcome.failed.size(), 1u);
  EXPECT_EQ(outcome.failed[0].message, "restart Deployment a: no");
}

TEST_F(RestarterTest, AnEmergencyRaisesTheLimitAndTheCanary) {
  credential.spec.consumers.max_concurrent = 1;
  credential.spec.classification.criticality = api::v1alpha1::Criticality::kCritical;
  for (const char* name : {"a", "b", "c"}) Add(name);
  EXPECT_EQ(Run(true).patched.size(), 3u);
}

TEST_F(RestarterTest, TheLimitsAreThoseOfTheInstallation) {
  for (const char* name : {"a", "b", "c"}) Add(name);
  rig.installation.namespace_restarts = 2;
  EXPECT_EQ(Run().patched.size(), 2u);
  rig.installation.namespace_restarts = 10;
  rig.consumers.rolling = {.in_namespace = 0, .in_cluster = 25};
  EXPECT_THAT(Run().patched, IsEmpty());
}

TEST_F(RestarterTest, TheFourthRestartWithinAnHourIsHeldByWhateverProcessLooks) {
  Add("api");
  const api::ObjectKey key{"payments", "api"};
  for (int64_t revision = 2; revision <= 5; ++revision) {
    credential.status.current->revision = credential.status.settled_revision = revision;
    rig.consumers.cached[0].workload->metadata = rig.Read<api::core::Deployment>(key)->metadata;
    rig.consumers.cached[0].workload->metadata.generation = 1;
    EXPECT_EQ(Run().patched.size(), revision <= 4 ? 1u : 0u) << revision;
    rig.clock.Advance(std::chrono::minutes(1));
  }
  EXPECT_EQ(Run(true).patched.size(), 1u) << "a leak does not wait";
}

TEST_F(RestarterTest, TheFourthGoesOnWhenTheHourIsOver) {
  Add("api");
  auto& metadata = rig.consumers.cached[0].workload->metadata;
  for (int i = 0; i < 3; ++i) {
    metadata.annotations[api::v1alpha1::kRestartsAnnotation] =
        NoteRestart(*rig.consumers.cached[0].workload, rig.clock.WallNow());
  }
  EXPECT_THAT(Run().patched, IsEmpty());
  rig.clock.Advance(std::chrono::hours(1));
  EXPECT_EQ(Run().patched.size(), 1u);
}

TEST_F(RestarterTest, OneRolloutServesEverySettledDeliveryOfTheWorkload) {
  Add("api");
  rig.settled = {{"smtp", "smtp", 4}, {"unused", "unused", 9}};
  api::core::Container container{.name = "app"};
  container.env_from.push_back({.secret_name = "smtp"});
  rig.consumers.cached[0].workload->pod_template.spec.containers = {container};
  Run();
  const auto stored = rig.Read<api::core::Deployment>({"payments", "api"});
  const auto& meta = stored->spec.pod_template.metadata;
  EXPECT_EQ(meta.Annotation("revision.keysteward.dev/smtp"), "4");
  EXPECT_EQ(meta.Annotation("revision.keysteward.dev/stripe-live"), "2");
  EXPECT_EQ(meta.Annotation("revision.keysteward.dev/unused"), "");
}

TEST_F(RestarterTest, AProcessThatLostTheLeasePatchesNothing) {
  Add("api");
  rig.is_leader = false;
  EXPECT_FALSE(RestartConsumers(rig.env, {.credential = credential}, {}));
  EXPECT_EQ(rig.server.CallCount("patch", "deployments.apps"), 0u);
}

TEST_F(RestarterTest, TheWayBackIgnoresTheFlapBreakerButNotTheLimits) {
  credential.spec.consumers.max_concurrent = 1;
  for (const char* name : {"a", "b"}) {
    Add(name);
    Workload& workload = *rig.consumers.cached.back().workload;
    for (int i = 0; i < 3; ++i) {
      workload.metadata.annotations[api::v1alpha1::kRestartsAnnotation] =
          NoteRestart(workload, rig.clock.WallNow());
    }
  }
  EXPECT_THAT(Run().patched, IsEmpty());
  const auto outcome =
      RestartConsumers(rig.env, {.credential = credential, .restrained = false}, {});
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->patched, ElementsAre("Deployment a"));
}

}  // namespace
}  // namespace keysteward::op
