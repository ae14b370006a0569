#include "operator/consumers/consumer_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::core::Pod;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

const ConsumerQuery kQuery{.secret = "stripe-live", .credential = "stripe-live"};

api::core::PodSpec SpecReading(const std::string& secret) {
  api::core::Container container{.name = "app"};
  container.env_from.push_back({.secret_name = secret});
  return {.containers = {container}};
}

Workload DeploymentReading(const std::string& name, const std::string& secret) {
  Workload workload{.api_version = "apps/v1", .kind = "Deployment"};
  workload.metadata.name = name;
  workload.metadata.namespace_name = "payments";
  workload.selector.match_labels = {{"app", name}};
  workload.pod_template.spec = SpecReading(secret);
  return workload;
}

std::shared_ptr<const Pod> PodOf(const std::string& app, const std::string& secret,
                                 const std::string& owner_kind = "ReplicaSet") {
  return PodAt(app + "-pod", 1, [&](Pod& pod) {
    pod.metadata.labels = {{"app", app}};
    pod.spec = SpecReading(secret);
    if (!owner_kind.empty()) {
      pod.metadata.owner_references = {
          {.kind = owner_kind, .name = app + "-rs", .uid = "u", .controller = true}};
    }
  });
}

std::vector<std::string> Names(const std::vector<Consumer>& consumers) {
  std::vector<std::string> names;
  for (const Consumer& consumer : consumers) {
    names.push_back(consumer.kind + " " + consumer.name + " " +
                    std::to_string(consumer.pods.size()));
  }
  return names;
}

TEST(GroupConsumers, PutsPodsUnderTheWorkloadThatOwnsThem) {
  EXPECT_THAT(
      Names(GroupConsumers(
          {{DeploymentReading("api", "stripe-live")}, {PodOf("api", "stripe-live")}}, kQuery)),
      ElementsAre("Deployment api 1"));
}

TEST(GroupConsumers, LeavesOutWhoUsesAnotherSecret) {
  EXPECT_THAT(GroupConsumers({{DeploymentReading("api", "smtp")}, {PodOf("api", "smtp")}}, kQuery),
              IsEmpty());
}

TEST(GroupConsumers, AWorkloadWithoutPodsIsAConsumer) {
  EXPECT_THAT(Names(GroupConsumers({{DeploymentReading("api", "stripe-live")}, {}}, kQuery)),
              ElementsAre("Deployment api 0"));
}

TEST(GroupConsumers, AnOldPodCountsAlthoughTheTemplateNamesTheSecretNoMore) {
  EXPECT_THAT(Names(GroupConsumers(
                  {{DeploymentReading("api", "other")}, {PodOf("api", "stripe-live")}}, kQuery)),
              ElementsAre("Deployment api 1"));
}

TEST(GroupConsumers, WorkloadsThatShareALabelKeepTheirOwnPods) {
  Workload api = DeploymentReading("api", "stripe-live");
  Workload jobs = DeploymentReading("jobs", "stripe-live");
  api.selector.match_labels["team"] = jobs.selector.match_labels["team"] = "payments";
  std::vector<std::shared_ptr<const Pod>> pods;
  for (const char* app : {"api", "jobs", "jobs"}) {
    Pod pod = *PodOf(app, "stripe-live");
    pod.metadata.labels["team"] = "payments";
    pods.push_back(std::make_shared<const Pod>(pod));
  }
  EXPECT_THAT(Names(GroupConsumers({{api, jobs}, pods}, kQuery)),
              ElementsAre("Deployment api 1", "Deployment jobs 2"));
}

TEST(GroupConsumers, ASelectorOfExpressionsAloneIsTriedOnEveryPod) {
  Workload api = DeploymentReading("api", "stripe-live");
  api.selector.match_labels.clear();
  api.selector.match_expressions = {
      {.key = "app", .op = api::SelectorOperator::kIn, .values = {"api"}}};
  EXPECT_THAT(
      Names(GroupConsumers({{api}, {PodOf("web", "smtp"), PodOf("api", "stripe-live")}}, kQuery)),
      ElementsAre("Deployment api 1"));
}

TEST(GroupConsumers, AWorkloadWhoseLabelNoPodHasOwnsNone) {
  EXPECT_THAT(
      Names(GroupConsumers(
          {{DeploymentReading("api", "stripe-live")}, {PodOf("web", "stripe-live")}}, kQuery)),
      ElementsAre("Deployment api 0", "Pod web-pod 1"));
}

