#include "detection/engine/format_matcher.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

Rule Plain(std::string id, std::string pattern, std::string keyword) {
  return {.id = std::move(id), .pattern = std::move(pattern), .keywords = {std::move(keyword)}};
}

class FormatMatcherTest : public testing::TestWithParam<bool> {
 protected:
  void Use(std::vector<Rule> rules) {
    rules_.rules = std::move(rules);
    auto matcher = FormatMatcher::Create(rules_, GetParam());
    ASSERT_TRUE(matcher) << matcher.error().ToString();
    matcher_ = *std::move(matcher);
  }
  // The values found in some texts, "text number:value|".
  std::string Match(const std::vector<std::string>& texts) {
    LeafList leaves;
    for (const std::string& text : texts) {
      Leaf leaf;
      leaf.text = text;
      leaves.Add(leaf);
    }
    std::vector<Suspicion> found;
    auto scratch = matcher_->NewScratch();
    for (size_t i = 0; i < leaves.size(); ++i) scratch.Add(leaves[i].text, i);
    complete_ = matcher_->Match(leaves, scratch, found);
    std::string out;
    for (const Suspicion& s : found) {
      out += std::to_string(s.leaf) + ":" + std::string(s.value) + "|";
    }
    return out;
  }

  RuleSet rules_;
  std::unique_ptr<FormatMatcher> matcher_;
  bool complete_ = false;
};

TEST_P(FormatMatcherTest, FindsWholeWordsOnly) {
  Use({Plain("acme", "acme_[a-z]{8}", "acme_")});
  const std::string key = "acme_qwjzvkxb";
  for (const std::string& text :
       {key, " " + key, key + " ", "\"" + key + "\"", "x=" + key + ";", "(" + key + ")",
        "https://h/?k=" + key + "&x", key + ".", "\n" + key + "\n", "\xC3\xA9" + key}) {
    EXPECT_EQ(Match({text}), "0:" + key + "|") << text;
  }
  for (const std::string& text :
       {"x" + key, "_" + key, "-" + key, "9" + key, key + "x", key + "_", key + "-", key + "9",
        key.substr(1), key.substr(0, key.size() - 1), std::string()}) {
    EXPECT_EQ(Match({text}), "") << text;
  }
}

// The dash is the shell's.
TEST_P(FormatMatcherTest, FindsWhatAShellTakesForAMissingVariable) {
  Use({Plain("acme", "acme_[a-z]{8}", "acme_")});
  const std::string key = "acme_qwjzvkxb";
  for (const std::string& text : {"${A:-" + key + "}", "${A_1-" + key + "}", "${A:=" + key + "}"}) {
    EXPECT_EQ(Match({text}), "0:" + key + "|") << text;
  }
  for (const std::string& text : {"A-" + key, "{A-" + key, "$A-" + key, "-" + key}) {
    EXPECT_EQ(Match({text}), "") << text;
  }
}

TEST_P(FormatMatcherTest, GoesOnAfterAWordThatIsLonger) {
  Use({Plain("acme", "acme_[a-z]{8}", "acme_")});
  EXPECT_EQ(Match({"xacme_qwjzvkxb acme_plmtrgdh"}), "0:acme_plmtrgdh|");
}

TEST_P(FormatMatcherTest, StartsInAWordWhereTheRuleSaysSo) {
  Rule rule = Plain("acme", "~[a-z]{8}", "~");
  rule.free_start = true;
  Use({rule});
  EXPECT_EQ(Match({"abc~qwjzvkxb"}), "0:~qwjzvkxb|");
  EXPECT_EQ(Match({"abc~qwjzvkxbx"}), "") << "its end is checked all the same";
}

TEST_P(FormatMatcherTest, TakesTheGroupAsValue) {
  Use({Plain("acme", "token=([a-z]{8})", "token=")});
  EXPECT_EQ(Match({"mytoken=qwjzvkxb;"}), "0:qwjzvkxb|");
}

TEST_P(FormatMatcherTest, FindsSeveralInOneTextAndEachText) {
  Use({Plain("acme", "acme_[a-z]{8}", "acme_")});
  EXPECT_EQ(Match({"acme_qwjzvkxb,acme_plmtrgdh", "none", "acme_hbgvcfdx"}),
            "0:acme_qwjzvkxb|0:acme_plmtrgdh|2:acme_hbgvcfdx|");
}

