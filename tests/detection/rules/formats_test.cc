#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "detection/engine/engine.h"
#include "tests/detection/rules/format_table.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

constexpr uint64_t kSeeds[] = {3, 14, 15, 92, 65};

// A mapping with one text under one name, as a reader would give it.
struct Holder {
  Holder(std::string_view name, std::string_view text) {
    member.kind = NodeKind::kString;
    member.key = name;
    member.text = text;
    root.kind = NodeKind::kMapping;
    root.first = &member;
    root.count = 1;
  }
  Node member;
  Node root;
};

// The two prefilters are one promise, so every row runs on both.
class Formats : public testing::TestWithParam<bool> {
 protected:
  static void SetUpTestSuite() { table_ = new std::vector<Format>(ReadFormatTable()); }
  static void TearDownTestSuite() { delete table_; }

  void SetUp() override {
    auto engine = Engine::CreateDefault({.portable = GetParam()});
    ASSERT_TRUE(engine) << engine.error().ToString();
    engine_ = *std::move(engine);
    scratch_ = engine_->NewScratch();
  }

  // Rules that accuse the rendered template, of whatever confidence.
  std::set<std::string> Accusers(const std::string& name, std::string_view pattern, uint64_t seed) {
    const std::string text = MakeSample(pattern, seed);
    const Holder holder(name, text);
    std::set<std::string> rules;
    for (const Finding& f : engine_->Scan(holder.root, *scratch_).findings) rules.insert(f.rule);
    return rules;
  }

  static std::vector<Format>* table_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Scratch> scratch_;
};

std::vector<Format>* Formats::table_ = nullptr;

TEST_P(Formats, FindsEveryVariantOfTheForm) {
  for (const Format& format : *table_) {
    for (const std::string& pattern : format.found) {
      for (const uint64_t seed : kSeeds) {
        EXPECT_TRUE(Accusers(format.name, pattern, seed).contains(format.rule))
            << format.rule << "\tfind\t" << pattern;
      }
    }
  }
}

TEST_P(Formats, LeavesAloneWhatIsOneStepAway) {
  for (const Format& format : *table_) {
    for (const std::string& written : format.left_alone) {
      std::string name = format.name;
      std::string pattern = written;
      if (written.starts_with('@')) {
        name = written.substr(1, written.find(' ') - 1);
        pattern = written.substr(written.find(' ') + 1);
      }
      for (const uint64_t seed : kSeeds) {
        EXPECT_FALSE(Accusers(name, pattern, seed).contains(format.rule))
            << format.rule << "\tmiss\t" << written;
      }
    }
  }
}

// A value in the middle of a file is found as well as one that stands alone.
TEST_P(Formats, FindsTheFormBetweenOtherLines) {
  for (const Format& format : *table_) {
    const Rule* rule = engine_->rules().Find(format.rule);
    ASSERT_NE(rule, nullptr) << format.rule;
    if (rule->by_name()) continue;
    const std::string text = "first line, nothing here\n\t" + format.found[0] + "\nlast line\n";
    EXPECT_TRUE(Accusers(format.name, text, 7).contains(format.rule)) << format.rule;
  }
}

INSTANTIATE_TEST_SUITE_P(BothPrefilters, Formats, testing::Values(false, true),
                         [](const auto& p) { return p.param ? "Portable" : "Vectorscan"; });

TEST(FormatTable, HasEveryRuleOnceWithBothKindsOfSamples) {
  const auto rules = LoadRules(EmbeddedRules());
  ASSERT_TRUE(rules) << rules.error().ToString();
  std::vector<std::string> known;
  for (const Rule& rule : rules->rules) known.push_back(rule.id);
  std::vector<std::string> tested;
  for (const Format& format : ReadFormatTable()) {
    tested.push_back(format.rule);
    EXPECT_FALSE(format.found.empty()) << format.rule;
    EXPECT_FALSE(format.left_alone.empty()) << format.rule;
  }
  EXPECT_THAT(tested, testing::UnorderedElementsAreArray(known));
}

}  // namespace
}  // namespace keysteward::detection
