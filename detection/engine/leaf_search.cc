#include "detection/engine/leaf_search.h"

namespace keysteward::detection {
namespace {

// What a name and a place claim of a text, for CleanTexts; 0 is no claim.
constexpr uint8_t kNoClaim = 0xFF;
uint8_t ClaimOf(const Leaf& leaf) {
  if (leaf.facts == nullptr || !leaf.facts->rules.empty()) return kNoClaim;
  const NameClass& name = leaf.facts->name_class;
  return static_cast<uint8_t>(static_cast<unsigned>(leaf.place) << 5 |
                              static_cast<unsigned>(name.kind) << 2 |
                              static_cast<unsigned>(name.strength));
}

// Nothing was found in the whole object: its texts need not be searched again.
void Remember(LeafSearch::Scratch& scratch) {
  for (const uint32_t i : scratch.inert) scratch.clean.Add(scratch.leaves[i].text);
  for (const uint32_t i : scratch.named) {
    const uint8_t claim = ClaimOf(scratch.leaves[i]);
    if (claim != kNoClaim) scratch.clean.Add(scratch.leaves[i].text, claim);
  }
}

}  // namespace

void LeafSearch::Scratch::Clear() {
  leaves.Clear();
  names.Trim();
  expander.Clear();
  format.Clear();
  named.clear();
  inert.clear();
  found.clear();
}

Result<std::unique_ptr<LeafSearch>> LeafSearch::Create(const RuleSet& rules, bool portable,
                                                       std::span<const char> database) {
  KS_ASSIGN_OR_RETURN(auto formats, FormatMatcher::Create(rules, portable, database));
  KS_ASSIGN_OR_RETURN(auto names, NameMatcher::Create(rules));
  return std::unique_ptr<LeafSearch>(new LeafSearch(std::move(formats), std::move(names)));
}

std::unique_ptr<LeafSearch::Scratch> LeafSearch::NewScratch() const {
  return std::make_unique<Scratch>(formats_->NewScratch(), *names_);
}

bool LeafSearch::Search(Scratch& scratch) const {
  LeafList& leaves = scratch.leaves;
  for (size_t i = 0; i < leaves.size() && !scratch.expander.exhausted(); ++i) {
    const Leaf& leaf = leaves[i];
    const bool silent = leaf.facts == &kSilentName;
    if (!silent && !leaf.reference && !scratch.clean.Has(leaf.text, ClaimOf(leaf))) {
      scratch.named.push_back(static_cast<uint32_t>(i));
    }
    if (leaf.text.size() < kShortestFormat || scratch.clean.Has(leaf.text)) continue;
    const std::string_view text = leaf.text;
    const bool inert = scratch.expander.Expand(leaves, i) && silent;
    if (leaves[i].slice || leaves[i].replaced) continue;
    scratch.format.Add(text, i);
    if (inert) scratch.inert.push_back(static_cast<uint32_t>(i));
  }
  const bool formats_done = formats_->Match(leaves, scratch.format, scratch.found);
  const bool names_done = names_->Match(leaves, scratch.named, scratch.found);
  const bool complete = formats_done && names_done && !scratch.expander.exhausted();
  // What holds nothing for this scan may hold something for one of another scope.
  if (complete && scratch.found.empty() && !scratch.format.left_out()) Remember(scratch);
  return complete;
}

}  // namespace keysteward::detection
