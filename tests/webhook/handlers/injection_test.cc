#include "webhook/handlers/injection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/builders/managed_credential_builder.h"
#include "tests/webhook/known_cluster.h"
#include "tests/webhook/review_builder.h"

namespace keysteward::webhook {
namespace {

using builders::ManagedCredentialBuilder;
using nlohmann::json;

json Asking(const std::string& names, const std::string& as = "",
            const std::string& containers = "") {
  json pod = PodWith();
  pod["spec"]["containers"][0].erase("env");
  json& annotations = pod["metadata"]["annotations"];
  annotations["keysteward.dev/inject"] = names;
  if (!as.empty()) annotations["keysteward.dev/inject-as"] = as;
  if (!containers.empty()) annotations["keysteward.dev/inject-containers"] = containers;
  return pod;
}

class InjectionTest : public testing::Test {
 protected:
  void SetUp() override {
    Put(ManagedCredentialBuilder("stripe-live").WithEntry("STRIPE_API_KEY", "${key}").Build());
    Put(ManagedCredentialBuilder("smtp")
            .WithEntry("SMTP_USER", "${username}")
            .WithEntry("SMTP_PASSWORD", "${password}")
            .Build());
  }
  void Put(api::v1alpha1::ManagedCredential credential) {
    cluster_.Put(cluster_.credentials, std::move(credential));
  }
  Result<InjectionPlan> Plan(const json& pod) {
    const AdmissionReview review = ReviewBuilder(pod).Decode();
    return PlanInjection(review.request, cluster_.view.credentials);
  }
  json Injected(const json& pod) {
    const Result<InjectionPlan> plan = Plan(pod);
    EXPECT_TRUE(plan) << plan.error().message;
    return plan ? pod.patch(plan->operations) : json();
  }
  std::string Refusal(const json& pod) {
    const Result<InjectionPlan> plan = Plan(pod);
    EXPECT_FALSE(plan);
    return plan ? "" : plan.error().message;
  }

