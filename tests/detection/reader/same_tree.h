// SameTree: whether two readers made the same nodes, positions and styles included.
//
//   EXPECT_EQ(Difference(*fast.root, *slow.root), "");
#pragma once

#include <string>

#include "detection/reader/node.h"

namespace keysteward::detection {

// Where two trees first differ, as "3:7 text"; empty when they are the same.
inline std::string Difference(const Node& a, const Node& b) {
  const std::string at = std::to_string(b.position.line) + ":" + std::to_string(b.position.column);
  if (a.kind != b.kind) return at + " kind";
  if (a.text != b.text) return at + " text";
  if (a.key != b.key) return at + " key";
  if (a.count != b.count) return at + " count";
  if (a.weight != b.weight) return at + " weight";
  if (a.is_scalar() && a.style != b.style) return at + " style";
  if (a.indent != b.indent) return at + " indent, not " + std::to_string(a.indent);
  if (!(a.position == b.position)) {
    return at + " position, not " + std::to_string(a.position.line) + ":" +
           std::to_string(a.position.column);
  }
  const Node* other = b.first;
  for (const Node& child : a.children()) {
    if (std::string inner = Difference(child, *other); !inner.empty()) return inner;
    other = other->next;
  }
  return "";
}

}  // namespace keysteward::detection
