#include "operator/guard/registration_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operator/guard/wanted_objects.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

// What the API server makes of the declared entries, with the caBundle that the operator keeps.
json Live() {
  json live = WantedRegistration();
  for (json& webhook : live["webhooks"]) {
    webhook["clientConfig"]["caBundle"] = "Y2E=";
    webhook["namespaceSelector"] = json::object();
    webhook["objectSelector"] = json::object();
    for (json& rule : webhook["rules"]) rule["scope"] = "*";
  }
  return live;
}

TEST(RegistrationDifference, WhatTheServerFillsInIsNone) {
  EXPECT_THAT(RegistrationDifferences(Live(), WantedRegistration()), IsEmpty());
  json wanted = WantedRegistration();
  json live = Live();
  wanted["webhooks"][0].erase("matchConditions");
  wanted["webhooks"][0].erase("timeoutSeconds");
  wanted["webhooks"][0].erase("failurePolicy");
  wanted["webhooks"][0]["clientConfig"]["service"].erase("port");
  live["webhooks"][0].erase("matchConditions");
  live["webhooks"][0]["timeoutSeconds"] = 10;
  live["webhooks"][0]["failurePolicy"] = "Fail";
  live["webhooks"][0]["reinvocationPolicy"] = "Never";
  EXPECT_THAT(RegistrationDifferences(live, wanted), IsEmpty());
}

TEST(RegistrationDifference, LabelsAndTheCaBundleAreNone) {
  json live = Live();
  live["metadata"]["labels"] = {{"a", "b"}};
  live["webhooks"][1]["clientConfig"].erase("caBundle");
  EXPECT_THAT(RegistrationDifferences(live, WantedRegistration()), IsEmpty());
}

struct Case {
  const char* pointer;
  json value;
  const char* field;
};

TEST(RegistrationDifference, EveryFieldThatDecidesWhetherWeAreAskedIsOne) {
  const std::vector<Case> cases = {
      {"/failurePolicy", "Fail", "failurePolicy"},
      {"/timeoutSeconds", 1, "timeoutSeconds"},
      {"/matchPolicy", "Exact", "matchPolicy"},
      {"/sideEffects", "NoneOnDryRun", "sideEffects"},
      {"/reinvocationPolicy", "IfNeeded", "reinvocationPolicy"},
      {"/namespaceSelector", {{"matchLabels", {{"a", "b"}}}}, "namespaceSelector"},
      {"/objectSelector", {{"matchLabels", {{"a", "b"}}}}, "objectSelector"},
      {"/matchConditions/0/expression", "false", "matchConditions"},
      {"/matchConditions/1", {{"name", "never"}, {"expression", "false"}}, "matchConditions"},
      {"/rules/0/operations", json::array({"DELETE"}), "rules"},
      {"/rules/0/scope", "Cluster", "rules"},
      {"/rules", json::array(), "rules"},
      {"/clientConfig/service/name", "elsewhere", "clientConfig"},
      {"/clientConfig/service/path", "/x", "clientConfig"},
      {"/clientConfig/url", "https://elsewhere.example", "clientConfig"},
      {"/admissionReviewVersions", json::array({"v1beta1"}), "admissionReviewVersions"}};
  for (const Case& changed : cases) {
    json live = Live();
    live["webhooks"][1][json::json_pointer(changed.pointer)] = changed.value;
    EXPECT_THAT(RegistrationDifferences(live, WantedRegistration()),
                ElementsAre(std::string("webhook workloads.keysteward.dev: ") + changed.field))
        << changed.pointer;
    live["webhooks"] = RestoredWebhooks(live, WantedRegistration());
    EXPECT_THAT(RegistrationDifferences(live, WantedRegistration()), IsEmpty());
  }
}

