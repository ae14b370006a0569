#include "policy/custom_rules.h"

#include <algorithm>
#include <cstdlib>

#include "common/strings.h"
#include "detection/rules/example.h"
#include "detection/rules/rule_table.h"

namespace keysteward::policy {
namespace {

namespace v1 = api::v1alpha1;
using detection::Rule;

detection::Confidence ConfidenceFrom(v1::Confidence confidence) {
  switch (confidence) {
    case v1::Confidence::kLow:
      return detection::Confidence::kLow;
    case v1::Confidence::kMedium:
      return detection::Confidence::kMedium;
    case v1::Confidence::kHigh:
      return detection::Confidence::kHigh;
  }
  return detection::Confidence::kHigh;
}

Rule RuleFrom(const v1::CustomRule& custom, const std::string& policy) {
  Rule rule;
  rule.id = custom.id;
  rule.provider = custom.provider.empty() ? "policy " + policy : custom.provider;
  rule.pattern = custom.pattern;
  for (const std::string& keyword : custom.keywords) rule.keywords.push_back(ToLower(keyword));
  rule.confidence = ConfidenceFrom(custom.confidence);
  if (!custom.minimum_entropy.empty()) {
    rule.minimum_entropy = std::strtod(custom.minimum_entropy.c_str(), nullptr);
  }
  rule.remediation = custom.remediation;
  rule.examples = custom.examples;
  rule.counterexamples = custom.counterexamples;
  rule.scope = policy;
  return rule;
}

// Tries one rule on texts as the engine would judge them.
class Trial {
 public:
  Trial(const detection::Engine& engine, const Rule& rule)
      : engine_(engine), rule_(rule), scratch_(engine.NewScratch()) {}

  // Empty: all texts are found, or none is.
  std::string Problem(const std::vector<std::string>& templates, bool wanted) {
    const std::string what = wanted ? "example " : "counterexample ";
    for (size_t i = 0; i < templates.size(); ++i) {
      for (const uint64_t seed : {1u, 2u, 3u}) {
        const Result<std::string> text = detection::MakeExample(templates[i], seed);
        if (!text) return what + std::to_string(i + 1) + ": " + text.error().message;
        if (wanted && !HoldsKeyword(*text)) {
          return what + std::to_string(i + 1) + " holds no keyword, so it would not be looked at";
        }
        if (Found(*text) == wanted) continue;
        return what + std::to_string(i + 1) +
               (wanted ? " is not found; see what clears a value in docs/detector-rules.md"
                       : " is found");
      }
    }
    return {};
  }

 private:
  bool HoldsKeyword(const std::string& text) const {
    const std::string lower = ToLower(text);
    return std::any_of(rule_.keywords.begin(), rule_.keywords.end(), [&](const auto& keyword) {
      return lower.find(keyword) != std::string::npos;
    });
  }
  bool Found(const std::string& text) {
    const auto findings = engine_.ScanText(text, *scratch_, {.rules = {&rule_.scope, 1}}).findings;
    return std::any_of(findings.begin(), findings.end(),
                       [&](const auto& finding) { return finding.rule == rule_.id; });
  }

  const detection::Engine& engine_;
  const Rule& rule_;
  const std::unique_ptr<detection::Scratch> scratch_;
};

}  // namespace

std::vector<Rule> CustomRulesOf(const v1::CredentialPolicy& policy) {
  std::vector<Rule> rules;
  for (const v1::CustomRule& custom : policy.spec.literals.custom_rules) {
    rules.push_back(RuleFrom(custom, policy.metadata.name));
  }
  return rules;
}

std::string ProblemOf(const Rule& rule) {
  const auto engine = detection::Engine::Create({{rule}});
  if (!engine) return engine.error().message;
  Trial trial(**engine, rule);
  const std::string missed = trial.Problem(rule.examples, true);
  return missed.empty() ? trial.Problem(rule.counterexamples, false) : missed;
}

v1::FieldErrors CheckCustomRules(const v1::CredentialPolicy& policy) {
  v1::FieldErrors errors;
  const std::vector<Rule> rules = CustomRulesOf(policy);
  if (rules.empty()) return errors;
  const Result<detection::RuleSet> built_in = detection::BuiltInRules();
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string field = "spec.literals.customRules[" + std::to_string(i) + "]";
    if (built_in && built_in->Find(rules[i].id) != nullptr) {
      errors.push_back({field + ".id", "is the id of a built-in rule; choose another"});
    } else if (std::string problem = ProblemOf(rules[i]); !problem.empty()) {
      errors.push_back({field, std::move(problem)});
    }
  }
  return errors;
}

}  // namespace keysteward::policy
