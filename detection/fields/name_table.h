// NameTable: what member names mean, remembered. Manifests repeat the same few hundred names, and
// what a name promises takes longer to find out than the value beside it takes to search.
//
// One table a thread; it lives as long as the scratch that holds it. References stay valid until
// Trim. A text made of names that collide costs as much as no table at all, not more.
//
//   const NameTable::Member& member = table.Find("secretName", state);
//   const NameFacts* facts = table.Facts("API_KEY");
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detection/fields/field_table.h"
#include "detection/values/names.h"

namespace keysteward::detection {

// What a name promises of the value beside it.
struct NameFacts {
  NameClass name_class;
  std::vector<uint32_t> rules;  // rules by name whose word it holds
  bool reads_text = false;      // as a script, or as a file of accounts

  bool says_credential() const {
    return !rules.empty() || name_class.strength != NameStrength::kNone;
  }
};

// Of names that promise nothing, which are most: one object, so that asking is comparing pointers.
inline const NameFacts kSilentName;

class NameReader {
 public:
  virtual ~NameReader() = default;
  virtual NameFacts ReadName(std::string_view name) const = 0;
};

class NameTable {
 public:
  // Without a reader Facts gives nullptr. `reader` and `fields` outlive the table.
  explicit NameTable(const NameReader* reader = nullptr,
                     const FieldTable& fields = BuiltInFields());

  // Forgets all when much is held, or when the last object alone brought a flood of names; call it
  // between objects.
  void Trim();

  const FieldTable& fields() const { return fields_; }
  const NameFacts* Facts(std::string_view name) { return Find(name, kFactsAlone).facts; }
  // As FieldTable::Step, with Facts(name) and what else the name alone says.
  struct Member {
    FieldStep step;
    const NameFacts* facts = nullptr;
    bool is_sibling_value = false;  // value_names.h
    bool wraps_value = false;
  };
  const Member& Find(std::string_view name, FieldState state);

 private:
  // No state of a table: entries that hold the facts of a name.
  static constexpr FieldState kFactsAlone = UINT16_MAX;
  struct Entry {
    std::string name;
    FieldState state = kAnyObject;
    Member member;
    std::unique_ptr<const NameFacts> facts;  // when `state` is kFactsAlone
  };
  struct Slot {
    uint64_t hash = 0;
    Entry* entry = nullptr;
  };

  Entry& Make(std::string_view name, FieldState state);
  void Insert(const Slot& slot);

  const NameReader* reader_;
  const FieldTable& fields_;
  std::deque<Entry> entries_;
  std::vector<Slot> slots_;
  size_t used_ = 0;
  size_t known_before_ = 0;  // entries when the object began
};

}  // namespace keysteward::detection
