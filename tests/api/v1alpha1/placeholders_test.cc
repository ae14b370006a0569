#include "api/v1alpha1/placeholders.h"

#include <gtest/gtest.h>

namespace keysteward::api::v1alpha1 {
namespace {

using Names = std::vector<std::string>;

TEST(ParsePlaceholders, FindsThemInOrder) {
  EXPECT_EQ(ParsePlaceholders("Bearer ${key} of ${param.scope}${keyId}").value(),
            (Names{"key", "param.scope", "keyId"}));
}

TEST(ParsePlaceholders, LeavesDollarsAndBracesAlone) {
  for (const char* text : {"", "$", "$$", "costs $5", "{key}", "$(KEY)", "a}b", "$ {key}", "}{$"}) {
    EXPECT_EQ(ParsePlaceholders(text).value(), Names{}) << text;
  }
}

TEST(ParsePlaceholders, TakesTheDollarNextToTheBrace) {
  EXPECT_EQ(ParsePlaceholders("$$${key}$").value(), Names{"key"});
}

TEST(ParsePlaceholders, RefusesAnOpenOne) {
  const auto result = ParsePlaceholders("abc ${key");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "has a ${ without }");
}

TEST(ParsePlaceholders, RefusesWhatIsNotAWord) {
  for (const char* text : {"${}", "${ key}", "${key }", "${key|upper}", "${a.b}", "${param.}",
                           "${param.a.b}", "${1}", "${${key}}", "${param.1x}", "${kéy}"}) {
    const auto result = ParsePlaceholders(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().message, "has a ${…} whose name is not a word") << text;
  }
}

TEST(ParsePlaceholders, NeverRepeatsTheTextItRefuses) {
  const auto result = ParsePlaceholders("sk_live_1234 ${oops!}");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message.find("sk_live"), std::string::npos);
  EXPECT_EQ(result.error().message.find("oops"), std::string::npos);
}

TEST(ParsePlaceholders, IsLinearOnManyOpenBraces) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "${key}";
  EXPECT_EQ(ParsePlaceholders(text).value().size(), 100'000U);
}

TEST(CheckPlaceholders, AcceptsTheKnownOnesAndParameters) {
  EXPECT_EQ(CheckPlaceholders("${key}${keyId}${expiresAt}${param.a-b_c}", kDeliveryPlaceholders),
            std::nullopt);
  EXPECT_EQ(CheckPlaceholders("no placeholder", kListPlaceholders), std::nullopt);
}

TEST(CheckPlaceholders, NamesTheKnownOnesForAnyOther) {
  EXPECT_EQ(CheckPlaceholders("${kye}", kDeliveryPlaceholders).value_or(""),
            "may hold only ${key}, ${keyId}, ${expiresAt} and ${param.NAME} as placeholders");
  EXPECT_EQ(CheckPlaceholders("${key}", kListPlaceholders).value_or(""),
            "may hold only ${label} and ${param.NAME} as placeholders");
  EXPECT_EQ(CheckPlaceholders("${", kListPlaceholders).value_or(""),
            "has a ${ without }; it may hold only ${label} and ${param.NAME} as placeholders");
}

TEST(CheckPlaceholders, KeepsAKeyOutOfUrls) {
  EXPECT_TRUE(CheckPlaceholders("/whoami?key=${key}", kProbePathPlaceholders));
  EXPECT_FALSE(CheckPlaceholders("/keys/${keyId}", kProbePathPlaceholders));
}

TEST(ParameterOf, SplitsOffThePrefix) {
  EXPECT_EQ(ParameterOf("param.scope"), "scope");
  EXPECT_EQ(ParameterOf("params.scope"), std::nullopt);
  EXPECT_EQ(ParameterOf("key"), std::nullopt);
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
