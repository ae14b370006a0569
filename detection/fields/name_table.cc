#include "detection/fields/name_table.h"

#include "common/text_hash.h"
#include "detection/fields/value_names.h"

namespace keysteward::detection {
namespace {

constexpr size_t kFirstSlots = 4096;
// Entries kept from object to object.
constexpr size_t kKept = 32768;
// Names that one object may add and leave behind.
constexpr size_t kMostOfOneObject = 4096;
// Slots tried before a name is taken for one that was chosen to collide.
constexpr size_t kLongestProbe = 32;
// The low bits of a product are its weakest.
constexpr int kUnused = 20;

}  // namespace

NameTable::NameTable(const NameReader* reader, const FieldTable& fields)
    : reader_(reader), fields_(fields), slots_(kFirstSlots) {}

void NameTable::Trim() {
  const bool flood = entries_.size() - known_before_ > kMostOfOneObject;
  known_before_ = entries_.size();
  if (entries_.size() < kKept && !flood) return;
  entries_.clear();
  entries_.shrink_to_fit();
  slots_ = std::vector<Slot>(kFirstSlots);
  used_ = 0;
  known_before_ = 0;
}

const NameTable::Member& NameTable::Find(std::string_view name, FieldState state) {
  const uint64_t hash = TextHash(name, state);
  const size_t mask = slots_.size() - 1;
  for (size_t probe = 0, at = hash >> kUnused; probe < kLongestProbe; ++probe, ++at) {
    const Slot& slot = slots_[at & mask];
    if (slot.entry == nullptr) break;
    const Entry& entry = *slot.entry;
    if (slot.hash == hash && entry.state == state && entry.name == name) return entry.member;
  }
  Entry& made = Make(name, state);
  Insert({hash, &made});
  return made.member;
}

NameTable::Entry& NameTable::Make(std::string_view name, FieldState state) {
  Entry& entry = entries_.emplace_back();
  entry.name = name;
  entry.state = state;
  if (state != kFactsAlone) {
    entry.member.step = fields_.Step(state, name);
    entry.member.facts = Facts(name);
    entry.member.is_sibling_value = IsSiblingValue(name);
    entry.member.wraps_value = WrapsValue(name);
  } else if (reader_ != nullptr) {
    NameFacts facts = reader_->ReadName(name);
    const bool silent = !facts.says_credential() && !facts.reads_text;
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