TEST(GroupConsumers, APodOfNoWorkloadStandsAlone) {
  EXPECT_THAT(Names(GroupConsumers({{}, {PodOf("one", "stripe-live", "")}}, kQuery)),
              ElementsAre("Pod one-pod 1"));
}

TEST(GroupConsumers, ABarePodWithMatchingLabelsIsNotTheDeployments) {
  EXPECT_THAT(
      Names(GroupConsumers(
          {{DeploymentReading("api", "stripe-live")}, {PodOf("api", "stripe-live", "")}}, kQuery)),
      ElementsAre("Deployment api 0", "Pod api-pod 1"));
}

TEST(GroupConsumers, APodOfAnotherKindOfOwnerIsNotTheDeployments) {
  EXPECT_THAT(Names(GroupConsumers({{DeploymentReading("api", "stripe-live")},
                                    {PodOf("api", "stripe-live", "StatefulSet")}},
                                   kQuery)),
              ElementsAre("Deployment api 0", "Pod api-pod 1"));
}

TEST(GroupConsumers, AnEmptySelectorOwnsNothing) {
  Workload workload = DeploymentReading("api", "stripe-live");
  workload.selector.match_labels.clear();
  EXPECT_THAT(Names(GroupConsumers({{workload}, {PodOf("api", "stripe-live")}}, kQuery)),
              ElementsAre("Deployment api 0", "Pod api-pod 1"));
}

TEST(GroupConsumers, AnIncludedWorkloadCountsWithAllItsPods) {
  ConsumerQuery query = kQuery;
  query.include = {{"apps/v1", "Deployment", "legacy"}};
  EXPECT_THAT(Names(GroupConsumers(
                  {{DeploymentReading("legacy", "none")}, {PodOf("legacy", "none")}}, query)),
              ElementsAre("Deployment legacy 1"));
}

TEST(GroupConsumers, AnInjectedPodIsAUser) {
  const auto pod = PodAt("one", 1, [](Pod& p) {
    p.metadata.annotations["keysteward.dev/inject"] = "smtp, stripe-live";
  });
  EXPECT_THAT(Names(GroupConsumers({{}, {pod}}, kQuery)), ElementsAre("Pod one 1"));
}

TEST(GroupConsumers, ABudgetWithoutRoomStandsBesideTheWorkloadsItCovers) {
  const auto budget = [](const std::string& name, int64_t allowed) {
    api::core::PodDisruptionBudget made;
    made.metadata.name = name;
    made.has_selector = true;
    made.observed_generation = 1;
    made.disruptions_allowed = allowed;
    return std::make_shared<const api::core::PodDisruptionBudget>(made);
  };
  NamespaceSnapshot snapshot{{DeploymentReading("api", "stripe-live")}, {}};
  snapshot.budgets = {budget("roomy", 1)};
  EXPECT_EQ(GroupConsumers(snapshot, kQuery).at(0).exhausted_budget, "");
  snapshot.budgets.push_back(budget("tight", 0));
  EXPECT_EQ(GroupConsumers(snapshot, kQuery).at(0).exhausted_budget, "tight");
}

TEST(ReadNamespace, OneFailedListFailsTheWhole) {
  for (const char* resource :
       {"deployments.apps", "statefulsets.apps", "daemonsets.apps", "pods"}) {
    OperatorRig rig;
    rig.server.FailNext("list", resource, Error::Unavailable("away"), kube::CallPhase::kBefore);
    EXPECT_FALSE(ReadNamespace(rig.server, "payments", {})) << resource;
  }
}

TEST(ReadNamespace, ReadsWorkloadsAndPodsOfThatNamespaceOnly) {
  OperatorRig rig;
  for (const char* space : {"payments", "other"}) {
    ASSERT_TRUE(rig.server.Create(api::KindOf<Pod>::resource,
                                  {{"apiVersion", "v1"},
                                   {"kind", "Pod"},
                                   {"metadata", {{"name", "one"}, {"namespace", space}}},
                                   {"spec", {{"containers", json::array()}}}},
                                  {}, {}));
  }
  const auto snapshot = ReadNamespace(rig.server, "payments", {});
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->pods.size(), 1u);
}

}  // namespace
}  // namespace keysteward::op
