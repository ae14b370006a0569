#include <array>
#include <set>

#include "detection/values/names.h"
#include "tests/detection/engine/engine_case.h"

namespace keysteward::detection {
namespace {

// A ConfigMap-like holder for a value: under a telling name for rules by name, else under a dull
// one.
Node Holder(std::string_view name, std::string_view value, std::array<Node, 4>& nodes) {
  nodes[0].kind = NodeKind::kString;
  nodes[0].key = name;
  nodes[0].text = value;
  nodes[1].kind = NodeKind::kMapping;
  nodes[1].key = "data";
  nodes[1].first = &nodes[0];
  nodes[2].kind = NodeKind::kString;
  nodes[2].key = "kind";
  nodes[2].text = "ConfigMap";
  nodes[2].next = &nodes[1];
  nodes[3].kind = NodeKind::kMapping;
  nodes[3].first = &nodes[2];
  return nodes[3];
}

class EmbeddedRules : public EngineTest {
 protected:
  std::set<std::string> Found(std::string_view name, std::string_view value) {
    std::array<Node, 4> nodes;
    const Node root = Holder(name, value, nodes);
    std::set<std::string> rules;
    for (const Finding& f : engine_->Scan(root, *scratch_).findings) {
      const Rule* rule = engine_->rules().Find(f.rule);
      const bool meant_low = rule != nullptr && rule->confidence == Confidence::kLow;
      if (f.confidence > Confidence::kLow || meant_low) rules.insert(f.rule);
    }
    return rules;
  }
};

std::string NameFor(const Rule& rule) {
  if (!rule.by_name()) return "entry";
  return rule.names[0].substr(rule.names[0].starts_with('=') ? 1 : 0);
}

TEST_P(EmbeddedRules, FindTheirExamples) {
  for (const Rule& rule : engine_->rules().rules) {
    for (const std::string& example : rule.examples) {
      for (uint64_t seed = 1; seed <= 20; ++seed) {
        const std::string value = MakeSample(example, seed);
        EXPECT_TRUE(Found(NameFor(rule), value).contains(rule.id))
            << rule.id << " misses its example " << example << " with seed " << seed << ", found "
            << testing::PrintToString(Found(NameFor(rule), value));
      }
    }
  }
}

TEST_P(EmbeddedRules, FindTheirExamplesInsideLongerText) {
  for (const Rule& rule : engine_->rules().rules) {
    if (rule.by_name()) continue;
    const std::string value = MakeSample(rule.examples[0], 7);
    const std::string text = "# start of the file\nx = \"" + value + "\"\nend of the file\n";
    EXPECT_TRUE(Found("entry", text).contains(rule.id)) << rule.id;
  }
}

TEST_P(EmbeddedRules, IgnoreTheirCounterexamples) {
  for (const Rule& rule : engine_->rules().rules) {
    for (const std::string& example : rule.counterexamples) {
      EXPECT_FALSE(Found(NameFor(rule), MakeSample(example)).contains(rule.id))
          << rule.id << " finds its counterexample " << example;
    }
  }
}

TEST_P(EmbeddedRules, NeedTheirWholeForm) {
  for (const Rule& rule : engine_->rules().rules) {
    if (rule.by_name() || rule.validator == Validator::kUrlPassword) continue;
    const std::string value = MakeSample(rule.examples[0], 3);
    const std::string part = value.substr(0, value.size() / 5);
    EXPECT_FALSE(Found("entry", part).contains(rule.id)) << rule.id << " finds a fifth of its form";
  }
}

TEST_P(EmbeddedRules, AreManyAndFromManyProviders) {
  std::set<std::string> providers;
  for (const Rule& rule : engine_->rules().rules) providers.insert(rule.provider);
  EXPECT_GE(engine_->rules().rules.size(), 420u);
  EXPECT_GE(providers.size(), 300u);
}

INSTANTIATE_TEST_SUITE_P(BothPrefilters, EmbeddedRules, testing::Bool(), PrefilterName);

}  // namespace
}  // namespace keysteward::detection