  KnownCluster cluster_;
};

json EnvFrom(const std::string& secret, const std::string& key) {
  return {{"name", key}, {"valueFrom", {{"secretKeyRef", {{"name", secret}, {"key", key}}}}}};
}

TEST_F(InjectionTest, APodThatAsksForNothingGetsNothing) {
  EXPECT_TRUE(Plan(PodWith())->operations.empty());
  EXPECT_TRUE(Plan(Asking(" , "))->operations.empty());
}

TEST_F(InjectionTest, EveryEntryBecomesAnEnvironmentVariableByReference) {
  const json pod = Injected(Asking("stripe-live, smtp"));
  EXPECT_EQ(pod["spec"]["containers"][0]["env"],
            json({EnvFrom("stripe-live", "STRIPE_API_KEY"), EnvFrom("smtp", "SMTP_USER"),
                  EnvFrom("smtp", "SMTP_PASSWORD")}));
}

TEST_F(InjectionTest, ACredentialWithoutEntriesIsInjectedAsKey) {
  Put(ManagedCredentialBuilder("plain").Build());
  EXPECT_EQ(Injected(Asking("plain"))["spec"]["containers"][0]["env"],
            json({EnvFrom("plain", "key")}));
}

TEST_F(InjectionTest, EnvironmentThatIsThereStaysInItsPlaceAndMeaning) {
  json pod = Asking("smtp");
  pod["spec"]["containers"][0]["env"] = {{{"name", "SMTP_USER"}, {"value", "own"}},
                                         {{"name", "TZ"}, {"value", "UTC"}}};
  EXPECT_EQ(Injected(pod)["spec"]["containers"][0]["env"],
            json({{{"name", "SMTP_USER"}, {"value", "own"}},
                  {{"name", "TZ"}, {"value", "UTC"}},
                  EnvFrom("smtp", "SMTP_PASSWORD")}));
}

TEST_F(InjectionTest, FilesAreAReadOnlyVolumeOfTheSecret) {
  const json pod = Injected(Asking("stripe-live", "file"));
  EXPECT_EQ(
      pod["spec"]["volumes"],
      json({{{"name", "keysteward-stripe-live"}, {"secret", {{"secretName", "stripe-live"}}}}}));
  EXPECT_EQ(pod["spec"]["containers"][0]["volumeMounts"],
            json({{{"name", "keysteward-stripe-live"},
                   {"mountPath", "/var/run/keysteward/stripe-live"},
                   {"readOnly", true}}}));
  EXPECT_FALSE(pod["spec"]["containers"][0].contains("env"));
}

TEST_F(InjectionTest, TheVolumeOfACredentialWithDotsHasAValidName) {
  Put(ManagedCredentialBuilder("stripe.live").Build());
  const json pod = Injected(Asking("stripe.live", "file"));
  const std::string name = pod["spec"]["volumes"][0]["name"];
  EXPECT_EQ(name.find('.'), std::string::npos);
  EXPECT_LE(name.size(), 63u);
  EXPECT_EQ(pod["spec"]["containers"][0]["volumeMounts"][0]["name"], name);
  EXPECT_EQ(pod["spec"]["containers"][0]["volumeMounts"][0]["mountPath"],
            "/var/run/keysteward/stripe.live");
}

TEST_F(InjectionTest, InitContainersGetItTooAndOnlyThoseNamedWhenSomeAre) {
  json pod = Asking("stripe-live");
  pod["spec"]["initContainers"] = {{{"name", "migrate"}}};
  pod["spec"]["containers"].push_back({{"name", "proxy"}});
  json injected = Injected(pod);
  EXPECT_TRUE(injected["spec"]["initContainers"][0].contains("env"));
  EXPECT_TRUE(injected["spec"]["containers"][0].contains("env"));
  EXPECT_TRUE(injected["spec"]["containers"][1].contains("env"));
  pod["metadata"]["annotations"]["keysteward.dev/inject-containers"] = "app, migrate";
  injected = Injected(pod);
  EXPECT_TRUE(injected["spec"]["initContainers"][0].contains("env"));
  EXPECT_TRUE(injected["spec"]["containers"][0].contains("env"));
  EXPECT_FALSE(injected["spec"]["containers"][1].contains("env"));
}

TEST_F(InjectionTest, AppliedToItsOwnResultItChangesNothing) {
  for (const char* as : {"env", "file"}) {
    json pod = Asking("stripe-live,smtp", as);
    pod["spec"]["initContainers"] = {{{"name", "migrate"}}};
    EXPECT_TRUE(Plan(Injected(pod))->operations.empty()) << as;
  }
}

TEST_F(InjectionTest, AnUnknownCredentialIsRefusedWithThoseThereAre) {
  EXPECT_EQ(Refusal(Asking("strpe-live")),
            "metadata.annotations[keysteward.dev/inject]: strpe-live is no ManagedCredential of "
            "namespace payments\n"
            "Fix: create it, or name one of those there are: smtp, stripe-live.");
}

TEST_F(InjectionTest, CredentialsOfOtherNamespacesAreNeitherUsedNorListed) {
  Put(ManagedCredentialBuilder("root").In("admin").Build());
  EXPECT_EQ(Refusal(Asking("root")),
            "metadata.annotations[keysteward.dev/inject]: root is no ManagedCredential of "
            "namespace payments\n"
            "Fix: create it, or name one of those there are: smtp, stripe-live.");
}

TEST_F(InjectionTest, AStrangeNameCannotBreakTheMessage) {
  const std::string message = Refusal(Asking("a\nb\x1b[31m/../~1" + std::string(400, 'x')));
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 1);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 300u);
}

TEST_F(InjectionTest, AMisspeltContainerOrWayIsRefused) {
  EXPECT_EQ(Refusal(Asking("smtp", "env", "ap")),
            "metadata.annotations[keysteward.dev/inject-containers]: ap is no container of the "
            "pod\nFix: name some of these: app.");
  EXPECT_EQ(Refusal(Asking("smtp", "envs")),
            "metadata.annotations[keysteward.dev/inject-as]: is neither env nor file\n"
            "Fix: write one of them, or leave it out for env.");
}