TEST(RegistrationDifference, EntriesThatAreGoneOrNotDeclaredAreOne) {
  json live = Live();
  live["webhooks"][0]["name"] = "other.example.com";
  EXPECT_THAT(RegistrationDifferences(live, WantedRegistration()),
              ElementsAre("webhook pods.keysteward.dev is gone",
                          "webhook other.example.com is not declared"));
  live.erase("webhooks");
  EXPECT_EQ(RegistrationDifferences(live, WantedRegistration()).size(), 2u);
}

TEST(RegistrationDifference, WhatIsPutBackKeepsTheBundles) {
  json live = Live();
  live["webhooks"][0]["clientConfig"]["caBundle"] = "b25l";
  live["webhooks"].erase(1);
  const json webhooks = RestoredWebhooks(live, WantedRegistration());
  EXPECT_EQ(webhooks[0]["clientConfig"]["caBundle"], "b25l");
  EXPECT_EQ(webhooks[1]["clientConfig"]["caBundle"], "b25l") << "they are all the same";
  EXPECT_FALSE(
      RestoredWebhooks(json(), WantedRegistration())[0]["clientConfig"].contains("caBundle"));
}

TEST(RegistrationDifference, WhatIsMadeAgainIsKnownByItsLabelsAndAnnotationsAndHasAnOwner) {
  json wanted = WantedRegistration();
  wanted["apiVersion"] = "admissionregistration.k8s.io/v1";
  wanted["kind"] = "ValidatingWebhookConfiguration";
  json last = Live();
  last["metadata"]["annotations"] = {{"argocd.argoproj.io/tracking-id", "x"}};
  last["metadata"]["labels"] = {{"app.kubernetes.io/managed-by", "forged"}, {"team", "a"}};
  last["metadata"]["uid"] = "old";
  const json owner = {{"kind", "ClusterRole"}, {"uid", "1"}};
  const json made = MadeAgain(wanted, last, owner);
  EXPECT_EQ(made["metadata"],
            json({{"name", "keysteward"},
                  {"labels", {{"app.kubernetes.io/managed-by", "Helm"}, {"team", "a"}}},
                  {"annotations",
                   {{"argocd.argoproj.io/tracking-id", "x"},
                    {"meta.helm.sh/release-name", "keysteward"}}},
                  {"ownerReferences", {owner}}}));
  EXPECT_EQ(made["webhooks"][0]["clientConfig"]["caBundle"], "Y2E=");
  EXPECT_EQ(MadeAgain(wanted, json(), owner)["metadata"]["annotations"],
            wanted["metadata"]["annotations"]);
}

json Entry(const std::string& manager, json fields) {
  return {{"manager", manager}, {"operation", "Update"}, {"fieldsV1", std::move(fields)}};
}

TEST(RegistrationDifference, FieldsThatWereWrittenHereAreGivenUp) {
  json live = Live();
  EXPECT_FALSE(OwnersWithoutRestorer(live)) << "nobody is written down";
  const json helm = Entry("helm", {{"f:webhooks", {{"a", 1}}}});
  live["metadata"]["managedFields"] = {helm};
  EXPECT_FALSE(OwnersWithoutRestorer(live));
  live["metadata"]["managedFields"].push_back(
      Entry("keysteward-restore", {{"f:webhooks", {{"b", 1}}}}));
  EXPECT_EQ(OwnersWithoutRestorer(live), json::array({helm}));
}

TEST(RegistrationDifference, OfAnObjectMadeHereTheOwnerReferenceAloneIsKept) {
  json live = Live();
  const json reference = {{"f:ownerReferences", {{"k", 1}}}};
  json all = reference;
  all["f:labels"] = {{"x", 1}};
  live["metadata"]["managedFields"] = {
      Entry("keysteward-restore", {{"f:metadata", all}, {"f:webhooks", {{"b", 1}}}})};
  const json kept = json::array({Entry("keysteward-restore", {{"f:metadata", reference}})});
  EXPECT_EQ(OwnersWithoutRestorer(live), kept);
  live["metadata"]["managedFields"] = kept;
  EXPECT_FALSE(OwnersWithoutRestorer(live)) << "once is enough";
}

}  // namespace
}  // namespace keysteward::op
