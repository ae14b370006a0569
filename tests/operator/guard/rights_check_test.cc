#include "operator/guard/rights_check.h"

#include <map>

#include "tests/operator/guard/guard_fixture.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr api::Resource kRules{"authorization.k8s.io", "v1", "selfsubjectrulesreviews",
                               "SelfSubjectRulesReview", false};
constexpr api::Resource kAccess{"authorization.k8s.io", "v1", "selfsubjectaccessreviews",
                                "SelfSubjectAccessReview", false};

class RightsCheckTest : public GuardFixture {
 protected:
  RightsCheckTest() {
    server.RespondToCreate(kRules, [this](const json& review) -> Result<json> {
      if (refused) return *refused;
      const bool ours = review["spec"]["namespace"] == kOurs;
      json rules = cluster;
      if (ours) rules.insert(rules.end(), inside.begin(), inside.end());
      json answer = review;
      answer["status"] = {{"resourceRules", rules}, {"incomplete", incomplete}};
      return answer;
    });
    server.RespondToCreate(kAccess, [this](const json& review) -> Result<json> {
      asked.push_back(review["spec"]["resourceAttributes"]);
      json answer = review;
      answer["status"] = {{"allowed", other_authorizer_allows}};
      return answer;
    });
  }
  double Count(const char* difference) {
    return metrics.Value(kRightsDifferences, {{"difference", difference}});
  }

  // What is granted, by the ClusterRole and by the Role.
  json cluster = WantedClusterRules();
  json inside = WantedNamespaceRules();
  bool incomplete = false;
  bool other_authorizer_allows = false;
  std::optional<Error> refused;
  std::vector<json> asked;
  RightsCheck check{runtime, {.namespace_name = kOurs}, record};
};

TEST_F(RightsCheckTest, RightsAsDeclaredAreLookedAtHourlyAndNothingIsTold) {
  EXPECT_EQ(check.Look({}), 1h);
  EXPECT_TRUE(metrics.Has(kRightsDifferences, {{"difference", "missing"}}));
  EXPECT_EQ(Count("missing") + Count("excess"), 0);
  EXPECT_THAT(events, IsEmpty());
  EXPECT_THAT(log.Lines(), IsEmpty());
  EXPECT_THAT(asked, IsEmpty()) << "the rules say it all";
}

TEST_F(RightsCheckTest, B34_ARightThatIsMissingIsToldOnceByName) {
  cluster.erase(0);
  inside = json::array();
  EXPECT_EQ(check.Look({}), 1min) << "until it is well again";
  check.Look({});
  ASSERT_THAT(Reasons(), ElementsAre("RightsChanged"));
  EXPECT_EQ(events[0].note,
            "rights are missing: get pods, list pods, watch pods, delete secrets in namespace "
            "keysteward-system");
  EXPECT_EQ(events[0].regarding.kind, "Deployment");
  EXPECT_EQ(events[0].regarding.name, "keysteward-operator");
  EXPECT_FALSE(events[0].regarding.uid.empty());
  EXPECT_EQ(Count("missing"), 4);
  EXPECT_EQ(log.Count("rights differ from those that the chart declares"), 1);
  cluster = WantedClusterRules();
  inside = WantedNamespaceRules();
  EXPECT_EQ(check.Look({}), 1h);
  EXPECT_EQ(Count("missing"), 0);
  EXPECT_EQ(log.Count("rights are as declared again"), 1);
}

TEST_F(RightsCheckTest, B34_ARightThatTheOperatorMustNotHaveIsToldByNameAndPlace) {
  cluster.push_back(Rule("rbac.authorization.k8s.io", {"clusterrolebindings"}, {"create"}));
  inside.push_back(Rule("", {"pods/exec"}, {"create"}));
  EXPECT_EQ(check.Look({}), 1min);
  ASSERT_THAT(Reasons(), ElementsAre("RightsChanged"));
  EXPECT_EQ(events[0].note,
            "rights that the operator must not have: create "
            "clusterrolebindings.rbac.authorization.k8s.io, create pods/exec in namespace "
            "keysteward-system");
  EXPECT_EQ(Count("excess"), 2);
}

