#include "policy/judge.h"

#include <gmock/gmock.h>

#include "tests/detection/samples.h"
#include "tests/policy/judge_fixture.h"

namespace keysteward::policy {
namespace {

using detection::MakeSample;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST_F(JudgeTest, DeniesALiteralKeyAndTellsPathRuleWhyAndFix) {
  const std::string key = MakeSample("sk_live_{alnum:24}");
  const Verdict verdict = Run(Create(PodWithEnv("STRIPE_API_KEY", key)));
  EXPECT_EQ(verdict.action, Action::kDeny);
  EXPECT_EQ(verdict.message,
            "spec.containers[0].env[0].value: literal credential (stripe-secret-key): it has the "
            "form of a credential of Stripe, the name STRIPE_API_KEY says credential, in an "
            "environment variable\n"
            "Fix: declare a ManagedCredential stripe-api-key and replace the value by valueFrom: "
            "{secretKeyRef: {name: stripe-api-key, key: STRIPE_API_KEY}}. Roll the key at "
            "dashboard.stripe.com/apikeys.\n"
            "In Pod payments/api");
  EXPECT_THAT(verdict.message, Not(HasSubstr(key)));
}

TEST_F(JudgeTest, ADenialNamesTheObjectSinceAFileMayHoldMany) {
  const std::string key = MakeSample("ghp_{alnum:30}{crc32}");
  const std::string yaml = "kind: ConfigMap\ndata: {A_TOKEN: " + key + ", B_TOKEN: " + key + "}\n";
  Review review = Create(yaml);
  review.identity.name = "set\x1b[31mtings";
  EXPECT_THAT(Run(review).message, EndsWith("\nIn ConfigMap payments/set\\x1B[31mtings; 1 more "
                                            "in it: `keysteward scan FILE` lists them all"));
  review.identity = {};
  EXPECT_THAT(Run(review).message, HasSubstr("\nIn the object; 1 more"));
}

TEST_F(JudgeTest, ACustomRuleCountsOnlyUnderThePolicyThatDeclaresIt) {
  const auto engine = detection::Engine::CreateDefault({}, {{.id = "acme-key",
                                                             .provider = "Acme",
                                                             .pattern = "acme_live_[A-Za-z0-9]{24}",
                                                             .keywords = {"acme_live_"},
                                                             .remediation = "Ask Acme.",
                                                             .scope = "shop"}});
  ASSERT_TRUE(engine) << engine.error().ToString();
  const auto scratch = (*engine)->NewScratch();
  Policy shop{.name = "shop"};
  shop.literals.rule_scopes = {"shop"};
  shop.namespace_selector.match_labels["team"] = "shop";
  snapshot_.policies = {shop, {.name = "other"}};
  snapshot_.policies[1].namespace_selector.match_labels["team"] = "other";
  // The value before it is remembered as clean where the rule does not count.
  for (const std::string team : {"other", "shop", "other", "none", "shop"}) {
    Review review = Create(PodWithEnv("LEVEL", MakeSample("acme_live_{alnum:24}")));
    review.namespace_labels["team"] = team;
    const Verdict verdict = Judge(review, {**engine, *scratch, snapshot_, secrets_, now_});
    EXPECT_EQ(verdict.action, team == "shop" ? Action::kDeny : Action::kAllow) << team;
    if (team == "shop") {
      EXPECT_THAT(verdict.message,
                  HasSubstr("(acme-key): it has the form of a credential of Acme"));
    }
  }
}

// A custom rule that matches what a built-in one finds must not hide it from other policies.
TEST_F(JudgeTest, ACustomRuleOfAnotherPolicyHidesNothing) {
  const auto engine =
      detection::Engine::CreateDefault({}, {{.id = "my-stripe",
                                             .provider = "Mine",
                                             .pattern = "sk_live_[A-Za-z0-9]{24}",
                                             .keywords = {"sk_live_"},
                                             .confidence = detection::Confidence::kLow,
                                             .scope = "shop"}});
  ASSERT_TRUE(engine) << engine.error().ToString();
  const auto scratch = (*engine)->NewScratch();
  const Verdict verdict = Judge(Create(PodWithEnv("PAY", MakeSample("sk_live_{alnum:24}"))),
                                {**engine, *scratch, snapshot_, secrets_, now_});
  EXPECT_THAT(verdict.message, HasSubstr("(stripe-secret-key)"));
}

TEST_F(JudgeTest, ACustomResourceThatThePolicyDoesNotNamePasses) {
  const std::string yaml =
      "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {password: " +
      MakeSample("sk_live_{alnum:24}") + "}\n";
  EXPECT_EQ(Run(Create(yaml)).action, Action::kDeny) << "of whatever kind, by its shape";
  snapshot_.policies = {{.custom_resources = {"HelmRelease.helm.toolkit.fluxcd.io"}}};
  EXPECT_EQ(Run(Create(yaml)).action, Action::kAllow);
  snapshot_.policies[0].custom_resources.insert("Application.argoproj.io");
  EXPECT_EQ(Run(Create(yaml)).action, Action::kDeny);
}

TEST_F(JudgeTest, AllowsAnObjectWithoutCredentials) {
  const Verdict verdict = Run(Create(PodWithEnv("LOG_LEVEL", "debug")));
  EXPECT_EQ(verdict.action, Action::kAllow);
  EXPECT_THAT(verdict.judgements, IsEmpty());
  EXPECT_EQ(verdict.message, "");
}

TEST_F(JudgeTest, AlwaysAllowsADelete) {
  Review review = Create(PodWithEnv("API_KEY", MakeSample("sk_live_{alnum:24}")));
  review.operation = Operation::kDelete;
  EXPECT_EQ(Run(review).action, Action::kAllow);
}

TEST_F(JudgeTest, WarnsOnMediumConfidence) {
  const Verdict verdict = Run(Create(PodWithEnv("PAY", MakeSample("sk_test_{alnum:24}"))));
  EXPECT_EQ(verdict.action, Action::kWarn);
  EXPECT_THAT(verdict.warnings, ElementsAre(HasSubstr("stripe-test-key")));
}

TEST_F(JudgeTest, DeniesMediumConfidenceWhenThePolicySaysSo) {
  snapshot_.policies = {{}};
  snapshot_.policies[0].literals.minimum_confidence = detection::Confidence::kMedium;
  EXPECT_EQ(Run(Create(PodWithEnv("PAY", MakeSample("sk_test_{alnum:24}")))).action, Action::kDeny);
}

TEST_F(JudgeTest, LeavesOutDisabledRules) {
  snapshot_.policies = {{}};
  snapshot_.policies[0].literals.disabled_rules = {"stripe-secret-key"};
  EXPECT_EQ(Run(Create(PodWithEnv("X", MakeSample("sk_live_{alnum:24}")))).action, Action::kAllow);
}

TEST_F(JudgeTest, DoesOnlyWhatTheNamespaceLabelAllows) {
  Review review = Create(PodWithEnv("API_KEY", MakeSample("sk_live_{alnum:24}")));
  const std::pair<const char*, Action> modes[] = {{"deny", Action::kDeny},
                                                  {"warn", Action::kWarn},
                                                  {"audit", Action::kAudit},
                                                  {"off", Action::kAllow},
                                                  {"nonsense", Action::kDeny}};
  for (const auto& [mode, action] : modes) {
    review.namespace_labels = {{"keysteward.dev/enforce", mode}};
    EXPECT_EQ(Run(review).action, action) << mode;
  }
}

TEST_F(JudgeTest, LetsAnUpdateKeepWhatWasThere) {
  const std::string key = MakeSample("sk_live_{alnum:24}");
  const std::string pod = PodWithEnv("API_KEY", key);
  const Verdict verdict = Run(Update(pod, pod + "  terminationGracePeriodSeconds: 5\n"));
  EXPECT_EQ(verdict.action, Action::kWarn);
  ASSERT_THAT(verdict.judgements, SizeIs(1));
  EXPECT_TRUE(verdict.judgements[0].existing);
}

TEST_F(JudgeTest, DeniesAChangedValueInAnUpdate) {
  EXPECT_EQ(Run(Update(PodWithEnv("API_KEY", MakeSample("sk_live_{alnum:24}", 1)),
                       PodWithEnv("API_KEY", MakeSample("sk_live_{alnum:24}", 2))))
                .action,
            Action::kDeny);
}

TEST_F(JudgeTest, DeniesAMovedValueInAnUpdate) {
  const std::string key = MakeSample("sk_live_{alnum:24}");
  EXPECT_EQ(Run(Update(PodWithEnv("API_KEY", key), PodWithEnv("OTHER_API_KEY", key))).action,
            Action::kDeny);
}

TEST_F(JudgeTest, FollowsAListItemByItsName) {
  const std::string key = MakeSample("sk_live_{alnum:24}");
  const std::string head =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  containers:\n  - name: app\n"
      "    env:\n";
  const std::string item = "    - {name: API_KEY, value: " + key + "}\n";
  EXPECT_EQ(Run(Update(head + item, head + "    - {name: A, value: b}\n" + item)).action,
            Action::kWarn);
}

TEST_F(JudgeTest, EnforcesOnExistingObjectsWhenThePolicySaysSo) {
  snapshot_.policies = {{}};
  snapshot_.policies[0].existing = Existing::kEnforce;
  const std::string pod = PodWithEnv("API_KEY", MakeSample("sk_live_{alnum:24}"));
  EXPECT_EQ(Run(Update(pod, pod)).action, Action::kDeny);
}

class ControllersPods : public JudgeTest {
 protected:
  Review PodOf(const std::string& user, const std::string& owner) {
    const std::string key = MakeSample("sk_live_{alnum:24}");
    Review review =
        Create("apiVersion: v1\nkind: Pod\nmetadata: {name: api-x, ownerReferences: [" + owner +
               "]}\nspec: {containers: [{env: [{name: API_KEY, value: " + key + "}]}]}\n");
    review.user = user;
    return review;
  }
  static constexpr const char* kReplicaSet =
      "{apiVersion: apps/v1, kind: ReplicaSet, name: api, uid: u, controller: true}";
};

TEST_F(ControllersPods, AreNeverDeniedForTheirTemplate) {
  for (const char* user : {"system:serviceaccount:kube-system:replicaset-controller",
                           "system:kube-controller-manager"}) {
    EXPECT_EQ(Run(PodOf(user, kReplicaSet)).action, Action::kWarn) << user;
  }
}

TEST_F(ControllersPods, AreDeniedForImpostors) {
  for (const char* user : {"alice", "system:serviceaccount:payments:replicaset-controller",
                           "system:serviceaccount:kube-system:replicaset-controller2",
                           "system:serviceaccount:kube-system:xreplicaset-controller",
                           "System:kube-controller-manager", ""}) {
    EXPECT_EQ(Run(PodOf(user, kReplicaSet)).action, Action::kDeny) << user;
  }
}

TEST_F(ControllersPods, AreDeniedForOwnersThatAreNotJudged) {
  const char* const user = "system:serviceaccount:kube-system:replicaset-controller";
  for (const char* owner :
       {"{apiVersion: apps/v1, kind: ReplicaSet, name: api, uid: u}",
        "{apiVersion: example.com/v1, kind: ReplicaSet, name: api, uid: u, controller: true}",
        "{apiVersion: apps/v1, kind: Widget, name: api, uid: u, controller: true}"}) {
    EXPECT_EQ(Run(PodOf(user, owner)).action, Action::kDeny) << owner;
  }
}

class References : public JudgeTest {};

TEST_F(References, AreAllowedWithOwnerAndEnd) {
  AddSecret({{"keysteward.dev/owner", "payments"}, {"keysteward.dev/expires-at", "2027-03-01"}});
  EXPECT_EQ(Run(Create(PodWithSecret())).action, Action::kAllow);
}

TEST_F(References, AreAllowedToManagedSecrets) {
  secrets_.secrets["payments/stripe"] = {SecretState::Presence::kFound, true, {}};
  EXPECT_EQ(Run(Create(PodWithSecret())).action, Action::kAllow);
}

TEST_F(References, AreDeniedWithoutOwner) {
  AddSecret({{"keysteward.dev/expires-at", "2027-03-01"}});
  const Verdict verdict = Run(Create(PodWithSecret()));
  EXPECT_EQ(verdict.action, Action::kDeny);
  EXPECT_EQ(verdict.message,
            "spec.containers[0].env[0].valueFrom.secretKeyRef: Secret without owner or end "
            "(secret-without-owner): Secret stripe: it has no annotation keysteward.dev/owner\n"
            "Fix: Let a ManagedCredential deliver it, or run: kubectl annotate --overwrite secret "
            "stripe keysteward.dev/owner=TEAM keysteward.dev/expires-at=YYYY-MM-DD\n"
            "In Pod payments/api");
}

TEST_F(References, AreFoundInEveryKindOfContainerAndThroughEnvFrom) {
  AddSecret({});
  for (const char* list :
       {"containers", "initContainers", "ephemeralContainers", "sideContainers"}) {
    const Verdict verdict = Run(Create("apiVersion: v1\nkind: Pod\nspec: {" + std::string(list) +
                                       ": [{name: a, envFrom: [{secretRef: {name: stripe}}]}]}\n"));
    EXPECT_EQ(verdict.action, Action::kDeny) << list;
    EXPECT_EQ(verdict.judgements[0].finding.path,
              "spec." + std::string(list) + "[0].envFrom[0].secretRef");
  }
}

TEST_F(References, ThatExpiredMeanwhileDoNotStopAnUpdate) {
  AddSecret({{"keysteward.dev/owner", "payments"}, {"keysteward.dev/expires-at", "2026-11-01"}});
  const std::string pod = PodWithSecret();
  EXPECT_EQ(Run(Update(pod, pod + "  priority: 1\n")).action, Action::kWarn);
}

class Exceptions : public JudgeTest {
 protected:
  Exception ForStripe(const std::string& until) {
    Exception exception;
    exception.namespace_name = "payments";
    exception.name = "legacy";
    exception.owner = "payments-team";
    exception.expires_at = ParseTime(until).value();
    exception.scope.rule = "stripe-secret-key";
    return exception;
  }
  Review Pod() { return Create(PodWithEnv("API_KEY", MakeSample("sk_live_{alnum:24}"))); }
};

TEST_F(Exceptions, WaiveUntilTheyEnd) {
  snapshot_.exceptions = {ForStripe("2026-12-01T00:00:00Z")};
  const Verdict verdict = Run(Pod());
  EXPECT_EQ(verdict.action, Action::kAllow);
  ASSERT_THAT(verdict.judgements, SizeIs(1));
  EXPECT_EQ(verdict.judgements[0].exception, "legacy");
}

TEST_F(Exceptions, NameTheirOwnerOnceExpired) {
  snapshot_.exceptions = {ForStripe("2026-11-01T00:00:00Z")};
  const Verdict verdict = Run(Pod());
  EXPECT_EQ(verdict.action, Action::kDeny);
  EXPECT_THAT(verdict.message, HasSubstr("its exception, owned by payments-team, ended at "
                                         "2026-11-01T00:00:00Z"));
}

TEST_F(Exceptions, OfAnotherNamespaceDoNotCount) {
  snapshot_.exceptions = {ForStripe("2026-12-01T00:00:00Z")};
  snapshot_.exceptions[0].namespace_name = "other";
  EXPECT_EQ(Run(Pod()).action, Action::kDeny);
}

TEST_F(Exceptions, WithoutPathRuleOrFingerprintCoverNothing) {
  snapshot_.exceptions = {ForStripe("2026-12-01T00:00:00Z")};
  snapshot_.exceptions[0].scope = {
      .kind = "Pod", .name = "api", .path = {}, .rule = {}, .fingerprint = {}};
  EXPECT_EQ(Run(Pod()).action, Action::kDeny);
}

TEST_F(Exceptions, MatchByFingerprintAndByPath) {
  const std::string fingerprint = Run(Pod()).judgements[0].finding.fingerprint;
  snapshot_.exceptions = {ForStripe("2026-12-01T00:00:00Z")};
  snapshot_.exceptions[0].scope = {};
  snapshot_.exceptions[0].scope.fingerprint = fingerprint;
  EXPECT_EQ(Run(Pod()).action, Action::kAllow);
  snapshot_.exceptions[0].scope = {};
  snapshot_.exceptions[0].scope.path = "spec.containers[0].env[0].value";
  EXPECT_EQ(Run(Pod()).action, Action::kAllow);
  snapshot_.exceptions[0].scope.path = "spec.containers[0].env[1].value";
  EXPECT_EQ(Run(Pod()).action, Action::kDeny);
}

}  // namespace
}  // namespace keysteward::policy
