#include "detection/engine/prefilter.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/strings.h"
#include "detection/engine/vectorscan_database.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

RuleSet Embedded() {
  auto rules = LoadRules(EmbeddedRules());
  EXPECT_TRUE(rules) << rules.error().ToString();
  return *std::move(rules);
}

RuleSet Two() {
  RuleSet rules;
  rules.rules.push_back({.id = "a", .pattern = "acme_[a-z]{4}", .keywords = {"acme_"}});
  rules.rules.push_back({.id = "n", .pattern = "[a-z]{4}", .names = {"acme"}});
  rules.rules.push_back({.id = "b", .pattern = "beta-[0-9]{30}", .keywords = {"beta-"}});
  return rules;
}

class PrefilterTest : public testing::TestWithParam<bool> {
 protected:
  void Use(RuleSet rules) {
    rules_ = std::move(rules);
    if (GetParam()) {
      prefilter_ = NewPortablePrefilter(rules_);
    } else {
      auto fast = NewVectorscanPrefilter(rules_);
      ASSERT_TRUE(fast) << fast.error().ToString();
      prefilter_ = *std::move(fast);
    }
    scratch_ = prefilter_->NewScratch();
  }
  std::vector<Hit> Find(std::string_view text) {
    std::vector<Hit> hits;
    EXPECT_TRUE(prefilter_->Find(text, *scratch_, hits));
    return hits;
  }

  RuleSet rules_;
  std::unique_ptr<Prefilter> prefilter_;
  std::unique_ptr<PrefilterScratch> scratch_;
};

// Regression: Vectorscan compiles no empty set, so rules of these kinds alone were refused.
TEST_P(PrefilterTest, TakesASetOfWhichAnAutomatonLooksForNone) {
  RuleSet rules;
  rules.rules.push_back({.id = "n", .pattern = "[a-z]{4}", .names = {"acme"}});
  Use(rules);
  EXPECT_TRUE(Find("acme://app:pass@host").empty());
  rules.rules.push_back(*Embedded().Find("url-password"));
  Use(std::move(rules));
  EXPECT_FALSE(Find("acme://app:pass@host").empty());
}

// Found by fuzzing: to Vectorscan a vertical tab is a blank, to RE2 it is not.
TEST_P(PrefilterTest, TakesBlanksForWhatRe2Does) {
  for (const char* pattern : {"acme_[^\\s@]{4}", "acme_\\S{4}", "acme_[\\S]{4}", "acme_[^]\\s]{4}",
                              "acme_[^[:digit:]\\s]{4}", "acme_[^\\]\\s]{4}\\\\?"}) {
    RuleSet rules;
    rules.rules.push_back({.id = "a", .pattern = pattern, .keywords = {"acme_"}});
    Use(std::move(rules));
    EXPECT_FALSE(Find("acme_a\vbc").empty()) << pattern;
    EXPECT_FALSE(Find("acme_abcd").empty()) << pattern;
  }
}

// Found by fuzzing: what Debian's Vectorscan has for AVX-512 does not see the last bytes before a
// vector's boundary, so that the second of two "@" was found by where the text lay in memory.
TEST_P(PrefilterTest, FindsTheSameWhereverATextLies) {
  RuleSet rules;
  rules.rules.push_back({.id = "a", .pattern = ":[^\\s@]+@tcp\\(db", .keywords = {"@tcp("}});
  Use(std::move(rules));
  constexpr size_t kVector = 64;
  for (size_t length = kVector; length < 3 * kVector; length += 7) {
    const std::string text = "ab@" + std::string(length, 'x') + ":secret@tcp(db";
    for (size_t lead = 0; lead < kVector; ++lead) {
      const std::string around = std::string(lead, '-') + text;
      EXPECT_FALSE(Find(std::string_view(around).substr(lead)).empty()) << length << " " << lead;
    }
  }
}

TEST_P(PrefilterTest, TouchesWhatMatches) {
  Use(Two());
  const std::string text = "xx acme_abcd yy";
  const auto hits = Find(text);
  ASSERT_FALSE(hits.empty());
  for (const Hit& hit : hits) {
    EXPECT_EQ(hit.rule, 0u);
    EXPECT_LE(hit.begin, 3u);
    EXPECT_GE(hit.end, 8u);
    EXPECT_LE(hit.end, text.size());
  }
}

TEST_P(PrefilterTest, IsSilentWhereNothingCanMatch) {
  Use(Two());
  for (const char* text : {"", "x", "acm_abcd", "acme abcd", "bet-1", "abcd"}) {
    EXPECT_TRUE(Find(text).empty()) << text;
  }
}

TEST_P(PrefilterTest, KeepsTheIndexOfEachRule) {
  Use(Two());
  const std::string text = MakeSample("beta-{digit:30} acme_{lower:4}");
  bool first = false;
  bool last = false;
  for (const Hit& hit : Find(text)) {
    first |= hit.rule == 0;
    last |= hit.rule == 2;
    EXPECT_NE(hit.rule, 1u) << "rules by name are not searched for";
  }
  EXPECT_TRUE(first && last);
}

TEST_P(PrefilterTest, MergesHitsThatTouch) {
  Use(Two());
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "acme_abcd ";
  const auto hits = Find(text);
  EXPECT_LE(hits.size(), 4u) << "20 kB of one format are a few stretches, not thousands";
  size_t end = 0;
  for (const Hit& hit : hits) end = std::max(end, hit.end);
  EXPECT_GE(end, text.size() - 5);
}

