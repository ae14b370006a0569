// FormatMatcher: providers' formats, found anywhere in the leaves' texts.
//
// All texts of an object are joined and prefiltered in one pass; RE2 confirms near each hit, then
// the validator and the clearing rules decide. Immutable; scratch per thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/result.h"
#include "detection/engine/lazy_pattern.h"
#include "detection/engine/prefilter.h"
#include "detection/engine/suspicion.h"

namespace re2 {
class StringPiece;
}

namespace keysteward::detection {

class FormatMatcher {
  // Where in a leaf's text a match of a rule may be.
  struct Stretch {
    uint32_t rule = 0;
    uint32_t leaf = 0;
    size_t begin = 0;
    size_t end = 0;
    auto operator<=>(const Stretch&) const = default;
    bool Reaches(const Stretch& next) const {
      return next.rule == rule && next.leaf == leaf && next.begin <= end;
    }
  };

 public:
  // The texts of one object, one behind the other.
  class Scratch {
   public:
    explicit Scratch(std::unique_ptr<PrefilterScratch> scratch) : prefilter_(std::move(scratch)) {}

    void Clear() {
      joined_.clear();
      starts_.clear();
      hits_.clear();
      stretches_.clear();
      scopes_ = {};
      left_out_ = false;
    }
    // Scopes whose rules count besides those without one; they outlive the search.
    void Choose(std::span<const std::string> scopes) { scopes_ = scopes; }
    // Whether a rule of another scope might have matched.
    bool left_out() const { return left_out_; }
    void Add(std::string_view text, size_t leaf) {
      starts_.emplace_back(joined_.size(), leaf);
      joined_.append(text);
      joined_ += '\n';
    }
    size_t bytes() const { return joined_.size(); }
    // As Clear, with the memory.
    void Release() {
      Clear();
      joined_ = std::string();
      starts_ = std::vector<std::pair<uint32_t, uint32_t>>();
      hits_ = std::vector<Hit>();
      stretches_ = std::vector<Stretch>();
    }

   private:
    friend class FormatMatcher;
    std::unique_ptr<PrefilterScratch> prefilter_;
    std::string joined_;
    std::vector<std::pair<uint32_t, uint32_t>> starts_;  // offset in joined_, leaf
    std::vector<Hit> hits_;
    std::vector<Stretch> stretches_;  // of the hits, in order
    std::span<const std::string> scopes_;
    bool left_out_ = false;
  };

  // `rules` outlives the matcher.
  // `database` as NewVectorscanPrefilter takes it.
  static Result<std::unique_ptr<FormatMatcher>> Create(const RuleSet& rules, bool portable,
                                                       std::span<const char> database = {});
  ~FormatMatcher();

  Scratch NewScratch() const { return Scratch(prefilter_->NewScratch()); }
  // Searches the texts that were added to `scratch`. False when they are so key-like that the work
  // was cut short.
  bool Match(const LeafList& leaves, Scratch& scratch, std::vector<Suspicion>& found) const;

 private:
  FormatMatcher(const RuleSet& rules, std::unique_ptr<Prefilter> prefilter);
  bool Next(size_t rule, std::string_view text, size_t at, size_t end, re2::StringPiece* match,
            int groups) const;
  void FindStretches(const LeafList& leaves, Scratch& scratch) const;
  size_t Confirm(const LeafList& leaves, const Stretch& stretch,
                 std::vector<Suspicion>& found) const;
  void Judge(const LeafList& leaves, size_t leaf, const Rule& rule, std::string_view value,
             std::vector<Suspicion>& found) const;

  const RuleSet& rules_;
  std::unique_ptr<Prefilter> prefilter_;
  LazyPatterns patterns_;
  std::vector<std::string> starts_;  // by rule: what its matches begin with, if that is known
};

}  // namespace keysteward::detection
