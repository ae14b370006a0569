#include "detection/decoders/base64_text.h"

#include <gtest/gtest.h>

#include "common/base64.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

TEST(DecodeAnyBase64, TakesBothAlphabetsAndAnyPadding) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},       {"aGVsbG8=", "hello"}, {"aGVsbG8", "hello"},    {"aGk=", "hi"},
      {"aA==", "h"},  {"aA", "h"},           {"aGVs\nbG8=", "hello"}, {"aGVs\r\nbG8", "hello"},
      {"aA=", "h"},   {"Pz8_", "???"},       {"Pz8/", "???"},         {"Pj4-", ">>>"},
      {"Pj4+", ">>>"}};
  for (const auto& [encoded, bytes] : cases) {
    EXPECT_EQ(DecodeAnyBase64(encoded, 100), std::string(bytes)) << encoded;
  }
}

TEST(DecodeAnyBase64, RefusesTheRest) {
  for (const char* text : {"a", "aGVsb", "aG=k", "a b=", "aGk===", "aGk!", "====", "\xFF\xFF"}) {
    EXPECT_EQ(DecodeAnyBase64(text, 100), std::nullopt) << text;
  }
}

TEST(DecodeAnyBase64, StopsAtItsLimit) {
  const std::string encoded = Base64Encode(std::string(100, 'x'));
  EXPECT_TRUE(DecodeAnyBase64(encoded, 100));
  EXPECT_FALSE(DecodeAnyBase64(encoded, 99));
  EXPECT_FALSE(DecodeAnyBase64(std::string(1u << 20, 'A'), 10));
}

TEST(DecodeAnyBase64, GivesBackWhatWasEncoded) {
  for (uint64_t seed = 1; seed < 100; ++seed) {
    const std::string bytes = MakeSample("{base64:" + std::to_string(seed) + "}", seed);
    EXPECT_EQ(DecodeAnyBase64(Base64Encode(bytes), 1000), bytes);
  }
}

TEST(BeginsLikeContent, NeverTurnsTextAway) {
  for (const std::string text :
       {"PASSWORD=words", "{\"a\": \"b\"}   ", "\xEF\xBB\xBFmark of order",
        "caf\xC3\xA9 and more words", "\n\n\n  spaced out", "-----BEGIN PRIVATE KEY-----"}) {
    EXPECT_TRUE(BeginsLikeContent(Base64Encode(text))) << text;
  }
  EXPECT_TRUE(BeginsLikeContent("H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==")) << "gzip";
  EXPECT_TRUE(BeginsLikeContent("aGVs\nbG8gd29ybGQgaGVsbG8=")) << "broken into lines";
  EXPECT_TRUE(BeginsLikeContent("aGVsbG8=")) << "too short to say";
}

TEST(BeginsLikeContent, TurnsMostWordsAway) {
  size_t turned = 0;
  const char* const words[] = {"kubernetes-dashboard",      "horizontalpodautoscalers",
                               "validatingwebhook",         "mutatingwebhookconfigurations",
                               "customresourcedefinitions", "system-cluster-critical",
                               "ReadWriteOncePods",         "IfNotPresentAlways1"};
  for (const char* word : words) turned += !BeginsLikeContent(word);
  EXPECT_GE(turned, 7u);
}

TEST(LooksLikeText, WantsNineTenthsPrintable) {
  EXPECT_TRUE(LooksLikeText("a: b\n"));
  EXPECT_TRUE(LooksLikeText("nine char\x01"));
  EXPECT_FALSE(LooksLikeText("eight ch\x01\x02"));
  EXPECT_FALSE(LooksLikeText("abc")) << "too short to say";
  EXPECT_FALSE(LooksLikeText(""));
  EXPECT_FALSE(LooksLikeText("\xE6\x97\xA5\xE6\x9C\xAC")) << "no provider uses such letters";
}

}  // namespace
}  // namespace keysteward::detection
