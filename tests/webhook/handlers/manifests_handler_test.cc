#include "webhook/handlers/manifests_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "common/base64.h"
#include "observability/metric_names.h"
#include "policy/custom_rules.h"
#include "tests/builders/admission_kind_builders.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/detection/samples.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/webhook/known_cluster.h"
#include "tests/webhook/review_builder.h"

namespace keysteward::webhook {
namespace {

using builders::CredentialExceptionBuilder;
using builders::CredentialPolicyBuilder;
using builders::ManagedCredentialBuilder;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kReplicaSets = "system:serviceaccount:kube-system:replicaset-controller";

json Literal(const std::string& value) { return {{{"name", "GITHUB_TOKEN"}, {"value", value}}}; }
json FromSecret(const std::string& name) {
  return {{{"name", "TOKEN"}, {"valueFrom", {{"secretKeyRef", {{"name", name}, {"key", "k"}}}}}}};
}

class ManifestsHandlerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto engine = detection::Engine::CreateDefault();
    ASSERT_TRUE(engine) << engine.error().ToString();
    engine_ = *std::move(engine);
  }
  static void TearDownTestSuite() { engine_ = nullptr; }

  AdmissionResponse Answer(const ReviewBuilder& builder) {
    const AdmissionReview review = builder.Decode();
    Result<AdmissionResponse> response = handler_.Handle(review.request);
    EXPECT_TRUE(response);
    // Whatever is answered: short, and without the value.
    EXPECT_LE(std::count(response->message.begin(), response->message.end(), '\n'), 2);
    EXPECT_THAT(FormatReview("u", *response), Not(HasSubstr(token_.substr(4, 12))));
    return *std::move(response);
  }
  AdmissionResponse Created(const json& object) { return Answer(ReviewBuilder(object)); }

  static std::shared_ptr<const detection::Engine> engine_;
  const std::string token_ = detection::MakeSample("ghp_{alnum:30}{crc32}");
  KnownCluster cluster_;
  FakeClock clock_;
  FakeMetrics metrics_;
  std::vector<std::string> told_;  // namespaces with refusals, in order
  policy::EngineSource engines_{engine_, clock_};
  LiveKeys live_keys_{"keysteward-system", clock_};
  ManifestsHandler handler_{
      engines_, live_keys_, cluster_.view,
      clock_,   metrics_,   [this](const std::string& space) { told_.push_back(space); }};
};

std::shared_ptr<const detection::Engine> ManifestsHandlerTest::engine_;

TEST_F(ManifestsHandlerTest, ALiteralIsRefusedWithPathRuleAndFix) {
  const AdmissionResponse response = Created(DeploymentWith(Literal(token_)));
  EXPECT_FALSE(response.allowed);
  EXPECT_EQ(response.reason, "CredentialRefused");
  EXPECT_THAT(response.message,
              StartsWith("spec.template.spec.containers[0].env[0].value: literal credential ("));
  EXPECT_THAT(response.message,
              HasSubstr("\nFix: declare a ManagedCredential github-token and replace the value by "
                        "valueFrom: {secretKeyRef: {name: github-token, key: GITHUB_TOKEN}}."));
  EXPECT_THAT(response.audit_annotations, testing::Contains(testing::Key("rule")));
  EXPECT_EQ(response.audit_annotations.at("fingerprint").size(), 16u);
  EXPECT_EQ(metrics_.Value(kFindings, {{"rule", response.audit_annotations.at("rule")}}), 1);
}

TEST_F(ManifestsHandlerTest, ACustomRuleCountsAsSoonAsItIsCompiledAndNoLonger) {
  api::v1alpha1::CustomRule rule{.id = "acme-key",
                                 .pattern = "acme_live_[A-Za-z0-9]{24}",
                                 .keywords = {"acme_live_"},
                                 .examples = {"acme_live_{alnum:24}"}};
  const auto policy = CredentialPolicyBuilder("shop")
                          .ForNamespacesWith("team", "payments")
                          .With([&](auto& spec) { spec.literals.custom_rules = {rule}; })
                          .Build();
  KnownCluster::Put(cluster_.policies, policy);
  cluster_.PutNamespace("payments", {{"team", "payments"}});
  const json pod =
      PodWith({{{"name", "LEVEL"}, {"value", detection::MakeSample("acme_live_{alnum:24}")}}});
  EXPECT_TRUE(Created(pod).allowed) << "not compiled yet";
  engines_.Want(policy::CustomRulesOf(policy));
  ASSERT_TRUE(engines_.Build([](const auto&) {}));
  EXPECT_THAT(Created(pod).message, HasSubstr("(acme-key)"));
  cluster_.PutNamespace("payments", {});
  EXPECT_TRUE(Created(pod).allowed) << "another policy's namespace";
  cluster_.PutNamespace("payments", {{"team", "payments"}});
  engines_.Want({});
  ASSERT_TRUE(engines_.Build([](const auto&) {}));
  EXPECT_TRUE(Created(pod).allowed);
}

