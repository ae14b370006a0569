#include "cli/scan/node_at.h"

#include <algorithm>
#include <string>

#include "common/strings.h"

namespace keysteward::cli {
namespace {

using detection::Node;
using detection::Position;
using detection::ScalarStyle;
using Nodes = std::vector<const Node*>;

// As detection/fields/leaf.cc spells a member.
std::string Spelled(std::string_view key, bool first) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const std::string name = Printable(key, 128);
  const bool plain = !name.empty() && name.find_first_not_of(kPlain) == std::string::npos;
  if (first) return name;
  return plain ? "." + name : "[" + name + "]";
}

bool Follow(const Node& node, std::string_view path, bool first, Nodes& way) {
  way.push_back(&node);
  if (path.empty() || path[0] == '#') return true;
  size_t index = 0;
  for (const Node& child : node.children()) {
    const std::string step =
        node.is_sequence() ? "[" + std::to_string(index++) + "]" : Spelled(child.key, first);
    if (path.starts_with(step) && Follow(child, path.substr(step.size()), false, way)) return true;
  }
  way.pop_back();
  return false;
}

bool IsBlock(const Node& leaf) {
  return leaf.style == ScalarStyle::kLiteral || leaf.style == ScalarStyle::kFolded;
}

}  // namespace

Nodes NodesTo(const Node& object, std::string_view path) {
  Nodes way;
  Follow(object, path, true, way);
  return way;
}

const Node* NodeAt(const Node& object, std::string_view path) {
  const Nodes way = NodesTo(object, path);
  return way.empty() ? nullptr : way.back();
}

uint32_t LineInside(const Node& leaf, Position finding) {
  const uint32_t first = leaf.position.line + (IsBlock(leaf) ? 1 : 0);
  return finding.line > first ? finding.line - first : 0;
}

size_t OffsetInside(const Node& leaf, Position finding) {
  size_t start = 0;
  for (uint32_t line = LineInside(leaf, finding); line > 0; --line) {
    start = leaf.text.find('\n', start) + 1;
    if (start == 0) return leaf.text.size();
  }
  // In its first line the text stands behind a name, in those of a block behind blanks.
  const bool first = start == 0 && !IsBlock(leaf);
  const uint32_t column = first ? leaf.position.column : 1u + leaf.indent;
  if (finding.column <= column) return start;
  const bool quoted = first && leaf.style != ScalarStyle::kPlain;
  return std::min(start + (finding.column - column) - (quoted ? 1 : 0), leaf.text.size());
}

Position PlaceInside(const Node& leaf, uint32_t line) {
  return IsBlock(leaf) ? Position{leaf.position.line + 1 + line, 1u + leaf.indent} : leaf.position;
}

}  // namespace keysteward::cli
