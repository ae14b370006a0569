#include "operator/reconcilers/credential_policy_reconciler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "kube/cache/store.h"
#include "tests/builders/admission_kind_builders.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"
#include "tests/operator/report/served_cluster.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialPolicy;
using api::v1alpha1::CustomRule;
using builders::CredentialPolicyBuilder;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;  // NOLINT: test durations

constexpr api::Resource kConfigurations{"admissionregistration.k8s.io", "v1",
                                        "validatingwebhookconfigurations",
                                        "ValidatingWebhookConfiguration", false};

CustomRule Acme() {
  return {.id = "acme",
          .pattern = "acme_[a-z]{24}",
          .keywords = {"acme_"},
          .examples = {"acme_{lower:24}"}};
}

std::string Said(const CredentialPolicyBuilder& policy) {
  const api::Condition ready = PolicyReady(policy.Build());
  return ready.status + " " + ready.reason + ": " + ready.message;
}

TEST(PolicyReady, IsInForceWithGoodRules) {
  EXPECT_EQ(Said(CredentialPolicyBuilder().With([](auto& spec) {
              spec.literals.custom_rules = {Acme()};
              spec.literals.disabled_rules = {"acme", "stripe-secret-key", "named-credential",
                                              "secret-expired"};
            })),
            "True InForce: admission follows it");
}

TEST(PolicyReady, NamesARuleThatIsLeftOut) {
  EXPECT_THAT(Said(CredentialPolicyBuilder().With([](auto& spec) {
                spec.literals.custom_rules = {Acme(), Acme()};
                spec.literals.custom_rules[1].pattern = "acme_[";
              })),
              HasSubstr("False RulesRefused: left out: spec.literals.customRules[1]: rule acme: "));
}

TEST(PolicyReady, NamesRulesThatDoNotExist) {
  EXPECT_EQ(Said(CredentialPolicyBuilder().With([](auto& spec) {
              spec.literals.disabled_rules = {"stripe-secret-key", "no-such-rule"};
            })),
            "False UnknownRule: spec.literals.disabledRules names rules that do not exist: "
            "no-such-rule");
}

class CredentialPolicyReconcilerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster_.Create(kConfigurations, Registration({"applications"}), {}, {}));
    cluster_.documents["/apis/argoproj.io"] = {{"versions", {{{"version", "v1alpha1"}}}}};
    cluster_.documents["/apis/argoproj.io/v1alpha1"] = {
        {"resources",
         {{{"name", "applications/status"}, {"kind", "Application"}},
          {{"name", "applications"}, {"kind", "Application"}},
          {{"name", "workflows"}, {"kind", "Workflow"}}}}};
  }
  static json Registration(const std::vector<std::string>& resources) {
    return {{"apiVersion", "admissionregistration.k8s.io/v1"},
            {"kind", "ValidatingWebhookConfiguration"},
            {"metadata", {{"name", "keysteward"}}},
            {"webhooks",
             {{{"clientConfig", {{"service", {{"path", "/validate/kinds"}}}}},
               {"rules", {{{"apiGroups", {"*"}}, {"resources", {"*"}}}}}},
              {{"clientConfig", {{"service", {{"path", "/validate/manifests"}}}}},
               {"rules", {{{"apiGroups", {"argoproj.io"}}, {"resources", resources}}}}}}}};
  }
  void AddNamespace(const std::string& name, const std::string& team) {
    api::core::Namespace space;
    space.metadata.name = name;
    space.metadata.labels["team"] = team;
    namespaces_.Put(std::make_shared<const api::core::Namespace>(space));
  }
  void Put(const CredentialPolicyBuilder& builder) {
    json object = ToJson(builder.Build());
    object.erase("status");
    ASSERT_TRUE(cluster_.Create(api::KindOf<CredentialPolicy>::resource, object, {}, {}));
    Observe(builder.Build().metadata.name);
  }
  CredentialPolicy Stored(const std::string& name) {
    return api::Decode<CredentialPolicy>(
               cluster_.Get(api::KindOf<CredentialPolicy>::resource, {"", name}, {}).value())
        .value();
  }
  void Observe(const std::string& name) {
    policies_.Put(std::make_shared<const CredentialPolicy>(Stored(name)));
  }
  // Status and reason of a condition after a reconcile, "" for none.
  std::string Condition(const std::string& name, std::string_view type) {
    const auto result = reconciler_.Reconcile({"", name}, {});
    EXPECT_TRUE(result) << result.error().ToString();
    Observe(name);
    const CredentialPolicy after = Stored(name);
    const api::Condition* found = api::FindCondition(after.status.conditions, type);
    return found == nullptr ? "" : found->status + " " + found->reason + ": " + found->message;
  }

  FakeClock clock_;
  FakeRandom random_;
  ServedCluster cluster_{clock_, random_};
  kube::Store<CredentialPolicy> policies_;
  kube::Store<api::core::Namespace> namespaces_;
  std::optional<api::Condition> reported_;
  CredentialPolicyReconciler reconciler_{
      cluster_, clock_, kube::Lister(policies_), kube::Lister(namespaces_), "keysteward", [this]() {
        return reported_;
      }};
};

