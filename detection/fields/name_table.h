// NameTable: what member names mean, remembered. Manifests repeat the same few hundred names, and
// what a name promises takes longer to find out than the value beside it takes to search.
//
// One table a thread; it lives as long as the scratch that holds it. References stay valid until
// Trim. A text made of names that collide costs as much as no table at all, not more.
//
//   const FieldUse use = table.Use(table.KindId("Pod"), "secretName", depth);
//   const NameFacts* facts = table.Facts("API_KEY");
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detection/engine/names.h"
#include "detection/fields/field_table.h"

namespace keysteward::detection {

// What a name promises of the value beside it.
struct NameFacts {
  NameClass name_class;
  std::vector<uint32_t> rules;  // rules by name whose word it holds
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
  // Without a reader Facts gives nullptr. `reader` outlives the table.
  explicit NameTable(const NameReader* reader = nullptr);

  // Forgets all when much is held, or when the last object alone brought a flood of names; call it
  // between objects.
  void Trim();

  struct Kind {
    std::string_view name;
    uint32_t id = 0;
  };
  // A number for a kind, good until Trim.
  Kind KindOf(std::string_view kind);
  // As UseOf(kind, name, depth).
  FieldUse Use(const Kind& kind, std::string_view name, int depth) {
    return Find(name, kind, depth).use;
  }
  const NameFacts* Facts(std::string_view name) { return Find(name, {}, kFactsDepth).facts; }
  // Both at once.
  struct Member {
    FieldUse use;
    const NameFacts* facts = nullptr;
  };
  const Member& Find(std::string_view name, const Kind& kind, int depth);

 private:
  static constexpr int kFactsDepth = -1;
  struct Entry {
    std::string name;
    uint32_t kind = 0;
    int32_t depth = 0;
    Member member;
    std::unique_ptr<const NameFacts> facts;  // when `depth` is kFactsDepth
  };
  struct Slot {
    uint64_t hash = 0;
    Entry* entry = nullptr;
  };

  Entry& Make(std::string_view name, const Kind& kind, int depth);
  void Insert(const Slot& slot);

  const NameReader* reader_;
  std::deque<Entry> entries_;
  std::vector<Slot> slots_;
  size_t used_ = 0;
  size_t known_before_ = 0;  // entries when the object began
  std::map<std::string, uint32_t, std::less<>> kinds_;
};

}  // namespace keysteward::detection
