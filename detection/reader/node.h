// Node: one value of a YAML or JSON document, in an arena owned by ManifestFile.
//
// Plain immutable data after reading, so any number of threads may walk one tree. Members of a
// mapping keep their order and their duplicates: a scanner must see both values, while Find() gives
// the last one, which is the one the API server keeps.
//
//   for (const Node& container : pod_spec.Find("containers")->children())
//     if (const Node* env = container.Find("env")) …
#pragma once

#include <cstdint>
#include <string_view>

namespace keysteward::detection {

enum class NodeKind : uint8_t { kNull, kBool, kNumber, kString, kMapping, kSequence };

// How a scalar was written. Only plain YAML scalars are subject to type rules.
enum class ScalarStyle : uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded, kJson };

// 1-based; the column counts characters in YAML and bytes in JSON.
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

struct Node {
  class Children;

  NodeKind kind = NodeKind::kNull;
  ScalarStyle style = ScalarStyle::kPlain;
  uint16_t indent = 0;    // of a literal or folded scalar's lines: blanks that are not its text
  Position position;      // of the value
  bool tagged = false;    // !Ref, !Find: what a program makes of it; Kubernetes takes it as it is
  std::string_view key;   // name, when the parent is a mapping
  std::string_view text;  // scalars: the text after quotes and escapes
  const Node* first = nullptr;
  const Node* next = nullptr;
  uint32_t count = 0;   // children
  uint32_t weight = 1;  // nodes below and including this one, aliases expanded

  bool is_string() const { return kind == NodeKind::kString; }
  bool is_mapping() const { return kind == NodeKind::kMapping; }
  bool is_sequence() const { return kind == NodeKind::kSequence; }
  bool is_scalar() const { return !is_mapping() && !is_sequence(); }

  Children children() const;
  // The last member of that name, or nullptr; nullptr too when this is no mapping.
  const Node* Find(std::string_view name) const;
  // The member's text when it is a string, else "".
  std::string_view String(std::string_view name) const;
};

class Node::Children {
 public:
  class Iterator {
   public:
    explicit Iterator(const Node* node) : node_(node) {}
    const Node& operator*() const { return *node_; }
    Iterator& operator++() {
      node_ = node_->next;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Node* node_;
  };

  explicit Children(const Node* first) : first_(first) {}
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(nullptr); }

 private:
  const Node* first_;
};

inline Node::Children Node::children() const { return Children(first); }

inline const Node* Node::Find(std::string_view name) const {
  if (!is_mapping()) return nullptr;
  const Node* found = nullptr;
  for (const Node& child : children()) {
    if (child.key == name) found = &child;
  }
  return found;
}

inline std::string_view Node::String(std::string_view name) const {
  const Node* child = Find(name);
  return child != nullptr && child->is_string() ? child->text : std::string_view();
}

}  // namespace keysteward::detection
