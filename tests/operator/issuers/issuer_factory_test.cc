#include "operator/issuers/issuer_factory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/builders/credential_issuer_builder.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/fakes/fake_transport.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::IssuerSpec;
using builders::CredentialIssuerBuilder;

IssuerSpec At(const std::string& url) {
  return CredentialIssuerBuilder("acme").At(url).Build().spec;
}

// A generated key whose probe is at that URL.
IssuerSpec ProbedAt(const std::string& url) {
  IssuerSpec spec = CredentialIssuerBuilder("acme").Generating(40).Build().spec;
  spec.generated->probe.emplace();
  spec.generated->probe->base_url = url;
  spec.generated->probe->probe = builders::HttpIssuerAt(url).probe;
  return spec;
}

const std::vector<HostRule> kRules = {{"api.acme.example", false}, {"keys.local", true}};

TEST(CheckHost, AListedHostIsAllowedWithItsRule) {
  for (const auto& spec_at : {At, ProbedAt}) {
    const auto listed = CheckHost(spec_at("https://api.acme.example/v1"), kRules);
    ASSERT_TRUE(listed) << listed.error().ToString();
    EXPECT_FALSE(*listed);
    EXPECT_TRUE(*CheckHost(spec_at("https://keys.local:8443"), kRules)) << "whatever the port";
  }
}

TEST(CheckHost, AnyOtherHostIsRefusedWithTheWayOut) {
  for (const char* url : {"https://evil.example", "https://api.acme.example.evil.example",
                          "https://xapi.acme.example", "https://10.0.0.1", "https://[::1]"}) {
    for (const auto& spec_at : {At, ProbedAt}) {
      const auto refused = CheckHost(spec_at(url), kRules);
      ASSERT_FALSE(refused) << url;
      EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
      EXPECT_THAT(refused.error().message, testing::StartsWith("HostNotAllowed: host "));
      EXPECT_THAT(refused.error().message, testing::HasSubstr("issuers.allowedHosts"));
    }
  }
  EXPECT_FALSE(CheckHost(At("https://api.acme.example"), {})) << "without rules nothing is";
}

TEST(CheckHost, AnIssuerWithoutAUrlPasses) {
  const auto spec = CredentialIssuerBuilder("acme").Generating(40).Build().spec;
  ASSERT_TRUE(CheckHost(spec, {}));
  EXPECT_FALSE(*CheckHost(spec, {}));
}

class IssuerFactoryTest : public testing::Test {
 protected:
  Result<std::shared_ptr<Issuer>> Make(const IssuerSpec& spec, bool allow_private = false) {
    return factory.Make({.name = "payments/acme",
                         .issuer_uid = "u",
                         .spec = spec,
                         .admin = SecretBytes::CopyOf("admin_value"),
                         .allow_private = allow_private});
  }

  FakeClock clock;
  FakeRandom random;
  FakeMetrics metrics;
  std::optional<Error> failure;
  std::vector<http::TransportOptions> made;
  std::vector<bool> private_allowed;
  IssuerFactory factory{
      [this](http::TransportOptions options,
             const http::AddressPolicy& policy) -> Result<std::unique_ptr<http::HttpTransport>> {
        if (failure) return *failure;
        made.push_back(std::move(options));
        private_allowed.push_back(policy.allow_private);
        return std::unique_ptr<http::HttpTransport>(std::make_unique<http::FakeTransport>());
      },
      clock, random, metrics};
};

TEST_F(IssuerFactoryTest, BindsTheTransportToTheHostAloneAndJudgesItsAddresses) {
  IssuerSpec spec = At("https://api.acme.example:8443/v1");
  spec.http->ca_bundle = "PEM";
  ASSERT_TRUE(Make(spec));
  ASSERT_TRUE(Make(spec, true));
  ASSERT_EQ(made.size(), 2u);
  EXPECT_EQ(made[0].endpoint.host, "api.acme.example");
  EXPECT_EQ(made[0].endpoint.base_path, "") << "the path is the issuer's own";
  EXPECT_EQ(made[0].trust.ca_pem, "PEM");
  EXPECT_THAT(private_allowed, testing::ElementsAre(false, true));
}

TEST_F(IssuerFactoryTest, AGeneratedKeyNeedsATransportOnlyToBeProbed) {
  const auto plain = Make(CredentialIssuerBuilder("acme").Generating(40).Build().spec);
  ASSERT_TRUE(plain) << plain.error().ToString();
  EXPECT_FALSE((*plain)->capabilities().probes);
  EXPECT_TRUE(made.empty());
  const auto probed = Make(ProbedAt("https://keys.local"), true);
  ASSERT_TRUE(probed) << probed.error().ToString();
  EXPECT_TRUE((*probed)->capabilities().probes);
  EXPECT_THAT(private_allowed, testing::ElementsAre(true));
}

TEST_F(IssuerFactoryTest, WhatCannotBeBuiltIsToldWithoutTheAdminCredential) {
  IssuerSpec neither = At("https://a.example");
  neither.http.reset();
  const auto none = Make(neither);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "issuer payments/acme: spec has neither generated nor http");
  failure = Error::InvalidArgument("no certificate");
  for (const IssuerSpec& spec : {At("https://a.example"), ProbedAt("https://a.example")}) {
    const auto issuer = Make(spec);
    ASSERT_FALSE(issuer);
    EXPECT_EQ(issuer.error(), *failure);
  }
}

}  // namespace
}  // namespace keysteward::op
