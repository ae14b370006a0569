#include "detection/engine/tripwire.h"

#include <gtest/gtest.h>

#include "detection/engine/live_keys.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kKey = "the key of the digests";
// No format, no random look: only the mark tells.
constexpr std::string_view kValue = "plain-Words.as_a+key";

Tripwire Knowing(std::vector<std::string_view> values) {
  std::vector<std::string> marks;
  for (const std::string_view value : values) marks.push_back(MakeMark(kKey, value));
  return {SecretBytes::CopyOf(kKey), marks};
}

std::vector<std::string> Find(const Tripwire& tripwire, std::string_view text) {
  std::vector<std::string> found;
  size_t hashed = 0;
  FindLiveKeys(text, tripwire, hashed, [&](std::string_view part) { found.emplace_back(part); });
  return found;
}

TEST(MakeMark, HoldsFormAndDigestAndNothingElse) {
  const std::string mark = MakeMark(kKey, kValue);
  EXPECT_TRUE(mark.starts_with("1.20.11.")) << mark;
  EXPECT_EQ(mark.size(), std::string("1.20.11.").size() + 32);
  EXPECT_EQ(mark, MakeMark(kKey, kValue));
  EXPECT_NE(mark, MakeMark("another key", kValue));
  EXPECT_EQ(mark.find("plain"), std::string::npos);
}

TEST(MakeMark, LeavesWordsAndFilesAlone) {
  EXPECT_EQ(MakeMark(kKey, "seven77"), "");
  EXPECT_NE(MakeMark(kKey, "eight888"), "");
  EXPECT_EQ(MakeMark(kKey, std::string(4097, 'a')), "");
}

TEST(Tripwire, KnowsWholeValuesOnly) {
  const Tripwire tripwire = Knowing({kValue});
  EXPECT_TRUE(tripwire.MayHold(kValue.size()));
  EXPECT_FALSE(tripwire.MayHold(kValue.size() + 1));
  EXPECT_TRUE(tripwire.Holds(kValue));
  EXPECT_FALSE(tripwire.Holds("plain-Words.as_a+kez"));
  EXPECT_FALSE(tripwire.Holds("plain-words.as_a+key")) << "another kind of characters";
}

TEST(Tripwire, HoldsNothingWhenEmpty) {
  const Tripwire tripwire;
  EXPECT_TRUE(tripwire.empty());
  EXPECT_FALSE(tripwire.MayHold(0));
  EXPECT_FALSE(tripwire.Holds(""));
}

TEST(Tripwire, LeavesOutMarksOfAnotherForm) {
  const std::string good = MakeMark(kKey, kValue);
  const std::vector<std::string> marks = {"",
                                          "1",
                                          "1.",
                                          "1.20",
                                          "1.20.11.",
                                          "2" + good.substr(1),
                                          good + "0",
                                          "1.20.16." + good.substr(8),
                                          "1.-1.11." + good.substr(8),
                                          "1.99999999999999999999.1." + good.substr(8),
                                          "1.4097.1." + good.substr(8),
                                          "1.20.11." + std::string(32, 'G'),
                                          "1.7.1." + good.substr(8)};
  EXPECT_TRUE(Tripwire(SecretBytes::CopyOf(kKey), marks).empty());
}

TEST(FindLiveKeys, FindsAKeyInAnyWriting) {
  const Tripwire tripwire = Knowing({kValue});
  const std::string value(kValue);
  for (const std::string& text :
       {value, "token: " + value, "TOKEN=" + value + "\nX=1", "\"" + value + "\"",
        "curl -H 'Authorization: Bearer " + value + "' x", "https://user:" + value + "@host/path",
        "https://host/?key=" + value + "&x=1", "<key>" + value + "</key>", "a," + value + ";b",
        "--key=" + value, "{\"k\":\"" + value + "\"}", "x=" + value}) {
    EXPECT_EQ(Find(tripwire, text), std::vector<std::string>{value}) << text;
  }
}

TEST(FindLiveKeys, FindsAKeyThatHoldsMarksItself) {
  const std::string value = "ab/cd+ef==gh:ij";
  const Tripwire tripwire = Knowing({value});
  EXPECT_EQ(Find(tripwire, "TOKEN=" + value), std::vector<std::string>{value});
  EXPECT_EQ(Find(tripwire, "k: " + value + " "), std::vector<std::string>{value});
}

TEST(FindLiveKeys, FindsNothingElse) {
  const Tripwire tripwire = Knowing({kValue});
  const std::string value(kValue);
  for (const std::string& text : {std::string(), std::string("x"), value + "x", "x" + value,
                                  std::string(100'000, 'a'), std::string(1000, ' ')}) {
    EXPECT_TRUE(Find(tripwire, text).empty()) << text.substr(0, 40);
  }
}

TEST(FindLiveKeys, HashesOnlyWhatHasTheLength) {
  const Tripwire tripwire = Knowing({kValue});
  size_t hashed = 0;
  FindLiveKeys("some words of other lengths and a_word_of_20_letters here", tripwire, hashed,
               [](std::string_view) { FAIL(); });
  EXPECT_EQ(hashed, 1u);
}

}  // namespace
}  // namespace keysteward::detection
