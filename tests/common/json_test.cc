#include "common/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace keysteward {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseJson, ReadsADocument) {
  const Result<json> parsed = ParseJson(R"( {"a": [1, -2, 0.5, "x", true, null], "b": {}} )");
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)["a"][1], -2);
  EXPECT_TRUE((*parsed)["b"].is_object());
}

TEST(ParseJson, TheDepthLimitIsExact) {
  EXPECT_TRUE(ParseJson(Nested(kMaxDocumentDepth)));
  const Result<json> deeper = ParseJson(Nested(kMaxDocumentDepth + 1));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error(), Error::TooLarge("JSON nested deeper than 100"));
}

TEST(ParseJson, AMillionBracketsAreRefusedBeforeAnyTree) {
  const std::vector<std::string> hostile = {std::string(1'000'000, '['), Nested(1'000'000),
                                            std::string(1'000'000, '{')};
  for (const std::string& text : hostile) {
    EXPECT_EQ(ParseJson(text).error().code, ErrorCode::kTooLarge);
  }
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(ParseJson(objects).error().code, ErrorCode::kTooLarge);
}

TEST(ParseJson, BracketsInsideStringsAreText) {
  const std::string brackets(1000, '[');
  EXPECT_EQ(*ParseJson("\"" + brackets + "\""), brackets);
  EXPECT_EQ(*ParseJson("\"\\\"" + brackets + "\""), "\"" + brackets);
  EXPECT_EQ((*ParseJson("[\"\\\\\", [1]]"))[0], "\\");
  EXPECT_TRUE(ParseJson("[" + std::string(200, ' ') + Nested(99) + "]"));
}

TEST(ParseJson, ManyContainersSideBySideAreNotDeep) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += "[],{},";
  EXPECT_EQ(ParseJson(text + "0]")->size(), 2001U);
}

TEST(ParseJson, NumbersBeyondSixtyFourBitsBecomeFloating) {
  const json parsed =
      *ParseJson("[18446744073709551615, 123456789012345678901234567890, -9223372036854775808]");
  EXPECT_EQ(parsed[0].get<uint64_t>(), UINT64_MAX);
  EXPECT_TRUE(parsed[1].is_number_float());
  EXPECT_EQ(parsed[2].get<int64_t>(), INT64_MIN);
  EXPECT_EQ(ParseJson("1e400").error(), Error::InvalidArgument("JSON number out of range"));
}

TEST(ParseJson, OfDuplicateKeysTheLastWins) {
  const json parsed = *ParseJson(R"({"a": 1, "b": {"c": 2, "c": 3}, "a": {"d": 4}})");
  EXPECT_EQ(parsed["a"]["d"], 4);
  EXPECT_EQ(parsed["b"]["c"], 3);
  EXPECT_EQ(parsed.size(), 2U);
}

TEST(ParseJson, MalformedTextIsToldByPositionAndNeverQuoted) {
  const std::vector<std::string> rows = {"",
                                         " ",
                                         "{",
                                         "[",
                                         "[1,]",
                                         "{\"a\":1,}",
                                         "{\"a\" 1}",
                                         "{a:1}",
                                         "{'a':1}",
                                         "nul",
                                         "NaN",
                                         "Infinity",
                                         "01",
                                         "1.",
                                         ".5",
                                         "+1",
                                         "- 1",
                                         "0x10",
                                         "\"canary",
                                         "\"canary\n\"",
                                         "\"canary\\x\"",
                                         "\"\\ud800\"",
                                         "\"\\u12\"",
                                         "[1] canary",
                                         "{} {}",
                                         "// canary\n1",
                                         "/* canary */1",
                                         "]",
                                         "[}",
                                         "]]]]]",
                                         "\xff",
                                         "\"canary\x80\"",
                                         "\"\xc0\xaf\"",
                                         std::string("\"can\0ary\"", 9),
                                         std::string("\0", 1),
                                         std::string("{}\0{}", 5),
                                         std::string("[1]\0", 4),
                                         "\xfe\xff[]"};
  for (const std::string& text : rows) {
    const Result<json> parsed = ParseJson(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_THAT(parsed.error().message, HasSubstr("malformed JSON at byte "));
    EXPECT_THAT(parsed.error().message, Not(HasSubstr("canary")));
  }
  EXPECT_EQ(ParseJson("{\"a\": tru}").error().message, "malformed JSON at byte 10");
}

TEST(DumpJson, IsOneStableTextPerValue) {
  EXPECT_EQ(DumpJson(json::parse(R"({"b": 1, "a": [ "é", 2 ]})")), R"({"a":["é",2],"b":1})");
}

TEST(DumpJson, ReplacesInvalidUtf8InsteadOfThrowing) {
  EXPECT_EQ(DumpJson(json{{"a", "x\xff"}}), "{\"a\":\"x\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace keysteward
