// The informers behind ConsumerSource: what rolls because of us, and budgets beside their pods.
#include "operator/consumers/consumer_index.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/fakes/eventually.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using nlohmann::json;

class ConsumerIndexTest : public testing::Test {
 protected:
  // One Deployment of two pods that reads stripe-live; `updated` of them run the newest template.
  void Add(const std::string& space, const std::string& name, bool restarted, int updated) {
    json annotations = json::object();
    if (restarted) annotations["revision.keysteward.dev/stripe-live"] = "2";
    const json from = {{"secretRef", {{"name", "stripe-live"}}}};
    const json container = {{"name", "app"}, {"envFrom", json::array({from})}};
    const json object = {
        {"apiVersion", "apps/v1"},
        {"kind", "Deployment"},
        {"metadata", {{"name", name}, {"namespace", space}}},
        {"spec",
         {{"replicas", 2},
          {"selector", {{"matchLabels", {{"app", name}}}}},
          {"template",
           {{"metadata", {{"labels", {{"app", name}}}, {"annotations", annotations}}},
            {"spec", {{"containers", json::array({container})}}}}}}}};
    const api::Resource& resource = api::KindOf<api::core::Deployment>::resource;
    ASSERT_TRUE(rig.server.Create(resource, object, {}, {}));
    ASSERT_TRUE(rig.server.Patch(resource, {space, name}, kube::PatchType::kMerge,
                                 {{"status",
                                   {{"observedGeneration", 1},
                                    {"replicas", 2},
                                    {"updatedReplicas", updated},
                                    {"readyReplicas", 2},
                                    {"availableReplicas", 2}}}},
                                 {.subresource = "status"}, {}));
  }
  void AddBudget(int allowed) {
    const api::Resource& resource = api::KindOf<api::core::PodDisruptionBudget>::resource;
    ASSERT_TRUE(rig.server.Create(
        resource,
        {{"apiVersion", "policy/v1"},
         {"kind", "PodDisruptionBudget"},
         {"metadata", {{"name", "pdb"}, {"namespace", "payments"}}},
         {"spec", {{"selector", {{"matchLabels", {{"app", "api"}}}}}}},
         {"status", {{"observedGeneration", 1}, {"disruptionsAllowed", allowed}}}},
        {}, {}));
    (void)rig.server.Patch(
        resource, {"payments", "pdb"}, kube::PatchType::kMerge,
        {{"status", {{"observedGeneration", 1}, {"disruptionsAllowed", allowed}}}},
        {.subresource = "status"}, {});
  }
  void Start() {
    for (kube::InformerBase* informer : std::initializer_list<kube::InformerBase*>{
             &pods, &deployments, &stateful_sets, &daemon_sets, &budgets}) {
      informer->Start();
    }
    ASSERT_TRUE(Eventually([&] {
      return pods.HasSynced() && deployments.HasSynced() && stateful_sets.HasSynced() &&
             daemon_sets.HasSynced() && budgets.HasSynced();
    }));
  }

  OperatorRig rig;
  kube::Runtime runtime{rig.server, rig.clock, rig.random, rig.log, rig.metrics};
  kube::Informer<api::core::Pod> pods{runtime};
  kube::Informer<api::core::Deployment> deployments{runtime};
  kube::Informer<api::core::StatefulSet> stateful_sets{runtime};
  kube::Informer<api::core::DaemonSet> daemon_sets{runtime};
  kube::Informer<api::core::PodDisruptionBudget> budgets{runtime};
  ConsumerIndex index{{pods, deployments, stateful_sets, daemon_sets, budgets}, rig.server};
};

TEST_F(ConsumerIndexTest, CountsWhatRollsBecauseOfUsByNamespaceAndInAll) {
  Add("payments", "rolling", true, 1);
  Add("payments", "through", true, 2);
  Add("payments", "rolling-by-its-owner", false, 1);
  Add("shop", "rolling", true, 1);
  Start();
  EXPECT_EQ(index.RollingNow("payments").in_namespace, 1);
  EXPECT_EQ(index.RollingNow("payments").in_cluster, 2);
  EXPECT_EQ(index.RollingNow("empty").in_namespace, 0);
  EXPECT_EQ(index.RollingNow("empty").in_cluster, 2);
}

TEST_F(ConsumerIndexTest, ABudgetWithoutRoomStandsBesideTheWorkloadItCovers) {
  Add("payments", "api", false, 2);
  Add("payments", "web", false, 2);
  AddBudget(0);
  Start();
  const auto consumers = index.Cached("payments", {.secret = "stripe-live"});
  ASSERT_EQ(consumers.size(), 2u);
  EXPECT_EQ(consumers[0].exhausted_budget, "pdb");
  EXPECT_EQ(consumers[1].exhausted_budget, "") << "not covered";
}

TEST_F(ConsumerIndexTest, ABudgetWithRoomIsNotMentioned) {
  Add("payments", "api", false, 2);
  AddBudget(1);
  Start();
  EXPECT_EQ(index.Cached("payments", {.secret = "stripe-live"}).at(0).exhausted_budget, "");
}

}  // namespace
}  // namespace keysteward::op
