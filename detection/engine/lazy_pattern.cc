#include "detection/engine/lazy_pattern.h"

#include <re2/re2.h>

namespace keysteward::detection {
namespace {

re2::RE2::Options PatternOptions() {
  re2::RE2::Options options(re2::RE2::Latin1);
  options.set_log_errors(false);
  return options;
}

Result<std::unique_ptr<re2::RE2>> Compile(const std::string& id, const std::string& pattern) {
  auto compiled = std::make_unique<re2::RE2>(pattern, PatternOptions());
  if (!compiled->ok()) return Error::InvalidArgument("rule " + id + ": " + compiled->error());
  return compiled;
}

}  // namespace

Result<std::unique_ptr<re2::RE2>> CompilePattern(const Rule& rule) {
  return Compile(rule.id, rule.pattern);
}

Result<void> CheckPatterns(const RuleSet& rules) {
  for (const Rule& rule : rules.rules) {
    KS_RETURN_IF_ERROR(Compile(rule.id, rule.pattern));
    if (!rule.exclude.empty()) KS_RETURN_IF_ERROR(Compile(rule.id, rule.exclude));
  }
  return {};
}

LazyPatterns::LazyPatterns(const RuleSet& rules)
    : rules_(rules), patterns_(rules.rules.size()), excludes_(rules.rules.size()) {}

LazyPatterns::~LazyPatterns() {
  for (Slots* slots : {&patterns_, &excludes_}) {
    for (const auto& slot : *slots) delete slot.load(std::memory_order_relaxed);
  }
}

// Two threads may compile the same pattern; the first to finish wins and the other's is dropped,
// which is rare and cheaper than a lock on every look.
const re2::RE2& LazyPatterns::Compiled(Slots& slots, size_t rule, const std::string& pattern) {
  std::atomic<const re2::RE2*>& slot = slots[rule];
  const re2::RE2* ready = slot.load(std::memory_order_acquire);
  if (ready != nullptr) return *ready;
  auto made = std::make_unique<const re2::RE2>(pattern, PatternOptions());
  if (slot.compare_exchange_strong(ready, made.get(), std::memory_order_acq_rel)) {
    return *made.release();
  }
  return *ready;
}

const re2::RE2& LazyPatterns::At(size_t rule) const {
  return Compiled(patterns_, rule, rules_.rules[rule].pattern);
}

bool LazyPatterns::Excluded(size_t rule, std::string_view value) const {
  const std::string& exclude = rules_.rules[rule].exclude;
  if (exclude.empty()) return false;
  return re2::RE2::PartialMatch(re2::StringPiece(value.data(), value.size()),
                                Compiled(excludes_, rule, exclude));
}

}  // namespace keysteward::detection
