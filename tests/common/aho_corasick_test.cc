#include "common/aho_corasick.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "common/strings.h"

namespace keysteward {
namespace {

using Found = std::vector<std::pair<size_t, size_t>>;  // word, end

Found Find(const std::vector<std::string>& words, std::string_view text) {
  Found found;
  AhoCorasick(words).Find(text, [&](size_t word, size_t end) { found.emplace_back(word, end); });
  std::sort(found.begin(), found.end());
  return found;
}

// Word by word, offset by offset: what the automaton must equal.
Found FindSlowly(const std::vector<std::string>& words, std::string_view text) {
  const std::string lower = ToLower(text);
  Found found;
  for (size_t w = 0; w < words.size(); ++w) {
    for (size_t at = lower.find(words[w]); at != std::string::npos;
         at = lower.find(words[w], at + 1)) {
      found.emplace_back(w, at + words[w].size());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(AhoCorasick, FindsWordsInsideWords) {
  const std::vector<std::string> words = {"he", "she", "his", "hers"};
  EXPECT_EQ(Find(words, "ushers"), (Found{{0, 4}, {1, 4}, {3, 6}}));
}

TEST(AhoCorasick, FindsOverlappingRepeats) {
  EXPECT_EQ(Find({"aa"}, "aaaa"), (Found{{0, 2}, {0, 3}, {0, 4}}));
  EXPECT_EQ(Find({"a", "aa", "aaa"}, "aaa"),
            (Found{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}));
}

TEST(AhoCorasick, IgnoresAsciiCaseOfTheText) {
  EXPECT_EQ(Find({"ghp_"}, "GHP_ ghp_ GhP_"), (Found{{0, 4}, {0, 9}, {0, 14}}));
}

TEST(AhoCorasick, FindsNothingInNothing) {
  EXPECT_EQ(Find({}, "text"), Found{});
  EXPECT_EQ(Find({"a"}, ""), Found{});
  EXPECT_EQ(Find({"abc"}, "ab"), Found{});
  EXPECT_EQ(Find({"abc"}, "abxabyab"), Found{});
}

TEST(AhoCorasick, ReportsAWordThatIsListedTwiceTwice) {
  EXPECT_EQ(Find({"key", "key"}, "a key"), (Found{{0, 5}, {1, 5}}));
}

TEST(AhoCorasick, TakesAnyByte) {
  const std::string text("\xFF\0sk\xC3\xA9\x80", 7);
  EXPECT_EQ(Find({"sk"}, text), (Found{{0, 4}}));
  EXPECT_EQ(Find({"\xC3\xA9"}, text), (Found{{0, 6}}));
}

TEST(AhoCorasick, AgreesWithASlowSearch) {
  // All words over two letters up to length 3, against all texts of length 8: every failure link.
  std::vector<std::string> words;
  for (size_t length = 1; length <= 3; ++length) {
    for (size_t bits = 0; bits < (1u << length); ++bits) {
      std::string word;
      for (size_t i = 0; i < length; ++i) word += (bits >> i & 1) != 0 ? 'a' : 'b';
      words.push_back(word);
    }
  }
  for (size_t bits = 0; bits < 256; ++bits) {
    std::string text;
    for (size_t i = 0; i < 8; ++i) text += (bits >> i & 1) != 0 ? 'a' : 'b';
    // Different subsets of the words make different automata.
    for (size_t subset = 1; subset < words.size(); ++subset) {
      const std::vector<std::string> some(words.begin(),
                                          words.begin() + static_cast<ptrdiff_t>(subset));
      ASSERT_EQ(Find(some, text), FindSlowly(some, text)) << text << " with " << subset;
    }
  }
}

TEST(AhoCorasick, AgreesOnPrefixesOfProviders) {
  const std::vector<std::string> words = {"sk-",      "sk-ant-", "sk-proj-", "ant",   "live_",
                                          "sk_live_", "e_",      "://",      "-----", "t3blbkfj"};
  for (const char* text : {"sk-ant-sk-proj-ant", "SK_LIVE_sk_live_e_", "------://sk--", "asa sk",
                           "xT3BlbkFJx", "live_live_ve_", "sk-pro", "s://k-"}) {
    EXPECT_EQ(Find(words, text), FindSlowly(words, text)) << text;
  }
}

}  // namespace
}  // namespace keysteward
