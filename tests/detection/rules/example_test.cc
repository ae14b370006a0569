#include "detection/rules/example.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detection/values/checksums.h"

namespace keysteward::detection {
namespace {

using testing::MatchesRegex;

std::string Make(std::string_view text, uint64_t seed = 1) {
  const auto made = MakeExample(text, seed);
  return made ? *made : made.error().ToString();
}

TEST(MakeExample, FillsClassesBetweenPlainText) {
  EXPECT_THAT(Make("a_{digit:4}-{hex:6}!"), MatchesRegex("a_[0-9]{4}-[0-9a-f]{6}!"));
  EXPECT_THAT(Make("{upper:3}{lower:3}{lowalnum:2}"), MatchesRegex("[A-Z]{3}[a-z]{3}[a-z0-9]{2}"));
  EXPECT_EQ(Make("plain {} $ { x"), "plain {} $ { x");
  EXPECT_EQ(Make("a\\nb{zero:3}"), "a\nb000");
}

TEST(MakeExample, DependsOnTemplateAndSeedAlone) {
  EXPECT_EQ(Make("{alnum:40}", 7), Make("{alnum:40}", 7));
  EXPECT_NE(Make("{alnum:40}", 7), Make("{alnum:40}", 8));
}

TEST(MakeExample, AddsChecksums) {
  const std::string token = Make("abc_{alnum:30}{crc32}");
  EXPECT_EQ(token.substr(34), Crc32Base62(token.substr(4, 30)));
  const std::string key = Make("AGE-SECRET-KEY-1{bech32:52}{bech32sum}");
  EXPECT_EQ(key.size(), 74u);
  EXPECT_EQ(Make("{bech32sum}"), Make("{bech32sum}")) << "without a separator before it";
}

TEST(MakeExample, EncodesTemplatesInsideTemplates) {
  EXPECT_EQ(Make("{b64:user:pass}"), "dXNlcjpwYXNz");
  EXPECT_EQ(Make("{b64url:a?>}"), "YT8-");
  EXPECT_THAT(Make("{b64:{b64:{zero:3}}}"), MatchesRegex("[A-Za-z0-9=]+"));
  EXPECT_TRUE(Make("{der:300}").starts_with("MI"));
  EXPECT_THAT(Make("{jwt}"), MatchesRegex("eyJ[^.]+\\.eyJ[^.]+\\.[^.]+"));
}

TEST(MakeExample, RefusesWhatItCannotMake) {
  EXPECT_EQ(Make("{klingon:4}"), "InvalidArgument: {klingon:4} names no class of characters");
  for (const char* field : {"{alnum}", "{alnum:}", "{alnum:0}", "{alnum:x}", "{alnum:4x}",
                            "{alnum:-1}", "{alnum:999999999}", "{alnum:99999999999999999999999}"}) {
    EXPECT_EQ(Make(field), "InvalidArgument: " + std::string(field) + " needs a count");
  }
}

TEST(MakeExample, IsBounded) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "{alnum:16000}";
  EXPECT_EQ(Make(many), "TooLarge: an example is longer than 16 KiB");
  std::string deep = "x";
  for (int i = 0; i < 1000; ++i) deep = "{b64:" + deep + "}";
  EXPECT_EQ(Make(deep), "InvalidArgument: templates inside templates, too deep");
}

}  // namespace
}  // namespace keysteward::detection
