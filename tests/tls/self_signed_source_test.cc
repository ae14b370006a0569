#include "tls/self_signed_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

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

class SelfSignedSourceTest : public testing::Test {
 protected:
  // Whether a client that was given the bundle accepts the pair that is served.
  bool Fits() const {
    const CertificateChain bundle = CertificateChain::FromPem(source->BundlePem()).value();
    const Certificate& leaf = source->Current()->chain.leaf();
    return std::any_of(bundle.certificates().begin(), bundle.certificates().end(),
                       [&](const Certificate& authority) { return leaf.SignedBy(authority); });
  }

  FakeClock clock;
  const std::unique_ptr<SelfSignedSource> source = SelfSignedSource::Create(kSpec, clock).value();
};

TEST_F(SelfSignedSourceTest, ServesAPairThatItsBundleSignsFromTheStart) {
  EXPECT_EQ(source->version(), 1u);
  EXPECT_TRUE(Fits());
  EXPECT_EQ(source->next_change(), clock.WallNow() + 60h) << "two thirds of the leaf's life";
}

TEST_F(SelfSignedSourceTest, APollBeforeItsTimeChangesNothing) {
  const auto pair = source->Current();
  const std::string bundle = source->BundlePem();
  clock.Advance(60h - 1s);
  EXPECT_EQ(source->Poll().value(), false);
  EXPECT_EQ(source->version(), 1u);
  EXPECT_EQ(source->Current(), pair);
  EXPECT_EQ(source->BundlePem(), bundle);
}

TEST_F(SelfSignedSourceTest, RenewsByItsClockAndLeavesAPairInUseWhole) {
  const auto in_use = source->Current();
  clock.Advance(60h);
  EXPECT_EQ(source->next_change(), clock.WallNow());
  EXPECT_EQ(source->Poll().value(), true);
  EXPECT_EQ(source->version(), 2u);
  EXPECT_NE(source->Current(), in_use);
  EXPECT_TRUE(Fits());
  EXPECT_GT(source->next_change(), clock.WallNow());
  EXPECT_FALSE(in_use->chain.certificates().empty()) << "a connection may still hold it";
}

TEST_F(SelfSignedSourceTest, StaysFitThroughTheLivesOfItsAuthorities) {
  for (int i = 0; i < 60; ++i) {
    clock.Advance(std::max<Duration>(source->next_change() - clock.WallNow(), 1s));
    ASSERT_TRUE(source->Poll().value());
    ASSERT_TRUE(Fits()) << i;
    ASSERT_GT(source->next_change(), clock.WallNow()) << i;
  }
}

TEST_F(SelfSignedSourceTest, OthersMayReadWhileItRenews) {
  std::atomic<bool> whole = true;
  std::jthread reader([&](const std::stop_token& done) {
    while (!done.stop_requested()) {
      whole = whole && source->Current() != nullptr && !source->BundlePem().empty();
    }
  });
  for (int i = 0; i < 5; ++i) {
    clock.Advance(60h);
    EXPECT_TRUE(source->Poll());
  }
  reader.request_stop();
  reader.join();
  EXPECT_TRUE(whole);
}

}  // namespace
}  // namespace keysteward::tls
