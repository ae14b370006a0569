// The floor of the chart, which the API server keeps while no webhook answers, refuses nothing that
// our engine would not refuse: tried on the rules' examples and on what only looks like them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "detection/engine/engine.h"
#include "detection/engine/lazy_pattern.h"
#include "detection/reader/manifest_reader.h"
#include "detection/rules/rule.h"
#include "policy/judge.h"
#include "tests/builders/yaml_document.h"
#include "tests/detection/samples.h"

namespace keysteward::policy {
namespace {

using nlohmann::json;

class NoSecrets final : public SecretLookup {
 public:
  SecretState Find(std::string_view, std::string_view) const override { return {}; }
};

// Expressions that are compiled once; which of them are found in a text.
class Expressions {
 public:
  explicit Expressions(const std::vector<std::string>& expressions)
      : rules_(RulesOf(expressions)), patterns_(rules_) {}

  size_t size() const { return rules_.rules.size(); }
  size_t CountFound(const std::string& text) const {
    size_t found = 0;
    for (size_t i = 0; i < size(); ++i) found += patterns_.Excluded(i, text) ? 1 : 0;
    return found;
  }

 private:
  static detection::RuleSet RulesOf(const std::vector<std::string>& expressions) {
    detection::RuleSet rules;
    for (const std::string& expression : expressions) {
      rules.rules.push_back({.id = "x", .pattern = expression, .exclude = expression});
    }
    EXPECT_TRUE(detection::CheckPatterns(rules));
    return rules;
  }

  const detection::RuleSet rules_;
  const detection::LazyPatterns patterns_;
};

class FloorTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { engine_ = detection::Engine::CreateDefault().value().release(); }
  static void TearDownTestSuite() { delete engine_; }

  // As the expression of the chart has it: keysteward.floor.key.
  bool FloorRefuses(const std::string& value) const {
    return value.size() < 256 && form_.CountFound(value) == 1 &&
           found_.CountFound(value) == found_.size() && absent_.CountFound(value) == 0;
  }
  Action Verdict(const std::string& yaml) {
    const auto file = reader_.Read(yaml);
    EXPECT_TRUE(file);
    Review review;
    review.object = file->documents.at(0).root;
    review.identity = detection::IdentityOf(*review.object);
    const NoSecrets secrets;
    return Judge(review, {*engine_, *scratch_, {}, secrets, WallTime{}}).action;
  }
  // A value that the floor refuses, in each place it looks at.
  void ExpectRefused(const std::string& value) {
    const std::string pod = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: app, ";
    EXPECT_EQ(Verdict(pod + "env: [{name: X, value: \"" + value + "\"}]}]}\n"), Action::kDeny)
        << value.size() << " characters of env";
    EXPECT_EQ(Verdict(pod + "args: [\"" + value + "\"]}]}\n"), Action::kDeny)
        << value.size() << " characters of an argument";
    EXPECT_EQ(Verdict("apiVersion: v1\nkind: ConfigMap\ndata: {x: \"" + value + "\"}\n"),
              Action::kDeny)
        << value.size() << " characters of data";
  }

  static detection::Engine* engine_;
  const std::unique_ptr<detection::Scratch> scratch_ = engine_->NewScratch();
  detection::ManifestReader reader_;
  const json floor_ = builders::ReadYaml("charts/keysteward/files/floor.yaml");
  const Expressions form_{{floor_["form"].get<std::string>()}};
  const Expressions found_{floor_["found"].get<std::vector<std::string>>()};
  const Expressions absent_{floor_["absent"].get<std::vector<std::string>>()};
};
detection::Engine* FloorTest::engine_ = nullptr;

TEST_F(FloorTest, WhatItRefusesTheEngineRefusesToo) {
  size_t refused = 0;
  size_t examples = 0;
  for (const detection::Rule& rule : engine_->rules().rules) {
    for (const std::string& example : rule.examples) {
      for (uint64_t seed = 1; seed <= 20; ++seed) {
        const std::string value = detection::MakeSample(example, seed);
        if (!FloorRefuses(value)) continue;
        ++refused;
        ExpectRefused(value);
      }
      ++examples;
    }
  }
  EXPECT_GE(refused, 200u) << "of 20 values of " << examples << " examples";
}

TEST_F(FloorTest, RefusesMostKeysOfItsFormats) {
  size_t refused = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    refused += FloorRefuses(detection::MakeSample("sk_live_{alnum:24}", seed)) ? 1 : 0;
  }
  EXPECT_GE(refused, 150u) << "of 200";
}

// Each random character by others, so that filler, words and runs come up that a vendor never
// deals.
TEST_F(FloorTest, WhatOnlyLooksLikeAKeyIsLeftToTheEngine) {
  const std::string_view fills[] = {"0123456789", "abcdefgh", "x",      "ab",         "aZ9",
                                    "azqZQ9",     "EXAMPLE",  "fake12", "changeMe01", "Yy5Tt6",
                                    "a1b2c3d4",   "qwerty12", "q7Zm3N", "_-",         "Your0Key1"};
  for (const detection::Rule& rule : engine_->rules().rules) {
    for (const std::string& example : rule.examples) {
      const std::string value = detection::MakeSample(example, 7);
      const size_t start = value.find_last_of("_-") + 1;
      for (const std::string_view fill : fills) {
        std::string altered = value;
        for (size_t i = start; i < altered.size(); ++i)
          altered[i] = fill[(i - start) % fill.size()];
        if (FloorRefuses(altered)) ExpectRefused(altered);
        // The first half random, the second not.
        altered = value;
        for (size_t i = (start + altered.size()) / 2; i < altered.size(); ++i) {
          altered[i] = fill[i % fill.size()];
        }
        if (FloorRefuses(altered)) ExpectRefused(altered);
      }
    }
  }
}

TEST_F(FloorTest, LooksAtWholeValuesAlone) {
  std::string value;
  for (uint64_t seed = 1; !FloorRefuses(value); ++seed) {
    value = detection::MakeSample("sk_live_{alnum:24}", seed);
  }
  EXPECT_TRUE(FloorRefuses("--token=" + value));
  ExpectRefused("--token=" + value);
  EXPECT_FALSE(FloorRefuses("key " + value));
  EXPECT_FALSE(FloorRefuses(value + " "));
  EXPECT_FALSE(FloorRefuses("a" + value));
  EXPECT_FALSE(FloorRefuses(""));
}

}  // namespace
}  // namespace keysteward::policy
