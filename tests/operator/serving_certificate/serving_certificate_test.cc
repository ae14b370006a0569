#include "operator/serving_certificate/serving_certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "common/base64.h"
#include "observability/metric_names.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations

constexpr api::Resource kValidating{"admissionregistration.k8s.io", "v1",
                                    "validatingwebhookconfigurations",
                                    "ValidatingWebhookConfiguration", false};

class ServingCertificateTest : public testing::Test {
 protected:
  void AddConfiguration(const std::string& name = "keysteward") {
    ASSERT_TRUE(server.Create(
        kValidating,
        {{"apiVersion", "admissionregistration.k8s.io/v1"},
         {"kind", "ValidatingWebhookConfiguration"},
         {"metadata", {{"name", name}}},
         {"webhooks",
          json::array({{{"name", "a"}, {"clientConfig", {{"service", {{"name", "s"}}}}}},
                       {{"name", "b"}, {"clientConfig", {{"caBundle", "b2xk"}}}}})}},
        {}, {}));
  }
  json Webhooks(const std::string& name = "keysteward") {
    return (*server.Get(kValidating, {"", name}, {}))["webhooks"];
  }
  json Secret() {
    return server
        .Get(api::KindOf<api::core::Secret>::resource,
             {"keysteward-system", "keysteward-webhook-tls"}, {})
        .value_or(json());
  }
  void DeleteSecret() {
    ASSERT_TRUE(server.Delete(api::KindOf<api::core::Secret>::resource,
                              {"keysteward-system", "keysteward-webhook-tls"}, {}, {}));
  }
  // PEM of the authorities that the API server trusts.
  std::string Bundle() {
    return *Base64Decode(Webhooks()[0]["clientConfig"]["caBundle"].get<std::string>());
  }
  void Keep() {
    const auto kept = certificate.Keep({});
    ASSERT_TRUE(kept) << kept.error().ToString();
  }

  FakeClock clock;
  FakeRandom random;
  FakeMetrics metrics;
  kube::FakeApiServer server{clock, random};
  ServingCertificate certificate{server, clock, {.namespace_name = "keysteward-system"}, metrics};
};

