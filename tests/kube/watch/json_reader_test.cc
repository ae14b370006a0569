#include "kube/watch/json_reader.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/json.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

// Both readers must answer the same, errors included.
void ExpectSame(JsonReader& reader, std::string_view text) {
  const Result<json> fast = reader.Read(text);
  const Result<json> slow = ParseJson(text);
  ASSERT_EQ(fast.has_value(), slow.has_value()) << text;
  if (!slow) {
    EXPECT_EQ(fast.error().ToString(), slow.error().ToString()) << text;
    return;
  }
  EXPECT_EQ(*fast, *slow) << text;
  EXPECT_EQ(DumpJson(*fast), DumpJson(*slow)) << text;
}

TEST(JsonReaderTest, AnswersAreThoseOfParseJson) {
  JsonReader reader;
  const char* texts[] = {R"({"a":1,"b":[true,false,null,"x\u00fc\n"],"c":{"d":-5,"e":1.5}})",
                         "[]",
                         "{}",
                         "0",
                         "-0",
                         "1e2",
                         "-1",
                         "\"text\"",
                         "null",
                         "true",
                         "9223372036854775807",
                         "9223372036854775808",
                         "18446744073709551615",
                         "18446744073709551616",
                         "-9223372036854775808",
                         "-9223372036854775809",
                         "1E400",
                         "1e-400",
                         R"({"a":1,"a":2})",
                         R"({"a":{"x":1},"a":{"y":2}})",
                         R"({"":{"":""}})",
                         "",
                         " ",
                         "{",
                         "[1,]",
                         "{\"a\"}",
                         "nul",
                         "01",
                         "1.",
                         "+1",
                         "\"open",
                         "\"\\ud800\"",
                         "\"\x01\"",
                         "\"\xff\"",
                         "{} {}",
                         "[1] x",
                         "// comment\n{}",
                         "\xef\xbb\xbf{}",
                         "{'a':1}",
                         "[NaN]",
                         "Infinity"};
  for (const char* text : texts) ExpectSame(reader, text);
}

TEST(JsonReaderTest, TheDepthLimitIsTheSame) {
  JsonReader reader;
  for (const size_t depth :
       {size_t{1}, kMaxDocumentDepth - 1, kMaxDocumentDepth, kMaxDocumentDepth + 1, size_t{2000}}) {
    ExpectSame(reader, std::string(depth, '[') + std::string(depth, ']'));
    std::string objects;
    for (size_t i = 0; i < depth; ++i) objects += "{\"a\":";
    ExpectSame(reader, objects + "1" + std::string(depth, '}'));
  }
}

TEST(JsonReaderTest, CutAndDamagedTextIsTheSame) {
  JsonReader reader;
  FakeRandom random;
  const std::string whole =
      R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"8"},"n":[1,-2,3.5],"t":"ü\u0041"}})";
  for (size_t length = 0; length < whole.size(); ++length) {
    ExpectSame(reader, whole.substr(0, length));
  }
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = whole;
    damaged[random.Below(damaged.size())] = static_cast<char>(random.Below(256));
    ExpectSame(reader, damaged);
  }
}

TEST(JsonReaderTest, ALargeTextAfterASmallOneIsRead) {
  JsonReader reader;
  ExpectSame(reader, "{}");
  ExpectSame(reader, "\"" + std::string(3'000'000, 'x') + "\"");
  ExpectSame(reader, "[1]");
}

}  // namespace
}  // namespace keysteward::kube