TEST_F(CredentialPolicyReconcilerTest, TellsThatItIsInForceOnceAndNoMore) {
  Put(CredentialPolicyBuilder());
  EXPECT_EQ(Condition("default", "Ready"), "True InForce: admission follows it");
  EXPECT_EQ(Stored("default").status.observed_generation, Stored("default").metadata.generation);
  const int64_t before = cluster_.server.revision();
  EXPECT_EQ(Condition("default", "Registered"), "");
  EXPECT_EQ(cluster_.server.revision(), before);
}

TEST_F(CredentialPolicyReconcilerTest, CountsTheNamespacesThatAreItsOwn) {
  AddNamespace("a", "pay");
  AddNamespace("b", "pay");
  AddNamespace("c", "shop");
  Put(CredentialPolicyBuilder());
  Put(CredentialPolicyBuilder("pay").ForNamespacesWith("team", "pay"));
  Condition("default", "Ready");
  Condition("pay", "Ready");
  EXPECT_EQ(Stored("pay").status.namespaces, 2);
  EXPECT_EQ(Stored("default").status.namespaces, 1);
}

TEST_F(CredentialPolicyReconcilerTest, SaysWhichKindIsNotRegisteredAndHowToRegisterIt) {
  Put(CredentialPolicyBuilder().With([](auto& spec) {
    spec.custom_resources = {
        {"argoproj.io", "Application"}, {"argoproj.io", "Workflow"}, {"example.com", "Thing"}};
  }));
  EXPECT_EQ(Condition("default", "Registered"),
            "False NotRegistered: Workflow.argoproj.io: add {apiGroups: [argoproj.io], resources: "
            "[workflows]} to the chart value webhook.customResources; Thing.example.com is no kind "
            "of this cluster");
  json registered = cluster_.Get(kConfigurations, {"", "keysteward"}, {}).value();
  registered["webhooks"] = Registration({"*"})["webhooks"];
  ASSERT_TRUE(cluster_.Update(kConfigurations, registered, {}, {}));
  EXPECT_THAT(Condition("default", "Registered"), HasSubstr("Thing.example.com is no kind"));
  const auto again = reconciler_.Reconcile({"", "default"}, {});
  EXPECT_EQ(again->requeue_after, 5min) << "a release may register it at any time";
}

TEST_F(CredentialPolicyReconcilerTest, WhatIsRegisteredIsToldToo) {
  Put(CredentialPolicyBuilder().With([](auto& spec) {
    spec.custom_resources = {{"argoproj.io", "Application"}};
  }));
  EXPECT_EQ(Condition("default", "Registered"),
            "True AllRegistered: the webhook sees all of customResources");
}

TEST_F(CredentialPolicyReconcilerTest, AServerThatDoesNotAnswerIsAskedAgain) {
  Put(CredentialPolicyBuilder().With([](auto& spec) {
    spec.custom_resources = {{"argoproj.io", "Application"}};
  }));
  cluster_.failing.emplace("/apis/argoproj.io", Error::Unavailable("no answer"));
  EXPECT_FALSE(reconciler_.Reconcile({"", "default"}, {}));
}

TEST_F(CredentialPolicyReconcilerTest, CarriesWhatTheReportSays) {
  Put(CredentialPolicyBuilder());
  EXPECT_EQ(Condition("default", "Reported"), "");
  reported_ = api::Condition{"Reported", "True", "ReportWritten", "all well"};
  EXPECT_EQ(Condition("default", "Reported"), "True ReportWritten: all well");
  reported_.reset();
  EXPECT_EQ(Condition("default", "Reported"), "True ReportWritten: all well")
      << "a new leader knows no report yet";
}

TEST_F(CredentialPolicyReconcilerTest, APolicyThatIsGoneIsDone) {
  const auto result = reconciler_.Reconcile({"", "gone"}, {});
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->requeue_after);
}

}  // namespace
}  // namespace keysteward::op