TEST_F(ServingCertificateTest, OneKeepMakesTheSecretAndFillsEveryBundle) {
  AddConfiguration();
  Keep();
  EXPECT_FALSE(Secret().is_null());
  const json webhooks = Webhooks();
  const std::string bundle = webhooks[0]["clientConfig"]["caBundle"];
  EXPECT_THAT(*Base64Decode(bundle), testing::HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_EQ(webhooks[1]["clientConfig"]["caBundle"], bundle);
  EXPECT_EQ(webhooks[0]["clientConfig"]["service"]["name"], "s");
}

TEST_F(ServingCertificateTest, AtRestNothingIsWritten) {
  AddConfiguration();
  Keep();
  const int64_t before = server.revision();
  for (int i = 0; i < 10; ++i) {
    clock.Advance(5s);
    Keep();
  }
  EXPECT_EQ(server.revision(), before);
}

TEST_F(ServingCertificateTest, ABundleThatWasChangedIsRepairedByTheNextKeep) {
  AddConfiguration();
  Keep();
  const json good = Webhooks();
  ASSERT_TRUE(
      server.Patch(kValidating, {"", "keysteward"}, kube::PatchType::kJson,
                   json::array({{{"op", "remove"}, {"path", "/webhooks/0/clientConfig/caBundle"}},
                                {{"op", "replace"},
                                 {"path", "/webhooks/1/clientConfig/caBundle"},
                                 {"value", "ZXZpbA=="}}}),
                   {}, {}));
  Keep();
  EXPECT_EQ(Webhooks(), good);
}

TEST_F(ServingCertificateTest, OnlyOurConfigurationIsTouchedAndNoneIsMade) {
  AddConfiguration("somebody-elses");
  const json before = Webhooks("somebody-elses");
  Keep();
  EXPECT_EQ(Webhooks("somebody-elses"), before);
  EXPECT_FALSE(server.Get(kValidating, {"", "keysteward"}, {}));
}

TEST_F(ServingCertificateTest, IsRenewedLongBeforeItsEnd) {
  AddConfiguration();
  Keep();
  const double first = metrics.Value(kCertificateExpiry, {{"certificate", "webhook"}});
  const double now = std::chrono::duration<double>(clock.WallNow().time_since_epoch()).count();
  EXPECT_GT(first, now);
  for (int day = 0; day < 800; ++day) {
    clock.Advance(24h);
    Keep();
    const double left = metrics.Value(kCertificateExpiry, {{"certificate", "webhook"}}) -
                        std::chrono::duration<double>(clock.WallNow().time_since_epoch()).count();
    ASSERT_GT(left, 24 * 3600) << "day " << day;
  }
  EXPECT_GT(metrics.Value(kCertificateExpiry, {{"certificate", "webhook"}}), first);
}

TEST_F(ServingCertificateTest, ASecretWithoutOurStateIsReplacedInPlace) {
  ASSERT_TRUE(server.Create(
      api::KindOf<api::core::Secret>::resource,
      {{"apiVersion", "v1"},
       {"kind", "Secret"},
       {"metadata", {{"name", "keysteward-webhook-tls"}, {"namespace", "keysteward-system"}}},
       {"data", {{"tls.crt", Base64Encode("nonsense")}}}},
      {}, {}));
  Keep();
  EXPECT_GT(metrics.Value(kCertificateExpiry, {{"certificate", "webhook"}}), 0);
}

TEST_F(ServingCertificateTest, AfterALossTheNewAuthorityIsTrustedBeforeItsCertificateIsShown) {
  AddConfiguration();
  Keep();
  const std::string old = Bundle();
  DeleteSecret();
  Keep();
  EXPECT_TRUE(Secret().is_null()) << "clients do not trust the new authority yet";
  const std::string both = Bundle();
  EXPECT_THAT(both, testing::EndsWith(old)) << "the webhook still shows the old certificate";
  EXPECT_GT(both.size(), old.size());
  clock.Advance(5s);
  Keep();
  ASSERT_FALSE(Secret().is_null());
  const std::string authority = *Base64Decode(Secret()["data"]["ca.crt"].get<std::string>());
  EXPECT_EQ(Bundle(), both) << "webhooks take up the new certificate one after the other";
  clock.Advance(30s);
  Keep();
  EXPECT_EQ(Bundle(), authority);
  EXPECT_EQ(both, authority + old);
}

TEST_F(ServingCertificateTest, ALossSurvivesAChangeOfLeaderBetweenItsTwoSteps) {
  AddConfiguration();
  Keep();
  DeleteSecret();
  Keep();
  ServingCertificate other{server, clock, {.namespace_name = "keysteward-system"}, metrics};
  for (int i = 0; i < 10; ++i) {
    clock.Advance(5s);
    ASSERT_TRUE(other.Keep({}));
  }
  ASSERT_FALSE(Secret().is_null());
  EXPECT_EQ(Bundle(), *Base64Decode(Secret()["data"]["ca.crt"].get<std::string>()));
}

TEST_F(ServingCertificateTest, ASecretThatComesBackByItselfIsTakenAsItIs) {
  AddConfiguration();
  Keep();
  const json secret = Secret();
  const std::string old = Bundle();
  DeleteSecret();
  Keep();
  json restored = secret;
  restored["metadata"].erase("resourceVersion");
  restored["metadata"].erase("uid");
  ASSERT_TRUE(server.Create(api::KindOf<api::core::Secret>::resource, restored, {}, {}));
  clock.Advance(40s);
  Keep();
  EXPECT_EQ(Bundle(), old);
  EXPECT_EQ(Secret()["data"], secret["data"]);
}

TEST_F(ServingCertificateTest, TroubleIsTold) {
  server.FailNext("get", "secrets", Error::Unavailable("away"), kube::CallPhase::kBefore);
  EXPECT_EQ(certificate.Keep({}).error().message, "read serving certificate: away");
  server.FailNext("create", "secrets", Error::PermissionDenied("no"), kube::CallPhase::kBefore);
  EXPECT_EQ(certificate.Keep({}).error().message, "store serving certificate: no");
}

}  // namespace
}  // namespace keysteward::op
