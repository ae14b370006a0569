// LeafSearch: what is suspicious in the leaves of one object and in the texts inside them.
//
// decode nested texts; then provider formats, names, live keys. Immutable and shared by threads;
// each thread owns a Scratch, which remembers short texts that held nothing.
//
//   scratch.Clear();
//   FieldWalker(scratch.leaves, scratch.names).WalkObject(object);
//   const bool complete = search->Search(scratch);   // scratch.found
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "common/result.h"
#include "detection/engine/clean_texts.h"
#include "detection/engine/expander.h"
#include "detection/engine/format_matcher.h"
#include "detection/engine/name_matcher.h"
#include "detection/engine/suspicion.h"
#include "detection/engine/tripwire.h"
#include "detection/fields/name_table.h"

namespace keysteward::detection {

class LeafSearch {
 public:
  struct Scratch {
    Scratch(FormatMatcher::Scratch format_scratch, const NameReader& reader)
        : names(&reader), expander(names), format(std::move(format_scratch)) {}
    void Clear();
    // Gives back what a large object made grow; call it when its findings are made.
    void Shrink();

    LeafList leaves;
    NameTable names;
    Expander expander;
    FormatMatcher::Scratch format;
    CleanTexts clean;
    std::vector<uint32_t> named;   // leaves whose name may promise something
    std::vector<uint32_t> inert;   // leaves whose text is clean when no format is found in it
    std::vector<uint32_t> active;  // searched leaves that have parts, or a name that says something
    std::vector<Suspicion> found;
  };

  // `rules` outlives the search; `database` as NewVectorscanPrefilter takes it.
  static Result<std::unique_ptr<LeafSearch>> Create(const RuleSet& rules, bool portable,
                                                    std::span<const char> database);

  std::unique_ptr<Scratch> NewScratch() const;
  // From scratch.leaves to scratch.found, by the two steps below. False when the work was cut
  // short.
  bool Search(Scratch& scratch, const Tripwire* tripwire = nullptr) const;
  // Adds the leaves of nested texts and chooses what is looked at.
  bool Extract(Scratch& scratch) const;
  // Matches, confirms and judges what Extract chose.
  bool Judge(Scratch& scratch, const Tripwire* tripwire) const;
  // Keeps the texts that nothing was found in, so that they are not searched again.
  void Remember(Scratch& scratch) const;
  const NameMatcher& names() const { return *names_; }

 private:
  LeafSearch(std::unique_ptr<FormatMatcher> formats, std::unique_ptr<NameMatcher> names)
      : formats_(std::move(formats)), names_(std::move(names)) {}

  std::unique_ptr<FormatMatcher> formats_;
  std::unique_ptr<NameMatcher> names_;
};

}  // namespace keysteward::detection