TEST_P(PrefilterTest, AppendsToTheHitsThatAreThere) {
  Use(Two());
  std::vector<Hit> hits = {{7, 8, 9}};
  ASSERT_TRUE(prefilter_->Find("acme_abcd", *scratch_, hits));
  EXPECT_EQ(hits[0].rule, 7u);
  EXPECT_GT(hits.size(), 1u);
}

TEST_P(PrefilterTest, ForgetsTheTextBefore) {
  Use(Two());
  EXPECT_FALSE(Find("acme_abcd").empty());
  EXPECT_TRUE(Find("nothing").empty());
  EXPECT_FALSE(Find("acme_wxyz").empty());
}

TEST_P(PrefilterTest, TakesBytesThatAreNoText) {
  Use(Two());
  const std::string text(
      "\0\xFF"
      "acme_abcd\xC3\0",
      13);
  EXPECT_FALSE(Find(text).empty());
}

TEST_P(PrefilterTest, MissesNoExampleOfAnyRule) {
  Use(Embedded());
  for (size_t i = 0; i < rules_.rules.size(); ++i) {
    const Rule& rule = rules_.rules[i];
    if (rule.by_name()) continue;
    for (const std::string& example : rule.examples) {
      const std::string text = "first line\n" + MakeSample(example, 4) + "\nlast line";
      const auto hits = Find(text);
      EXPECT_TRUE(std::any_of(hits.begin(), hits.end(), [&](const Hit& h) { return h.rule == i; }))
          << rule.id;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Both, PrefilterTest, testing::Values(false, true),
                         [](const auto& p) { return p.param ? "Portable" : "Vectorscan"; });

// The portable prefilter sees keywords only: a match without one would be found by one prefilter
// and missed by the other.
TEST(Keywords, AreInEveryExample) {
  for (const Rule& rule : Embedded().rules) {
    if (rule.by_name()) continue;
    for (const std::string& example : rule.examples) {
      for (uint64_t seed = 1; seed < 5; ++seed) {
        const std::string value = ToLower(MakeSample(example, seed));
        EXPECT_TRUE(std::any_of(
            rule.keywords.begin(), rule.keywords.end(),
            [&](const std::string& word) { return value.find(word) != std::string::npos; }))
            << rule.id << " " << example;
      }
    }
  }
}

TEST(Keywords, AreLowerCaseAndSaySomething) {
  for (const Rule& rule : Embedded().rules) {
    for (const std::string& word : rule.keywords) {
      EXPECT_EQ(word, ToLower(word)) << rule.id;
      EXPECT_GE(word.size(), 2u) << rule.id;
    }
    for (const std::string& word : rule.names) {
      EXPECT_EQ(word, ToLower(word)) << rule.id;
      EXPECT_EQ(word.find_first_of("-_. "), std::string::npos) << rule.id;
    }
  }
}

TEST(VectorscanDatabase, SurvivesBeingStored) {
  const RuleSet rules = Two();
  auto compiled = CompileDatabase(rules);
  ASSERT_TRUE(compiled) << compiled.error().ToString();
  const auto bytes = SerializeDatabase(*compiled);
  ASSERT_TRUE(bytes) << bytes.error().ToString();
  auto prefilter = NewVectorscanPrefilter(rules, *bytes);
  ASSERT_TRUE(prefilter) << prefilter.error().ToString();
  const auto scratch = (*prefilter)->NewScratch();
  std::vector<Hit> hits;
  ASSERT_TRUE((*prefilter)->Find("acme_abcd", *scratch, hits));
  EXPECT_EQ(hits.size(), 1u);
}

TEST(VectorscanDatabase, ThatIsBuiltInFitsTheRules) {
  const RuleSet rules = Embedded();
  EXPECT_TRUE(NewVectorscanPrefilter(rules, EmbeddedDatabase()));
}

TEST(VectorscanDatabase, OfForeignBytesIsUnavailable) {
  for (const std::string& bytes : {std::string("x"), std::string(5000, '\0'),
                                   std::string("not a database at all, but text of some length")}) {
    const auto loaded = LoadDatabase(bytes);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(loaded.error().message.starts_with(
        "the built-in rule database does not fit this machine (code "));
  }
}

TEST(VectorscanDatabase, ThatWasCutOrDamagedIsUnavailable) {
  const std::string whole(EmbeddedDatabase().data(), EmbeddedDatabase().size());
  for (const size_t size : {size_t{16}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    EXPECT_FALSE(LoadDatabase(whole.substr(0, size))) << size;
  }
  std::string damaged = whole;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  EXPECT_FALSE(LoadDatabase(damaged)) << "its checksum is looked at";
}

TEST(VectorscanDatabase, NamesTheRuleThatDoesNotCompile) {
  RuleSet rules = Two();
  rules.rules[2].pattern = "beta-[0-9";
  const auto compiled = CompileDatabase(rules);
  ASSERT_FALSE(compiled);
  EXPECT_EQ(compiled.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(compiled.error().message.starts_with("rule b: ")) << compiled.error().message;
}

}  // namespace
}  // namespace keysteward::detection
