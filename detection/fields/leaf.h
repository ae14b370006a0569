// Leaf: one text of an object that could hold a credential, with its place and its name.
//
// LeafList holds them for one object, together with the frames that spell their paths, so that a
// path is only built for a finding. Not thread-safe; reused from object to object.
//
//   leaves.PathOf(leaf) == "spec.containers[0].env[2].value"
//   leaves.PathOf(inner) == "data[app.env]#STRIPE_KEY"
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detection/reader/node.h"
#include "detection/values/place.h"

namespace keysteward::detection {

struct NameFacts;

struct Leaf {
  std::string_view text;
  std::string_view name;  // of the sibling, member, flag or header; may be empty
  Position position;      // of the text's first character
  int32_t frame = -1;
  int32_t origin = -1;  // leaf this one was cut or decoded from
  Place place = Place::kField;
  uint8_t depth = 0;       // decodings
  bool reference = false;  // the field names something; only provider formats count
  bool slice = false;      // `text` is part of the origin's text
  bool block = false;      // text begins on the line after `position`
  uint16_t indent = 0;     // of each line then: blanks that are not the text
  bool quoted = false;     // text begins one column after `position`
  bool replaced = false;   // its content is in other leaves, whole
  bool opaque = false;     // its lines are not the file's: `position` is all that is known
  bool commented = false;  // in a comment of the text it was cut from
  bool decoded = false;    // another leaf holds what it says, decoded: it has no opinion of its own
  const NameFacts* facts = nullptr;  // of `name`, when they were looked up
};

class LeafList {
 public:
  void Clear() {
    frames_.clear();
    leaves_.clear();
  }
  // Room for the leaves of an object of so many nodes: a large one is not copied as it grows.
  void Reserve(size_t nodes) {
    constexpr size_t kMost = 1u << 17;
    frames_.reserve(std::min(nodes, kMost));
    leaves_.reserve(std::min(nodes, kMost));
  }

  int32_t AddMember(int32_t parent, std::string_view name) {
    return AddFrame({name, nullptr, parent, kMember});
  }
  int32_t AddItem(int32_t parent, int32_t index, std::string_view item_name) {
    return AddFrame({item_name, nullptr, parent, index});
  }
  // The item outlives the list; its name is looked up only for a finding.
  int32_t AddItem(int32_t parent, int32_t index, const Node& item) {
    return AddFrame({{}, &item, parent, index});
  }
  // The step into a text: what follows is printed after '#'.
  int32_t AddInner(int32_t parent) { return AddFrame({{}, nullptr, parent, kInner}); }

  void Add(const Leaf& leaf) { leaves_.push_back(leaf); }
  // The leaf's text was decoded without remainder: it need not be searched itself.
  void MarkReplaced(size_t i) { leaves_[i].replaced = true; }
  void MarkDecoded(size_t i) { leaves_[i].decoded = true; }
  // All leaves from `begin` on stand at `position`.
  void PinPositions(size_t begin, Position position) {
    for (size_t i = begin; i < leaves_.size(); ++i) {
      leaves_[i].position = position;
      leaves_[i].opaque = true;
    }
  }
  size_t size() const { return leaves_.size(); }
  const Leaf& operator[](size_t i) const { return leaves_[i]; }

  std::string PathOf(const Leaf& leaf) const { return Spell(leaf.frame, false); }
  // As PathOf, with list items by their name where they have one: the same place after a reorder.
  std::string StablePathOf(const Leaf& leaf) const { return Spell(leaf.frame, true); }

 private:
  static constexpr int32_t kMember = -1;
  static constexpr int32_t kInner = -2;
  struct Frame {
    std::string_view name;  // of the member, or of the item when `item` is not set
    const Node* item;
    int32_t parent;
    int32_t index;  // of the item; kMember, kInner
  };

  int32_t AddFrame(const Frame& frame) {
    frames_.push_back(frame);
    return static_cast<int32_t>(frames_.size()) - 1;
  }
  std::string Spell(int32_t frame, bool by_name) const;

  std::vector<Frame> frames_;
  std::vector<Leaf> leaves_;
};

}  // namespace keysteward::detection
