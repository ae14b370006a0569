#include "detection/engine/rule_check.h"

#include "common/strings.h"
#include "detection/engine/engine.h"
#include "detection/engine/lazy_pattern.h"
#include "detection/rules/example.h"

namespace keysteward::detection {
namespace {

constexpr uint64_t kValues = 5;

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

// A name that a rule by name asks for, else a dull one.
std::string_view NameFor(const Rule& rule) {
  if (!rule.by_name()) return "entry";
  const std::string_view name = rule.names[0];
  return name.starts_with('=') ? name.substr(1) : name;
}

class Checker {
 public:
  Checker(const Engine& engine, std::string_view kind) : engine_(engine), kind_(kind) {
    scratch_ = engine.NewScratch();
  }

  void Check(const Rule& rule, std::vector<RuleComplaint>& complaints) {
    for (size_t i = 0; i < rule.examples.size(); ++i) {
      Try(rule, rule.examples[i], "example " + std::to_string(i + 1), true, complaints);
    }
    for (size_t i = 0; i < rule.counterexamples.size(); ++i) {
      Try(rule, rule.counterexamples[i], "counterexample " + std::to_string(i + 1), false,
          complaints);
    }
  }

 private:
  // The ids of the rules that accuse the text.
  std::string Accusers(const Rule& rule, std::string_view text, bool& own) {
    const Holder holder(NameFor(rule), text);
    std::string others;
    own = false;
    for (const Finding& finding : engine_.Scan(holder.root, *scratch_).findings) {
      if (finding.rule == rule.id) {
        own = true;
      } else {
        others += (others.empty() ? "" : ", ") + finding.rule;
      }
    }
    return others;
  }

  void Try(const Rule& rule, const std::string& example, const std::string& which, bool wanted,
           std::vector<RuleComplaint>& complaints) {
    for (uint64_t seed = 1; seed <= (rule.literal_examples ? 1 : kValues); ++seed) {
      const Result<std::string> text =
          rule.literal_examples ? Result<std::string>(example) : MakeExample(example, seed);
      if (!text) {
        complaints.push_back({rule.id, rule.line, which + ": " + text.error().message});
        return;
      }
      bool own = false;
      const std::string others = Accusers(rule, *text, own);
      if (own == wanted) continue;
      std::string what = which + (wanted ? " is not found by the " : " is found by the ") +
                         std::string(kind_) + " engine";
      if (wanted && !others.empty()) what += "; " + Printable(others, 120) + " claims it";
      complaints.push_back({rule.id, rule.line, std::move(what)});
      return;
    }
  }

  const Engine& engine_;
  std::string_view kind_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace

std::vector<RuleComplaint> CheckRules(const RuleSet& rules) {
  std::vector<RuleComplaint> complaints;
  for (const Rule& rule : rules.rules) {
    const Result<void> compiles = CheckPatterns({{rule}});
    if (!compiles) complaints.push_back({rule.id, rule.line, compiles.error().message});
  }
  if (!complaints.empty()) return complaints;
  for (const bool portable : {false, true}) {
    const auto engine = Engine::Create(rules, {.portable = portable});
    if (!engine) return {{"", 0, engine.error().message}};
    Checker checker(**engine, portable ? "portable" : "fast");
    for (const Rule& rule : rules.rules) checker.Check(rule, complaints);
  }
  return complaints;
}

}  // namespace keysteward::detection
