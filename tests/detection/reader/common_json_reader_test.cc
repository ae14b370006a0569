#include "detection/reader/common_json_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "detection/reader/json_reader.h"
#include "tests/detection/reader/both_readers.h"

namespace keysteward::detection {
namespace {

class Both final : public BothReaders {
  bool ReadCommon(std::string_view text) override {
    return CommonJsonReader(text, limits, arena).Read(common);
  }
  Result<void> ReadAll(std::string_view text) override {
    return JsonReader(limits).Read(text, arena, all);
  }
};

constexpr std::string_view kCommon[] = {
    "{}",
    "[]",
    " \n\t{ \"a\" : 1 , \"b\" : [ ] }\r\n",
    R"({"a":"x","a":"y","b":{"c":[1,2.5,-3,1e3,0,-0,0.1E+2,"d",true,false,null]}})",
    "{\"a\":\n  [\n   1,\n\"b\"]}",
    R"({"a":"line\nbreak \"quoted\" \\ \/ \b\f\r\t","é\u0041":"\u00e9\u20AC\uD83D\uDE00"})",
    R"(["é","ünï","😀"])",
    R"({"a":12345678901234567890,"b":1234567890123456789012345678})",
};

constexpr std::string_view kLeft[] = {
    "",
    " ",
    "1",
    "\"a\"",
    "null",
    "{",
    "[",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,}",
    "[1,]",
    "{,}",
    "[,1]",
    "{\"a\":01}",
    "{\"a\":+1}",
    "{\"a\":.5}",
    "{\"a\":1.}",
    "{\"a\":1e}",
    "{\"a\":1e400}",
    "{\"a\":tru}",
    "{\"a\":truex}",
    "{a:1}",
    "{'a':1}",
    "{\"a\" 1}",
    "{} x",
    "{\"a\":\"\n\"}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\\ud83d\"}",
    "{\"a\":\"\\udc00\"}",
    "{\"a\":\"\\u12\"}",
    "{\"a\":\"open}",
    "{\"a\":\"\xff\"}",
    "[1 2]",
    "{} 1",
    "[-]",
};

TEST(CommonJsonReaderTest, ReadsWhatTheApiServerSends) {
  Both both;
  for (const std::string_view text : kCommon) {
    EXPECT_EQ(both.Read(text), Answer::kSame) << text << "\n" << both.difference;
  }
}

// As kubectl takes them; simdjson, asked for one text of several, refuses the shortest ones.
TEST(CommonJsonReaderTest, ReadsSeveralTexts) {
  Both both;
  ASSERT_TRUE(CommonJsonReader("{}{\"a\":1}\n[2]", both.limits, both.arena).Read(both.common));
  ASSERT_EQ(both.common.size(), 3u);
  EXPECT_EQ(both.common[1].root->Find("a")->text, "1");
  EXPECT_EQ(both.common[1].index, 1u);
  EXPECT_EQ(both.common[2].root->position, (Position{2, 1}));
}

TEST(CommonJsonReaderTest, LeavesWhatIsWrongOrOdd) {
  Both both;
  for (const std::string_view text : kLeft) {
    EXPECT_EQ(both.Read(text), Answer::kLeft) << text;
    EXPECT_TRUE(both.common.empty());
  }
  EXPECT_EQ(both.Read(std::string_view("{\"a\":1}\0", 8)), Answer::kLeft) << "a zero byte";
  EXPECT_EQ(both.Read(std::string_view("{\"a\0\":1}", 8)), Answer::kLeft) << "a zero byte";
}

TEST(CommonJsonReaderTest, LeavesWhatExceedsALimit) {
  Both both;
  both.limits = {.documents = 2, .depth = 3, .nodes = 6, .scalar_bytes = 8};
  EXPECT_EQ(both.Read(R"({"a":{"b":{"c":1}}})"), Answer::kSame);
  EXPECT_EQ(both.Read(R"({"a":{"b":{"c":{}}}})"), Answer::kLeft) << "depth";
  EXPECT_EQ(both.Read("[1,2,3,4,5]"), Answer::kSame);
  EXPECT_EQ(both.Read("[1,2,3,4,5,6]"), Answer::kLeft) << "nodes";
  EXPECT_EQ(both.Read(R"(["123456789"])"), Answer::kLeft) << "scalar";
  EXPECT_EQ(both.Read("{}{}{}"), Answer::kLeft) << "documents";
}

TEST(CommonJsonReaderTest, SurvivesDeepNesting) {
  Both both;
  EXPECT_EQ(both.Read(std::string(1'000'000, '[')), Answer::kLeft);
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(both.Read(objects), Answer::kLeft);
}

TEST(CommonJsonReaderTest, CopiesItsText) {
  Both both;
  std::string text = R"({"a":"some value"})";
  ASSERT_TRUE(CommonJsonReader(text, both.limits, both.arena).Read(both.common));
  text.assign(text.size(), '#');
  EXPECT_EQ(both.common[0].root->String("a"), "some value");
}

// Common texts with bytes changed, removed or doubled: whatever is read is what simdjson reads.
TEST(CommonJsonReaderTest, NeverDiffersFromSimdjson) {
  constexpr std::string_view kBytes("{}[]\",:\\ \n\tu0129.-+eEtfn\0\xC3\xA9\xFF", 27);
  std::mt19937 random(20261127);
  Both both;
  size_t same = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text(kCommon[random() % std::size(kCommon)]);
    for (size_t n = random() % 3; n > 0 && !text.empty(); --n) {
      const size_t at = random() % text.size();
      const char byte = kBytes[random() % kBytes.size()];
      if (const auto kind = random() % 3; kind == 0) {
        text[at] = byte;
      } else if (kind == 1) {
        text.erase(at, 1);
      } else {
        text.insert(at, 1, byte);
      }
    }
    const Answer answer = both.Read(text);
    if (both.common.size() > 1) continue;  // see ReadsSeveralTexts
    ASSERT_NE(answer, Answer::kDifferent) << "[" << text << "]\n" << both.difference;
    same += answer == Answer::kSame;
    both.arena.release();
  }
  EXPECT_GT(same, 20'000u);
}

}  // namespace
}  // namespace keysteward::detection