TEST_F(InjectionTest, OddlyShapedPodsAreNoReasonToFail) {
  for (const json& containers : {json("x"), json::array({1, "x", json::object()}), json()}) {
    json pod = Asking("smtp");
    pod["spec"]["containers"] = containers;
    EXPECT_TRUE(Plan(pod)) << containers.dump();
  }
  json pod = Asking("smtp");
  pod["spec"] = "x";
  EXPECT_TRUE(Plan(pod)->operations.empty());
}

class StampsTest : public InjectionTest {
 protected:
  void SetUp() override {
    Put(ManagedCredentialBuilder("stripe-live").WithCurrentKey(12, "key_12").Build());
  }
  json Stamps(const json& pod) { return PlanStamps(pod, "payments", cluster_.view.credentials); }
  static json Using(const std::string& secret) { return PodWith({EnvFrom(secret, "key")}); }
  static json Stamped(const std::string& stamp) {
    json pod = Using("stripe-live");
    pod["metadata"]["annotations"]["revision.keysteward.dev/stripe-live"] = stamp;
    return pod;
  }
};

TEST_F(StampsTest, APodThatUsesACredentialIsStampedWithItsSettledRevision) {
  EXPECT_EQ(Stamps(Using("stripe-live")),
            json({{{"op", "add"}, {"path", "/metadata/annotations"}, {"value", json::object()}},
                  {{"op", "add"},
                   {"path", "/metadata/annotations/revision.keysteward.dev~1stripe-live"},
                   {"value", "12"}}}));
}

TEST_F(StampsTest, ApplyingItTwiceChangesNothing) {
  const json pod = Using("stripe-live");
  EXPECT_TRUE(Stamps(pod.patch(Stamps(pod))).empty());
}

TEST_F(StampsTest, OtherSecretsAndCredentialsThatNeverDeliveredAreNotStamped) {
  EXPECT_TRUE(Stamps(Using("other")).empty());
  Put(ManagedCredentialBuilder("fresh").Build());
  EXPECT_TRUE(Stamps(Using("fresh")).empty());
}

TEST_F(StampsTest, AnOlderStampIsReplacedAndTheRestartersOwnIsKept) {
  EXPECT_EQ(Stamps(Stamped("11"))[0]["value"], "12");
  EXPECT_TRUE(Stamps(Stamped("12")).empty());
  EXPECT_TRUE(Stamps(Stamped("13")).empty());
}

TEST_F(StampsTest, AForgedStampIsReplaced) {
  for (const char* forged :
       {"999", "9223372036854775807", "12x", "", "-1", "99999999999999999999"}) {
    const json stamps = Stamps(Stamped(forged));
    ASSERT_EQ(stamps.size(), 1u) << forged;
    EXPECT_EQ(stamps[0]["value"], "12") << forged;
  }
}

TEST(UnknownInTemplateTest, AWorkloadWhosePodsWouldBeRefusedIsWarnedAbout) {
  KnownCluster cluster;
  json workload = DeploymentWith();
  workload["spec"]["template"]["metadata"]["annotations"]["keysteward.dev/inject"] = "gone";
  const std::string expected =
      "its pods ask for gone, which is no ManagedCredential of the namespace yet; they will be "
      "refused";
  EXPECT_EQ(UnknownInTemplate(ReviewBuilder(workload).Decode().request, cluster.view.credentials),
            expected);
  json cron = {{"apiVersion", "batch/v1"},
               {"kind", "CronJob"},
               {"metadata", {{"name", "nightly"}}},
               {"spec", {{"jobTemplate", {{"spec", workload["spec"]}}}}}};
  EXPECT_EQ(UnknownInTemplate(ReviewBuilder(cron).Decode().request, cluster.view.credentials),
            expected);
  cluster.Put(cluster.credentials, ManagedCredentialBuilder("gone").Build());
  EXPECT_EQ(UnknownInTemplate(ReviewBuilder(workload).Decode().request, cluster.view.credentials),
            "");
}

}  // namespace
}  // namespace keysteward::webhook
