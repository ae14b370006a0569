#include "detection/engine/literal_start.h"

#include "common/char_class.h"

namespace keysteward::detection {
namespace {

constexpr CharClass kMeta("\\^$.|?*+()[]{}");
constexpr CharClass kQuantifiers("?*+{");
constexpr size_t kShortest = 2;

// Whether a `|` outside of groups and classes gives the pattern several beginnings.
bool HasAlternatives(std::string_view pattern) {
  int depth = 0;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      // A bracket right behind the opening one is a member.
      if (pattern.substr(i + 1).starts_with("^")) ++i;
      if (pattern.substr(i + 1).starts_with("]")) ++i;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == '|' && depth == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string LiteralStart(std::string_view pattern) {
  if (HasAlternatives(pattern)) return "";
  std::string start;
  size_t i = 0;
  for (; i < pattern.size(); ++i) {
    const bool escaped =
        pattern[i] == '\\' && i + 1 < pattern.size() && !kAlnum.Has(pattern[i + 1]);
    if (!escaped && kMeta.Has(pattern[i])) break;
    if (escaped) ++i;
    start += pattern[i];
  }
  // "ab?": the last character may be missing.
  if (!start.empty() && i < pattern.size() && kQuantifiers.Has(pattern[i])) start.pop_back();
  return start.size() < kShortest ? "" : start;
}

}  // namespace keysteward::detection
