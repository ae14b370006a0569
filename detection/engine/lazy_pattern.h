// LazyPatterns: the rules' RE2 expressions, each compiled when a text first needs it.
//
// Compiling some hundred expressions costs more than the rest of a start, and an object touches few
// of them. Safe for any number of threads; a pattern never moves once it is given out. Built-in
// patterns were checked when the project was built; others are checked by CheckPatterns.
//
//   LazyPatterns patterns(rules);                  // `rules` outlives it
//   re2::RE2::FullMatch(text, patterns.At(rule));
#pragma once

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/rules/rule.h"

namespace re2 {
class RE2;
}

namespace keysteward::detection {

// Compiles as the engine compiles rules; the error names the rule.
Result<std::unique_ptr<re2::RE2>> CompilePattern(const Rule& rule);
// Errors: kInvalidArgument naming the first rule whose `pattern` or `exclude` does not compile.
Result<void> CheckPatterns(const RuleSet& rules);

class LazyPatterns {
 public:
  explicit LazyPatterns(const RuleSet& rules);
  LazyPatterns(const LazyPatterns&) = delete;
  LazyPatterns& operator=(const LazyPatterns&) = delete;
  ~LazyPatterns();

  // `rule`: index in the rule set. A pattern that does not compile matches nothing.
  const re2::RE2& At(size_t rule) const;
  // Whether the rule's own `exclude` says that the value is no credential.
  bool Excluded(size_t rule, std::string_view value) const;

 private:
  using Slots = std::vector<std::atomic<const re2::RE2*>>;
  static const re2::RE2& Compiled(Slots& slots, size_t rule, const std::string& pattern);

  const RuleSet& rules_;
  mutable Slots patterns_;
  mutable Slots excludes_;
};

}  // namespace keysteward::detection