TEST_P(FormatMatcherTest, DoesNotJoinNeighbouringTexts) {
  Use({Plain("acme", "acme_[a-z]{8}", "acme_")});
  EXPECT_EQ(Match({"acme_", "qwjzvkxb"}), "");
  EXPECT_EQ(Match({"acme_qwjz", "vkxb"}), "");
}

TEST_P(FormatMatcherTest, FollowsALongTokenToItsEnd) {
  Use({Plain("acme", "acme_[a-z]{8,}", "acme_")});
  const std::string key = MakeSample("acme_{lower:4000}");
  EXPECT_EQ(Match({"x " + key + " y"}), "0:" + key + "|");
}

TEST_P(FormatMatcherTest, LeavesFillerAlone) {
  Use({Plain("acme", "acme_[a-z0-9]{16}", "acme_")});
  for (const char* text : {"acme_xxxxxxxxxxxxxxxx", "acme_0000000000000000",
                           "acme_abcdefghijklmnop", "acme_1234567812345678"}) {
    EXPECT_EQ(Match({text}), "") << text;
  }
}

TEST_P(FormatMatcherTest, RaisesAndLowersConfidenceByProof) {
  Rule crc = Plain("crc", "acme_[A-Za-z0-9]{36}", "acme_");
  crc.validator = Validator::kCrc32Base62;
  crc.confidence = Confidence::kMedium;
  Use({crc});
  const auto confidence = [&](const std::string& text) {
    LeafList leaves;
    Leaf leaf;
    leaf.text = text;
    leaves.Add(leaf);
    std::vector<Suspicion> found;
    auto scratch = matcher_->NewScratch();
    scratch.Add(text, 0);
    matcher_->Match(leaves, scratch, found);
    return found.size() == 1 ? ConfidenceName(found[0].confidence) : "not one";
  };
  EXPECT_EQ(confidence(MakeSample("acme_{alnum:30}{crc32}")), "High");
  EXPECT_EQ(confidence(MakeSample("acme_{alnum:36}")), "Medium");
}

TEST_P(FormatMatcherTest, ForgetsTheObjectBefore) {
  Use({Plain("acme", "acme_[a-z]{8}", "acme_")});
  LeafList leaves;
  Leaf leaf;
  leaf.text = "acme_qwjzvkxb";
  leaves.Add(leaf);
  std::vector<Suspicion> found;
  auto scratch = matcher_->NewScratch();
  scratch.Add(leaf.text, 0);
  scratch.Clear();
  EXPECT_TRUE(matcher_->Match(leaves, scratch, found));
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(scratch.bytes(), 0u);
}

TEST_P(FormatMatcherTest, SaysSoWhenThereIsTooMuch) {
  Use({Plain("acme", "acme_[a-z]{8}", "acme_")});
  std::string text;
  for (uint64_t seed = 1; seed <= 2500; ++seed) text += MakeSample("acme_{lower:8} ", seed);
  Match({text});
  EXPECT_FALSE(complete_);
  Match({"acme_qwjzvkxb"});
  EXPECT_TRUE(complete_);
}

// Regression: a picture of 2 MB in base64 used up the portable engine's work, for each keyword in
// it had the token around it searched anew.
TEST_P(FormatMatcherTest, SearchesALongTokenOnceForEachRule) {
  std::vector<Rule> rules;
  std::string text;
  for (uint64_t seed = 1; seed <= 200; ++seed) text += MakeSample("{alnum:4000}", seed);
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string keyword = std::string(2, c);
    rules.push_back(Plain(keyword, keyword + "_[0-9]{20}", keyword));
  }
  Use(std::move(rules));
  EXPECT_EQ(Match({text + " zz_01982374650918273645"}), "0:zz_01982374650918273645|");
  EXPECT_TRUE(complete_);
}

TEST_P(FormatMatcherTest, TakesAnyBytes) {
  Use({Plain("acme", "acme_[a-z]{8}", "acme_")});
  EXPECT_EQ(Match({std::string("\0\xFF", 2) + "acme_qwjzvkxb" + std::string("\0\xC3", 2)}),
            "0:acme_qwjzvkxb|");
}

INSTANTIATE_TEST_SUITE_P(Both, FormatMatcherTest, testing::Values(false, true),
                         [](const auto& p) { return p.param ? "Portable" : "Vectorscan"; });

}  // namespace
}  // namespace keysteward::detection
