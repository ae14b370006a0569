// NodeArena: nodes and their texts in a memory resource, a block of nodes at a time.
//
// Nothing is freed before the resource is. Not thread-safe.
//
//   NodeArena nodes(resource);
//   Node* node = nodes.New();
//   node->text = nodes.Copy("text");
#pragma once

#include <cstring>
#include <memory_resource>
#include <new>
#include <string_view>

#include "detection/reader/node.h"

namespace keysteward::detection {

// The children of a collection as it is read.
struct ChildList {
  Node* node;
  Node* last = nullptr;

  void Append(Node* child) {
    (last == nullptr ? node->first : last->next) = child;
    last = child;
    ++node->count;
    node->weight += child->weight;
  }
};

class NodeArena {
 public:
  explicit NodeArena(std::pmr::memory_resource& resource) : resource_(resource) {}

  Node* New(const Node& node = {}) {
    if (left_ == 0) {
      next_ = static_cast<Node*>(resource_.allocate(kBlock * sizeof(Node), alignof(Node)));
      left_ = kBlock;
    }
    --left_;
    ++made_;
    return new (next_++) Node(node);
  }

  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* copy = Room(text.size());
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

  char* Room(size_t bytes) { return static_cast<char*>(resource_.allocate(bytes, 1)); }

  size_t made() const { return made_; }
  void ForgetMade() { made_ = 0; }

 private:
  static constexpr size_t kBlock = 32;
  std::pmr::memory_resource& resource_;
  Node* next_ = nullptr;
  size_t left_ = 0;
  size_t made_ = 0;
};

}  // namespace keysteward::detection
