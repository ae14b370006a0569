#include "cli/scan/folded_lines.h"

#include <algorithm>

#include "cli/scan/node_at.h"

namespace keysteward::cli {
namespace {

// What is behind the first `lines` lines.
std::string_view After(std::string_view text, uint32_t lines) {
  for (; lines > 0; --lines) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text;
}

}  // namespace

detection::Position Unfolded(std::string_view file, const detection::Node& leaf,
                             detection::Position place) {
  if (leaf.style != detection::ScalarStyle::kFolded || place.line == 0) return place;
  const size_t wanted = OffsetInside(leaf, place);
  size_t at = 0;  // of the line's text in the joined one
  uint32_t number = leaf.position.line;
  for (std::string_view rest = After(file, leaf.position.line); !rest.empty();) {
    ++number;
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    line.remove_prefix(std::min<size_t>(leaf.indent, line.size()));
    if (line.empty()) continue;
    const auto joint = [&] {
      return at < leaf.text.size() && (leaf.text[at] == ' ' || leaf.text[at] == '\n');
    };
    while (!leaf.text.substr(at).starts_with(line) && joint()) ++at;
    if (!leaf.text.substr(at).starts_with(line)) return place;
    if (wanted < at + line.size()) {
      return {number, static_cast<uint32_t>(leaf.indent + (wanted - std::min(wanted, at)) + 1)};
    }
    at += line.size();
  }
  return place;
}

}  // namespace keysteward::cli