TEST_F(RightsCheckTest, ARightOfOurNamespaceIsOneTooManyElsewhere) {
  cluster.push_back(Rule("", {"secrets"}, {"delete"}));
  check.Look({});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].note, "rights that the operator must not have: delete secrets");
}

TEST_F(RightsCheckTest, WhereOtherAuthorizersDecideTooEachMissingRightIsAskedAbout) {
  incomplete = true;
  other_authorizer_allows = true;
  cluster = json::array({Rule("", {"pods"}, {"get", "list"})});
  cluster.push_back(Rule("", {"secrets"}, {"get", "patch"}));
  json map = Get(kConfigMaps, "keysteward-wanted");
  json wanted = WantedClusterRules();
  wanted.push_back(Rule("keysteward.dev", {"managedcredentials/status"}, {"patch"}));
  map["data"]["clusterRules"] = wanted.dump();
  ASSERT_TRUE(server.Update(kConfigMaps, map, {}, {}));
  EXPECT_EQ(check.Look({}), 1h);
  EXPECT_THAT(events, IsEmpty());
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_EQ(asked[1]["name"], "keysteward");
  EXPECT_EQ(asked[2], json({{"verb", "patch"},
                            {"group", "keysteward.dev"},
                            {"resource", "managedcredentials"},
                            {"subresource", "status"},
                            {"name", ""},
                            {"namespace", ""}}));
  other_authorizer_allows = false;
  check.Look({});
  EXPECT_EQ(Count("missing"), 3);
}

TEST_F(RightsCheckTest, NotBeingAllowedToReadTheDeclarationIsAMissingRight) {
  server.FailNext("get", "configmaps", Error::PermissionDenied("no"), kube::CallPhase::kBefore);
  EXPECT_EQ(check.Look({}), 1min);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(events[0].note,
              HasSubstr("get configmaps keysteward-wanted in namespace keysteward-system"));
}

TEST_F(RightsCheckTest, NoRightAtAllIsAnAnswerToo) {
  server.RespondToCreate(kRules, [](const json& review) -> Result<json> {
    json answer = review;
    answer["status"] = {{"resourceRules", nullptr}, {"nonResourceRules", nullptr}};
    return answer;
  });
  EXPECT_EQ(check.Look({}), 1min);
  EXPECT_EQ(Count("missing"), 7);
}

TEST_F(RightsCheckTest, WithoutADeclarationThereIsNothingToCompareWith) {
  Remove(kConfigMaps, "keysteward-wanted");
  EXPECT_EQ(check.Look({}), 1h);
  EXPECT_THAT(events, IsEmpty());
  EXPECT_FALSE(metrics.Has(kRightsDifferences, {{"difference", "missing"}}));
}

TEST_F(RightsCheckTest, AnAnswerThatDoesNotComeIsLoggedAndAskedForAgain) {
  refused = Error::PermissionDenied("may not ask");
  EXPECT_EQ(check.Look({}), 1min);
  EXPECT_TRUE(log.Contains("rights not looked at", "ask for our own rights: may not ask"));
  EXPECT_THAT(events, IsEmpty());
}

TEST_F(RightsCheckTest, WithoutItsDeploymentTheLogAloneTells) {
  Remove(kDeployments, "keysteward-operator");
  cluster.erase(0);
  check.Look({});
  EXPECT_THAT(events, IsEmpty());
  EXPECT_EQ(log.Count("rights differ from those that the chart declares"), 1);
}

TEST_F(RightsCheckTest, ItLooksAgainUntilItIsStopped) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(check.Run(stop.get_token()));
}

}  // namespace
}  // namespace keysteward::op
