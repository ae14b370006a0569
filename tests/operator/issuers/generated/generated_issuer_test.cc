#include "operator/issuers/generated/generated_issuer.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_random.h"

namespace keysteward::op {
namespace {

TEST(GeneratedIssuerTest, MakesDistinctKeysOfTheWantedLengthAndAlphabet) {
  FakeRandom random;
  GeneratedIssuer issuer({.length = 50, .alphabet = "abc"}, random, nullptr);
  const auto one = issuer.Create({.label = "keysteward/i/u/7-2"}, {});
  const auto two = issuer.Create({.label = "keysteward/i/u/8-1"}, {});
  EXPECT_EQ(one->id, "7-2");
  EXPECT_EQ(one->value.view().size(), 50u);
  EXPECT_EQ(one->value.view().find_first_not_of("abc"), std::string_view::npos);
  EXPECT_NE(one->value.view(), two->value.view());
}

TEST(GeneratedIssuerTest, HasNoProviderToAsk) {
  FakeRandom random;
  GeneratedIssuer issuer({}, random, nullptr);
  EXPECT_TRUE(issuer.Check({}));
  EXPECT_EQ(issuer.Delete("k", {}).error().message,
            "a generated key has no provider to delete it at");
  EXPECT_FALSE(issuer.List("", {}));
  EXPECT_FALSE(issuer.Disable("k", {}));
  EXPECT_FALSE(issuer.Enable("k", {}));
  EXPECT_FALSE(issuer.Probe(SecretBytes::CopyOf("v"), {}));
  EXPECT_EQ(issuer.LastUsed("k", {})->use, Use::kUnknown);
  EXPECT_FALSE(issuer.capabilities().revokes);
  EXPECT_FALSE(issuer.capabilities().probes);
}

}  // namespace
}  // namespace keysteward::op
