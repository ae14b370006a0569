#include "operator/guard/rights_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/operator/guard/wanted_objects.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

// Of one rule or of a list of them.
PolicyRules Rules(const json& rules) {
  return *ReadPolicyRules(rules.is_array() ? rules : json::array({rules}));
}

std::vector<std::string> Texts(const std::vector<Right>& rights) {
  std::vector<std::string> texts;
  for (const Right& right : rights) texts.push_back(Describe(right));
  return texts;
}

TEST(RightsDifference, ARightIsNamedAsPeopleWriteIt) {
  EXPECT_EQ(Describe({"list", "", "pods"}), "list pods");
  EXPECT_EQ(Describe({"patch", "apps", "deployments", "web", "shop"}),
            "patch deployments.apps web in namespace shop");
}

TEST(RightsDifference, RulesAreTakenApartIntoSingleRights) {
  EXPECT_THAT(Texts(RightsOf(Rules(json::array({Rule("", {"a", "b"}, {"get"}),
                                                Rule("g", {"c"}, {"get", "patch"}, {"x", "y"})})),
                             "ours")),
              ElementsAre("get a in namespace ours", "get b in namespace ours",
                          "get c.g x in namespace ours", "get c.g y in namespace ours",
                          "patch c.g x in namespace ours", "patch c.g y in namespace ours"));
}

TEST(RightsDifference, AGrantMayBeWiderAndNeverNarrower) {
  const Right exec{"create", "", "pods/exec"};
  const Right named{"patch", "apps", "deployments", "web"};
  const struct {
    json rule;
    bool exec;
    bool named;
  } cases[] = {
      {Rule("", {"pods/exec"}, {"create"}), true, false},
      {Rule("*", {"*"}, {"*"}), true, true},
      {Rule("", {"*/exec"}, {"*"}), true, false},
      {Rule("", {"pods"}, {"create"}), false, false},
      {Rule("", {"pods/exec"}, {"get"}), false, false},
      {Rule("apps", {"pods/exec"}, {"create"}), false, false},
      {Rule("", {"pods/exec"}, {"create"}, {"one"}), false, false},
      {Rule("apps", {"deployments"}, {"patch"}), false, true},
      {Rule("apps", {"deployments"}, {"patch"}, {"web", "b"}), false, true},
      {Rule("apps", {"deployments"}, {"patch"}, {"b"}), false, false},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(Grants(Rules(each.rule), exec), each.exec) << each.rule;
    EXPECT_EQ(Grants(Rules(each.rule), named), each.named) << each.rule;
  }
}

TEST(RightsDifference, WhatIsNotGrantedIsMissing) {
  const std::vector<Right> wanted = RightsOf(Rules(WantedClusterRules()), "");
  EXPECT_THAT(MissingRights(wanted, Rules(WantedClusterRules())), IsEmpty());
  EXPECT_THAT(Texts(MissingRights(wanted, Rules(Rule("", {"pods", "secrets"}, {"get"})))),
              ElementsAre("list pods", "watch pods", "patch secrets",
                          "patch validatingwebhookconfigurations.admissionregistration.k8s.io "
                          "keysteward"));
  EXPECT_EQ(MissingRights(wanted, {}).size(), wanted.size());
}

TEST(RightsDifference, OfWhatNobodyDeclaredThatCountsWhichLeadsFurther) {
  const json counted[] = {
      Rule("*", {"*"}, {"*"}),
      Rule("keysteward.dev", {"*"}, {"get"}),
      Rule("", {"pods"}, {"*"}),
      Rule("rbac.authorization.k8s.io", {"clusterroles"}, {"escalate"}),
      Rule("rbac.authorization.k8s.io", {"clusterrolebindings"}, {"create"}),
      Rule("", {"users"}, {"impersonate"}),
      Rule("", {"secrets"}, {"update"}),
      Rule("", {"secrets"}, {"delete"}),
      Rule("", {"pods"}, {"create"}),
      Rule("", {"pods/exec"}, {"get"}),
      Rule("", {"nodes/proxy"}, {"get"}),
      Rule("", {"serviceaccounts/token"}, {"create"}),
      Rule("admissionregistration.k8s.io", {"validatingwebhookconfigurations"}, {"patch"}),
      Rule("admissionregistration.k8s.io", {"mutatingwebhookconfigurations"}, {"delete"}, {"x"}),
      Rule("apiextensions.k8s.io", {"customresourcedefinitions"}, {"update"}),
      Rule("certificates.k8s.io", {"certificatesigningrequests/approval"}, {"update"}),
      Rule("batch", {"jobs"}, {"create"})};
  for (const json& rule : counted) {
    EXPECT_EQ(ExcessRights(Rules(rule), Rules(WantedClusterRules()), "").size(), 1u) << rule;
  }
  const json harmless[] = {Rule("", {"pods", "nodes"}, {"get", "list", "watch"}),
                           Rule("authorization.k8s.io", {"selfsubjectaccessreviews"}, {"create"}),
                           Rule("project.openshift.io", {"projectrequests"}, {"create"}),
                           Rule("", {"secrets"}, {"get", "patch"}),
                           Rule("admissionregistration.k8s.io", {"validatingwebhookconfigurations"},
                                {"patch"}, {"keysteward"})};
  for (const json& rule : harmless) {
    EXPECT_THAT(ExcessRights(Rules(rule), Rules(WantedClusterRules()), ""), IsEmpty()) << rule;
  }
}

TEST(RightsDifference, WhatIsGrantedTwiceIsToldOnce) {
  const json rule = Rule("", {"secrets"}, {"delete"});
  EXPECT_THAT(Texts(ExcessRights(Rules(json::array({rule, rule})), {}, "ours")),
              ElementsAre("delete secrets in namespace ours"));
}

}  // namespace
}  // namespace keysteward::op
