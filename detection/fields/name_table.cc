#include "detection/fields/name_table.h"

#include <algorithm>

#include "common/text_hash.h"

namespace keysteward::detection {
namespace {

constexpr size_t kFirstSlots = 4096;
// Entries kept from object to object.
constexpr size_t kKept = 32768;
// Names that one object may add and leave behind.
constexpr size_t kMostOfOneObject = 4096;
// Slots tried before a name is taken for one that was chosen to collide.
constexpr size_t kLongestProbe = 32;
// The field table tells the first levels of an object apart, and those from all below.
constexpr int kDeepest = 4;
// The low bits of a product are its weakest.
constexpr int kUnused = 20;

}  // namespace

NameTable::NameTable(const NameReader* reader) : reader_(reader), slots_(kFirstSlots) {}

void NameTable::Trim() {
  const bool flood = entries_.size() - known_before_ > kMostOfOneObject;
  known_before_ = entries_.size();
  if (entries_.size() < kKept && kinds_.size() < kKept && !flood) return;
  entries_.clear();
  entries_.shrink_to_fit();
  kinds_.clear();
  slots_ = std::vector<Slot>(kFirstSlots);
  used_ = 0;
  known_before_ = 0;
}

NameTable::Kind NameTable::KindOf(std::string_view kind) {
  if (kind.empty()) return {};
  const auto found = kinds_.find(kind);
  if (found != kinds_.end()) return {kind, found->second};
  const auto id = static_cast<uint32_t>(kinds_.size() + 1);
  kinds_.emplace(kind, id);
  return {kind, id};
}

const NameTable::Member& NameTable::Find(std::string_view name, const Kind& kind, int depth) {
  depth = std::min(depth, kDeepest);
  const uint64_t hash = TextHash(name, uint64_t{kind.id} << 32 | static_cast<uint32_t>(depth));
  const size_t mask = slots_.size() - 1;
  for (size_t probe = 0, at = hash >> kUnused; probe < kLongestProbe; ++probe, ++at) {
    const Slot& slot = slots_[at & mask];
    if (slot.entry == nullptr) break;
    const Entry& entry = *slot.entry;
    if (slot.hash == hash && entry.kind == kind.id && entry.depth == depth && entry.name == name) {
      return entry.member;
    }
  }
  Entry& made = Make(name, kind, depth);
  Insert({hash, &made});
  return made.member;
}

NameTable::Entry& NameTable::Make(std::string_view name, const Kind& kind, int depth) {
  Entry& entry = entries_.emplace_back();
  entry.name = name;
  entry.kind = kind.id;
  entry.depth = depth;
  if (depth != kFactsDepth) {
    entry.member.use = UseOf(kind.name, name, depth);
    entry.member.facts = Facts(name);
  } else if (reader_ != nullptr) {
    NameFacts facts = reader_->ReadName(name);
    const bool silent = facts.rules.empty() && facts.name_class.strength == NameStrength::kNone;
    if (!silent) entry.facts = std::make_unique<NameFacts>(std::move(facts));
    entry.member.facts = silent ? &kSilentName : entry.facts.get();
  }
  return entry;
}

// Half of the slots stay empty. A name that finds none near its own is made again when it comes
// again.
void NameTable::Insert(const Slot& slot) {
  if ((used_ + 1) * 2 > slots_.size()) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    used_ = 0;
    for (const Slot& each : old) {
      if (each.entry != nullptr) Insert(each);
    }
  }
  const size_t mask = slots_.size() - 1;
  for (size_t probe = 0, at = slot.hash >> kUnused; probe < kLongestProbe; ++probe, ++at) {
    if (slots_[at & mask].entry != nullptr) continue;
    slots_[at & mask] = slot;
    ++used_;
    return;
  }
}

}  // namespace keysteward::detection
