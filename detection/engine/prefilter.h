// Prefilter: which rules may match where, fast and without a miss. The engine confirms.
//
// Two implementations give the engine the same findings: Vectorscan's automaton over the patterns,
// and an Aho-Corasick automaton over the rules' keywords for platforms without it. Both are
// immutable and shared by threads; each thread owns a PrefilterScratch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/rules/rule.h"

namespace keysteward::detection {

// No pattern matches less: rules are refused that could.
inline constexpr size_t kShortestFormat = 8;

// A match of `rule` may touch [begin, end) of the text.
struct Hit {
  uint32_t rule = 0;  // index in the rule set
  size_t begin = 0;
  size_t end = 0;
};

class PrefilterScratch {
 public:
  virtual ~PrefilterScratch() = default;
};

class Prefilter {
 public:
  virtual ~Prefilter() = default;
  virtual std::unique_ptr<PrefilterScratch> NewScratch() const = 0;
  // Appends hits in any order; overlapping hits of one rule are merged where that is cheap.
  virtual Result<void> Find(std::string_view text, PrefilterScratch& scratch,
                            std::vector<Hit>& hits) const = 0;
};

// Errors: kInvalidArgument naming the rule whose pattern does not compile; kUnavailable when this
// machine's processor cannot run it.
// `serialized` is the database of exactly the rules without a scope; empty: compile them all.
Result<std::unique_ptr<Prefilter>> NewVectorscanPrefilter(const RuleSet& rules,
                                                          std::span<const char> serialized = {});
std::unique_ptr<Prefilter> NewPortablePrefilter(const RuleSet& rules);

}  // namespace keysteward::detection
