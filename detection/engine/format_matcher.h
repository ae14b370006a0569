// FormatMatcher: providers' formats, found anywhere in the leaves' texts.
//
// All texts of an object are joined and prefiltered in one pass; RE2 confirms near each hit, then
// the validator and the clearing rules decide. Immutable; scratch per thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/result.h"
#include "detection/engine/lazy_pattern.h"
#include "detection/engine/prefilter.h"
#include "detection/engine/suspicion.h"

namespace keysteward::detection {

class FormatMatcher {
 public:
  struct Scratch {
    std::unique_ptr<PrefilterScratch> prefilter;
    std::string joined;
    std::vector<std::pair<size_t, size_t>> starts;  // offset in `joined`, leaf
    std::vector<Hit> hits;
  };

  // `rules` outlives the matcher.
  // `database` as NewVectorscanPrefilter takes it.
  static Result<std::unique_ptr<FormatMatcher>> Create(const RuleSet& rules, bool portable,
                                                       std::span<const char> database = {});
  ~FormatMatcher();

  Scratch NewScratch() const { return {prefilter_->NewScratch(), {}, {}, {}}; }
  // False when an object holds so many key-like texts that the work was cut short.
  bool Match(const LeafList& leaves, Scratch& scratch, std::vector<Suspicion>& found) const;

 private:
  FormatMatcher(const RuleSet& rules, std::unique_ptr<Prefilter> prefilter);
  void Join(const LeafList& leaves, Scratch& scratch) const;
  size_t Confirm(const LeafList& leaves, size_t leaf, const Hit& hit,
                 std::vector<Suspicion>& found) const;
  void Judge(const LeafList& leaves, size_t leaf, const Rule& rule, std::string_view value,
             std::vector<Suspicion>& found) const;

  const RuleSet& rules_;
  std::unique_ptr<Prefilter> prefilter_;
  LazyPatterns patterns_;
};

}  // namespace keysteward::detection