TEST_F(ManifestsHandlerTest, ARefusalIsToldWithItsNamespace) {
  Created(DeploymentWith(Literal(token_)));
  EXPECT_THAT(told_, testing::ElementsAre("payments"));
}

TEST_F(ManifestsHandlerTest, ARefusalOfADryRunIsNotTold) {
  EXPECT_FALSE(Answer(ReviewBuilder(DeploymentWith(Literal(token_))).DryRun()).allowed);
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(ManifestsHandlerTest, AnInnocentObjectPassesSilently) {
  const AdmissionResponse response = Created(DeploymentWith({{{"name", "TZ"}, {"value", "UTC"}}}));
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_TRUE(response.allowed);
  EXPECT_THAT(response.warnings, IsEmpty());
  EXPECT_THAT(response.audit_annotations, IsEmpty());
}

TEST_F(ManifestsHandlerTest, ASecretWithoutOwnerIsRefusedAndItsAnnotationNamed) {
  cluster_.PutSecret("legacy", {});
  const AdmissionResponse response = Created(PodWith(FromSecret("legacy")));
  EXPECT_FALSE(response.allowed);
  EXPECT_THAT(response.message, HasSubstr("secret-without-owner"));
  EXPECT_THAT(response.message, HasSubstr("keysteward.dev/owner"));
}

TEST_F(ManifestsHandlerTest, OwnerAndEndMakeASecretFitUntilItEnds) {
  cluster_.PutSecret("legacy", {{"keysteward.dev/owner", "payments"},
                                {"keysteward.dev/expires-at", "2026-03-01"}});
  EXPECT_TRUE(Created(PodWith(FromSecret("legacy"))).allowed);
  clock_.JumpWall(std::chrono::hours(24 * 90));
  const AdmissionResponse response = Created(PodWith(FromSecret("legacy")));
  EXPECT_FALSE(response.allowed);
  EXPECT_THAT(response.message, HasSubstr("secret-expired"));
}

TEST_F(ManifestsHandlerTest, ADeliveredSecretIsFitAndAForgedOneIsNot) {
  api::core::PartialObjectMetadata secret;
  secret.metadata.name = "stripe-live";
  secret.metadata.namespace_name = "payments";
  secret.metadata.labels = {{"keysteward.dev/managed", "true"}};
  secret.metadata.owner_references = {{.api_version = "keysteward.dev/v1alpha1",
                                       .kind = "ManagedCredential",
                                       .name = "stripe-live",
                                       .uid = "uid-stripe-live",
                                       .controller = true}};
  cluster_.Put(cluster_.secrets, secret);
  EXPECT_FALSE(Created(PodWith(FromSecret("stripe-live"))).allowed) << "no such credential";
  cluster_.Put(cluster_.credentials, ManagedCredentialBuilder("stripe-live").Build());
  EXPECT_TRUE(Created(PodWith(FromSecret("stripe-live"))).allowed);
  secret.metadata.owner_references[0].uid = "another";
  cluster_.Put(cluster_.secrets, secret);
  EXPECT_FALSE(Created(PodWith(FromSecret("stripe-live"))).allowed) << "another uid";
  secret.metadata.owner_references[0].uid = "uid-stripe-live";
  secret.metadata.name = "mine";
  cluster_.Put(cluster_.secrets, secret);
  EXPECT_FALSE(Created(PodWith(FromSecret("mine"))).allowed) << "not the Secret it delivers";
}

TEST_F(ManifestsHandlerTest, AMissingSecretWarns) {
  const AdmissionResponse response = Created(PodWith(FromSecret("later")));
  EXPECT_TRUE(response.allowed);
  ASSERT_EQ(response.warnings.size(), 1u);
  EXPECT_THAT(response.warnings[0], HasSubstr("secret-missing"));
}

TEST_F(ManifestsHandlerTest, TheModeOfTheNamespaceCaps) {
  const json object = DeploymentWith(Literal(token_));
  cluster_.PutNamespace("payments", {{"keysteward.dev/enforce", "warn"}});
  AdmissionResponse response = Created(object);
  EXPECT_TRUE(response.allowed);
  EXPECT_THAT(response.warnings, testing::SizeIs(1));
  cluster_.PutNamespace("payments", {{"keysteward.dev/enforce", "audit"}});
  response = Created(object);
  EXPECT_TRUE(response.allowed);
  EXPECT_THAT(response.warnings, IsEmpty());
  EXPECT_THAT(response.audit_annotations, Not(IsEmpty()));
  cluster_.PutNamespace("payments", {{"keysteward.dev/enforce", "off"}});
  response = Created(object);
  EXPECT_TRUE(response.allowed);
  EXPECT_THAT(response.audit_annotations, IsEmpty());
  cluster_.PutNamespace("payments", {{"keysteward.dev/enforce", "of"}});
  EXPECT_FALSE(Created(object).allowed) << "an unknown word changes nothing";
}

TEST_F(ManifestsHandlerTest, AnExceptionAllowsUntilItEndsAndThenNamesItsOwner) {
  const json object = DeploymentWith(Literal(token_));
  const std::string rule = Created(object).audit_annotations.at("rule");
  cluster_.Put(cluster_.exceptions,
               CredentialExceptionBuilder("legacy", clock_.WallNow() + std::chrono::hours(1))
                   .ForRule(rule)
                   .With([](auto& spec) { spec.owner = "carol@example.com"; })
                   .Build());
  const AdmissionResponse waived = Created(object);
  EXPECT_TRUE(waived.allowed);
  EXPECT_EQ(waived.audit_annotations.at("exception"), "legacy");
  EXPECT_EQ(waived.audit_annotations.at("rule"), rule);
  clock_.JumpWall(std::chrono::hours(2));
  const AdmissionResponse response = Created(object);
  EXPECT_FALSE(response.allowed);
  EXPECT_THAT(response.message, HasSubstr("its exception, owned by carol@example.com, ended at "
                                          "2026-01-01T01:00:00Z"));
}

TEST_F(ManifestsHandlerTest, AnExceptionInAnotherNamespaceIsOfNoUse) {
  const json object = DeploymentWith(Literal(token_));
  cluster_.Put(cluster_.exceptions,
               CredentialExceptionBuilder("legacy", clock_.WallNow() + std::chrono::hours(1))
                   .In("other")
                   .ForRule(Created(object).audit_annotations.at("rule"))
                   .Build());
  EXPECT_FALSE(Created(object).allowed);
}

TEST_F(ManifestsHandlerTest, AnOldObjectStaysEditableAndAnAddedLiteralIsRefused) {
  const json before = DeploymentWith(Literal(token_));
  json after = before;
  after["spec"]["replicas"] = 5;
  after["metadata"]["labels"] = {{"a", "b"}};
  EXPECT_TRUE(Answer(ReviewBuilder(after).From(before)).allowed);
  after["spec"]["template"]["spec"]["containers"][0]["env"].push_back(
      {{"name", "OTHER_TOKEN"}, {"value", detection::MakeSample("ghp_{alnum:30}{crc32}", 7)}});
  EXPECT_FALSE(Answer(ReviewBuilder(after).From(before)).allowed);
}

TEST_F(ManifestsHandlerTest, AControllersPodIsWarnedAboutAndAForgersIsRefused) {
  json pod = PodWith(Literal(token_));
  pod["metadata"]["ownerReferences"] = {{{"apiVersion", "apps/v1"},
                                         {"kind", "ReplicaSet"},
                                         {"name", "web-1"},
                                         {"uid", "u"},
                                         {"controller", true}}};
  const AdmissionResponse response = Answer(ReviewBuilder(pod).By(kReplicaSets));
  EXPECT_TRUE(response.allowed);
  EXPECT_THAT(response.warnings, Not(IsEmpty()));
  for (const std::string user :
       {"alice", "system:serviceaccount:kube-system:replicaset-controllers",
        "system:serviceaccount:payments:replicaset-controller",
        "SYSTEM:serviceaccount:kube-system:replicaset-controller"}) {
    EXPECT_FALSE(Answer(ReviewBuilder(pod).By(user)).allowed) << user;
  }
}

TEST_F(ManifestsHandlerTest, EphemeralContainersAreJudgedAndOtherSubresourcesPass) {
  json pod = PodWith();
  pod["spec"]["ephemeralContainers"] = {{{"name", "debug"}, {"env", Literal(token_)}}};
  EXPECT_FALSE(
      Answer(ReviewBuilder(pod).From(PodWith()).Subresource("ephemeralcontainers")).allowed);
  for (const char* other : {"status", "binding", "eviction", "resize"}) {
    EXPECT_TRUE(Answer(ReviewBuilder(pod).From(PodWith()).Subresource(other)).allowed) << other;
  }
}

TEST_F(ManifestsHandlerTest, ADeletionAlwaysPasses) {
  EXPECT_TRUE(Answer(ReviewBuilder(PodWith(Literal(token_))).Delete()).allowed);
}

TEST_F(ManifestsHandlerTest, TheKindOfTheRequestCountsNotWhatTheObjectLeavesOut) {
  json pod = PodWith(Literal(token_));
  ReviewBuilder review(pod);
  pod.erase("kind");
  pod.erase("apiVersion");
  EXPECT_FALSE(Answer(review.With("object", pod)).allowed);
}

TEST_F(ManifestsHandlerTest, APodThatAskedForInjectionAndGotNoneIsRefused) {
  cluster_.Put(cluster_.credentials, ManagedCredentialBuilder("smtp").Build());
  json pod = PodWith();
  pod["metadata"]["annotations"]["keysteward.dev/inject"] = "smtp";
  AdmissionResponse response = Created(pod);
  EXPECT_FALSE(response.allowed);
  EXPECT_EQ(response.reason, "InjectionMissing");
  EXPECT_EQ(response.message,
            "metadata.annotations[keysteward.dev/inject]: the credential was not injected, so the "
            "pod would start without it\n"
            "Fix: create the pod again; if it stays, see whether the mutating webhook answers.");
  pod["metadata"]["annotations"]["keysteward.dev/inject"] = "smtpp";
  response = Created(pod);
  EXPECT_FALSE(response.allowed);
  EXPECT_THAT(response.message, HasSubstr("name one of those there are: smtp."));
}

TEST_F(ManifestsHandlerTest, AWorkloadThatAsksForAnUnknownCredentialIsWarnedAbout) {
  json workload = DeploymentWith();
  workload["spec"]["template"]["metadata"]["annotations"]["keysteward.dev/inject"] = "gone";
  const AdmissionResponse response = Created(workload);
  EXPECT_TRUE(response.allowed);
  ASSERT_EQ(response.warnings.size(), 1u);
  EXPECT_THAT(response.warnings[0], StartsWith("its pods ask for gone, "));
}

TEST_F(ManifestsHandlerTest, ALiveKeyIsRefusedFromWhenItIsStagedUntilItIsDead) {
  constexpr std::string_view kValue = "just-some-words-of-ours";
  const json pod = PodWith({{{"name", "GREETING"}, {"value", std::string(kValue)}}});
  EXPECT_TRUE(Created(pod).allowed);
  api::core::Secret key;
  key.data["key"] = Base64Encode("key of the marks");
  live_keys_.TakeKey(&key);
  api::core::PartialObjectMetadata staged;
  staged.metadata.namespace_name = "keysteward-system";
  staged.metadata.name = "staged-1";
  staged.metadata.labels[api::v1alpha1::kStagedLabel] = "true";
  staged.metadata.annotations[api::v1alpha1::kTripwireAnnotation] =
      detection::MakeMark("key of the marks", kValue);
  live_keys_.TakeStaged(nullptr, &staged);
  clock_.Advance(std::chrono::seconds(1));
  const AdmissionResponse refused = Created(pod);
  EXPECT_FALSE(refused.allowed);
  EXPECT_THAT(refused.message, HasSubstr("live-managed-key"));
  EXPECT_THAT(refused.message, Not(HasSubstr(std::string(kValue))));
  live_keys_.TakeStaged(&staged, nullptr);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_TRUE(Created(pod).allowed);
}

}  // namespace
}  // namespace keysteward::webhook
