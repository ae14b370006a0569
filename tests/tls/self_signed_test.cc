// Renewal of self-signed serving certificates as a rule over time, followed by a client that only
// knows an old bundle.
#include "tls/self_signed.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/fakes/fake_clock.h"

namespace keysteward::tls {
namespace {

using namespace std::chrono_literals;

const SelfSignedSpec kSpec{.common_name = "webhook",
                           .dns_names = {"webhook.ns.svc"},
                           .authority_life = 900h,
                           .leaf_life = 90h,
                           .overlap = 24h,
                           .backdate = 0h};

SelfSignedState Next(const std::optional<SelfSignedState>& state, WallTime now,
                     const SelfSignedSpec& spec = kSpec) {
  return NextSelfSigned(state, spec, now).value();
}

bool Trusts(const CertificateChain& bundle, const Certificate& leaf) {
  return std::any_of(bundle.certificates().begin(), bundle.certificates().end(),
                     [&](const Certificate& authority) { return leaf.SignedBy(authority); });
}

std::map<std::string, std::string> FilesOf(const SelfSignedState& state) {
  std::map<std::string, std::string> files;
  for (const auto& [name, value] : state.ToFiles()) files[name] = std::string(value.view());
  return files;
}

class SelfSigned : public testing::Test {
 protected:
  const WallTime start_ = FakeClock().WallNow();
};

TEST_F(SelfSigned, TheFirstStateIsWhole) {
  const SelfSignedState state = Next(std::nullopt, start_);
  EXPECT_TRUE(state.leaf.SignedBy(state.authority.certificate));
  EXPECT_TRUE(state.leaf.MatchesKey(state.leaf_key));
  EXPECT_EQ(state.leaf.dns_names(), kSpec.dns_names);
  EXPECT_EQ(state.leaf.not_after(), start_ + 90h);
  EXPECT_EQ(state.Bundle().certificates().size(), 1u);
}

TEST_F(SelfSigned, NothingChangesBeforeTwoThirdsOfTheLife) {
  const SelfSignedState state = Next(std::nullopt, start_);
  EXPECT_EQ(NextSelfSignedChange(state, kSpec), start_ + 60h);
  EXPECT_EQ(Next(state, start_ + 60h - 1s).revision, state.revision);
  const SelfSignedState renewed = Next(state, start_ + 60h);
  EXPECT_EQ(renewed.revision, state.revision + 1);
  EXPECT_EQ(renewed.authority.certificate, state.authority.certificate);
  EXPECT_NE(renewed.leaf.Fingerprint(), state.leaf.Fingerprint());
  EXPECT_EQ(renewed.leaf.not_after(), start_ + 150h);
}

TEST_F(SelfSigned, AChangedNameIsRenewedAtOnce) {
  const SelfSignedState state = Next(std::nullopt, start_);
  SelfSignedSpec spec = kSpec;
  spec.dns_names = {"other.ns.svc"};
  EXPECT_EQ(Next(state, start_, spec).leaf.dns_names(), spec.dns_names);
}

TEST_F(SelfSigned, AnAuthorityIsInTheBundleBeforeItSigns) {
  SelfSignedState state = Next(std::nullopt, start_);
  const Certificate first = state.authority.certificate;
  // Every hour for three lives of an authority: a client that learned the bundle `overlap` ago must
  // trust the leaf that is shown now.
  std::vector<CertificateChain> bundles;
  int authorities = 1;
  for (int hour = 0; hour < 3 * 900; ++hour) {
    const Certificate before = state.authority.certificate;
    state = Next(state, start_ + std::chrono::hours(hour));
    if (!(state.authority.certificate == before)) ++authorities;
    bundles.push_back(state.Bundle());
    const CertificateChain& known = bundles[std::max(0, hour - 23)];
    ASSERT_TRUE(Trusts(known, state.leaf)) << "hour " << hour;
    ASSERT_LT(start_ + std::chrono::hours(hour), state.leaf.not_after());
    ASSERT_LE(state.Bundle().certificates().size(), 3u);
  }
  EXPECT_GE(authorities, 4);
  EXPECT_FALSE(Trusts(CertificateChain({first}), state.leaf));
}

TEST_F(SelfSigned, RetiredAuthoritiesLeaveTheBundleWhenTheyExpire) {
  SelfSignedState state = Next(std::nullopt, start_);
  const Certificate first = state.authority.certificate;
  for (int hour = 0; hour <= 700; hour += 10)
    state = Next(state, start_ + std::chrono::hours(hour));
  ASSERT_EQ(state.retired.size(), 1u);
  EXPECT_EQ(state.retired[0], first);
  for (int hour = 700; hour <= 910; hour += 10) {
    state = Next(state, start_ + std::chrono::hours(hour));
  }
  EXPECT_TRUE(state.retired.empty());
}

TEST_F(SelfSigned, AfterALongSleepItStartsAnew) {
  const SelfSignedState state = Next(std::nullopt, start_);
  const SelfSignedState late = Next(state, start_ + 5000h);
  EXPECT_EQ(late.revision, state.revision + 1);
  EXPECT_TRUE(late.leaf.SignedBy(late.authority.certificate));
  EXPECT_GT(late.leaf.not_after(), start_ + 5000h);
}

TEST_F(SelfSigned, ALeafNeverOutlivesItsAuthority) {
  SelfSignedSpec spec = kSpec;
  spec.leaf_life = 5000h;
  const SelfSignedState state = Next(std::nullopt, start_, spec);
  EXPECT_EQ(state.leaf.not_after(), state.authority.certificate.not_after());
}

TEST_F(SelfSigned, SurvivesAWayThroughFiles) {
  SelfSignedState state = Next(std::nullopt, start_);
  for (const int hour : {0, 600, 624}) {
    state = Next(state, start_ + std::chrono::hours(hour));
    const auto files = FilesOf(state);
    const SelfSignedState same = SelfSignedState::FromFiles(files).value();
    EXPECT_EQ(FilesOf(same), files) << hour;
    EXPECT_EQ(NextSelfSignedChange(same, kSpec), NextSelfSignedChange(state, kSpec));
  }
}

TEST_F(SelfSigned, BadFilesAreNamed) {
  const auto good = FilesOf(Next(std::nullopt, start_));
  const auto error = [&](const std::string& name, const std::string& value) {
    auto files = good;
    files[name] = value;
    return SelfSignedState::FromFiles(files).error().message;
  };
  const std::string other(KeyPair::GenerateEcdsa()->PrivatePem().view());
  EXPECT_EQ(error("tls.crt", "x"), "tls.crt: certificate: no PEM block found");
  EXPECT_EQ(error("tls.key", other), "tls.key does not belong to tls.crt");
  EXPECT_EQ(error("authority.key", "x"),
            "authority.key: private key: no unencrypted PEM key found");
  EXPECT_EQ(error("revision", "-1"), "revision is not a number");
  EXPECT_EQ(error("next.crt", good.at("ca.crt")), "next.key is missing");
  EXPECT_EQ(SelfSignedState::FromFiles({}).error().message, "tls.crt is missing");
  const auto foreign = FilesOf(Next(std::nullopt, start_));
  auto mixed = good;
  mixed["tls.crt"] = foreign.at("tls.crt");
  mixed["tls.key"] = foreign.at("tls.key");
  EXPECT_EQ(SelfSignedState::FromFiles(mixed).error().message,
            "tls.crt is not signed by authority.crt");
}

}  // namespace
}  // namespace keysteward::tls
