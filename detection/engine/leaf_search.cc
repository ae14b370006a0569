#include "detection/engine/leaf_search.h"

#include <algorithm>

#include "detection/engine/engine.h"
#include "detection/engine/live_keys.h"

namespace keysteward::detection {
namespace {

// A text that holds no format, but parts that are looked at.
constexpr SearchedFor kWithParts{.name = 0xFE};

// For what a leaf's text is searched by its name, for CleanTexts. Names that call several rules,
// names that nobody looked up, and those in comments are not told apart.
constexpr SearchedFor kUnknown{.name = 0xFF};
SearchedFor ClaimOf(const Leaf& leaf) {
  if (leaf.facts == nullptr || leaf.facts->rules.size() > 1) return kUnknown;
  if (leaf.place == Place::kComment) return kUnknown;
  static_assert(static_cast<unsigned>(Place::kField) < 8, "three bits of the claim");
  const NameClass& name = leaf.facts->name_class;
  SearchedFor what;
  what.name = static_cast<uint8_t>(static_cast<unsigned>(leaf.place) << 5 |
                                   static_cast<unsigned>(name.kind) << 2 |
                                   static_cast<unsigned>(name.strength));
  if (!leaf.facts->rules.empty()) what.rule = static_cast<uint16_t>(leaf.facts->rules[0] + 1);
  return leaf.facts->rules.empty() || what.rule == leaf.facts->rules[0] + 1 ? what : kUnknown;
}

// Digests made for one object: more would take longer than a verdict may.
constexpr size_t kMostHashed = 20'000;

const Rule& LiveKeyRule() {
  static const Rule rule = [] {
    Rule live;
    live.id = kLiveKeyRule;
    live.provider = "this installation";
    live.remediation =
        "Take it from the Secret that its ManagedCredential delivers, and rotate it.";
    return live;
  }();
  return rule;
}

// Every live key in the leaves; false when there were too many candidates.
bool FindLive(const LeafList& leaves, const Tripwire& tripwire, std::vector<Suspicion>& found) {
  size_t hashed = 0;
  for (size_t i = 0; i < leaves.size() && hashed < kMostHashed; ++i) {
    if (leaves[i].text.size() < tripwire.shortest()) continue;
    FindLiveKeys(leaves[i].text, tripwire, hashed, [&](std::string_view key) {
      Suspicion live;
      live.leaf = i;
      live.rule = &LiveKeyRule();
      live.value = key;
      live.confidence = Confidence::kHigh;
      live.proof = "it is a key that a ManagedCredential delivers and its provider accepts";
      live.live = true;
      found.push_back(live);
    });
  }
  return hashed < kMostHashed;
}

// What held nothing elsewhere may be a command here, or a file of accounts.
bool IsReadByItsName(const Leaf& leaf) {
  if (Expander::IsAccountsFile(leaf)) return true;
  const bool word = leaf.place == Place::kArgument && leaf.text.find(' ') == std::string_view::npos;
  return !word && Expander::IsScript(leaf);
}

}  // namespace

void LeafSearch::Scratch::Clear() {
  leaves.Clear();
  names.Trim();
  expander.Clear();
  format.Clear();
  named.clear();
  inert.clear();
  active.clear();
  found.clear();
}

void LeafSearch::Scratch::Shrink() {
  constexpr size_t kKeptLeaves = 8192;
  if (leaves.size() < kKeptLeaves && format.bytes() < (256u << 10)) return;
  Clear();
  leaves = LeafList();
  named = std::vector<uint32_t>();
  inert = std::vector<uint32_t>();
  active = std::vector<uint32_t>();
  found = std::vector<Suspicion>();
  format.Release();
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

bool LeafSearch::Search(Scratch& scratch, const Tripwire* tripwire) const {
  const bool extracted = Extract(scratch);
  const bool complete = Judge(scratch, tripwire) && extracted;
  // What holds nothing for this scan may hold something for one of another scope.
  if (complete && !scratch.format.left_out()) Remember(scratch);
  return complete;
}

bool LeafSearch::Extract(Scratch& scratch) const {
  LeafList& leaves = scratch.leaves;
  for (size_t i = 0; i < leaves.size() && !scratch.expander.exhausted(); ++i) {
    const Leaf& leaf = leaves[i];
    const bool silent = leaf.facts != nullptr && !leaf.facts->says_credential();
    const CleanTexts::Key text(leaf.text);
    if (!silent && !leaf.reference && !scratch.clean.Has(text, ClaimOf(leaf))) {
      scratch.named.push_back(static_cast<uint32_t>(i));
    }
    if (leaf.text.size() < kShortestFormat) continue;
    if (scratch.clean.Has(text) && !IsReadByItsName(leaf)) continue;
    const bool inert = scratch.expander.Expand(leaves, i) && silent;
    if (leaves[i].slice || leaves[i].replaced || scratch.clean.Has(text, kWithParts)) continue;
    scratch.format.Add(text.text(), i);
    (inert ? scratch.inert : scratch.active).push_back(static_cast<uint32_t>(i));
  }
  return !scratch.expander.exhausted();
}

bool LeafSearch::Judge(Scratch& scratch, const Tripwire* tripwire) const {
  const bool formats_done = formats_->Match(scratch.leaves, scratch.format, scratch.found);
  const bool names_done = names_->Match(scratch.leaves, scratch.named, scratch.found);
  const bool keys_done = tripwire == nullptr || tripwire->empty() ||
                         FindLive(scratch.leaves, *tripwire, scratch.found);
  return formats_done && names_done && keys_done;
}

void LeafSearch::Remember(Scratch& scratch) const {
  std::vector<size_t> accused;
  for (const Suspicion& suspicion : scratch.found) accused.push_back(suspicion.leaf);
  std::sort(accused.begin(), accused.end());
  const auto is_clean = [&](size_t leaf) {
    return !std::binary_search(accused.begin(), accused.end(), leaf);
  };
  for (const uint32_t i : scratch.inert) {
    if (is_clean(i)) scratch.clean.Add(scratch.leaves[i].text);
  }
  for (const uint32_t i : scratch.active) {
    if (is_clean(i)) scratch.clean.Add(scratch.leaves[i].text, kWithParts);
  }
  for (const uint32_t i : scratch.named) {
    const SearchedFor claim = ClaimOf(scratch.leaves[i]);
    const Leaf& leaf = scratch.leaves[i];
    // Judged elsewhere, or by its very name: it may be guilty beside another.
    if (leaf.decoded || NameMatcher::RepeatsItsName(leaf)) continue;
    if (claim != kUnknown && is_clean(i)) scratch.clean.Add(leaf.text, claim);
  }
}

}  // namespace keysteward::detection
