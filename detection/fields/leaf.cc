#include "detection/fields/leaf.h"

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

constexpr CharClass kPlain("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

bool IsPlainName(std::string_view name) { return !name.empty() && kPlain.HasAll(name); }

// A name could itself be a value that was put in the wrong place.
std::string SafeName(std::string_view name) {
  if (name.size() > 20 && name.find('/') == std::string_view::npos && LooksRandom(Measure(name))) {
    return "…";
  }
  constexpr size_t kLongest = 128;
  return name.size() <= kLongest && IsPlainName(name) ? std::string(name)
                                                      : Printable(name, kLongest);
}

}  // namespace

std::string LeafList::Spell(int32_t frame, bool by_name) const {
  std::vector<const Frame*> chain;
  for (; frame >= 0; frame = frames_[frame].parent) chain.push_back(&frames_[frame]);
  std::string path;
  bool joined = true;  // no dot is needed before the next name
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    const Frame& step = **it;
    if (step.index == kInner) {
      path += '#';
      joined = true;
    } else if (step.index >= 0) {
      const std::string_view name = step.item == nullptr ? step.name : step.item->String("name");
      const bool named = by_name && !name.empty();
      path += '[' + (named ? SafeName(name) : std::to_string(step.index)) + ']';
      joined = false;
    } else {
      const std::string name = SafeName(step.name);
      if (IsPlainName(name) || joined) {
        path += (joined ? "" : ".") + name;
      } else {
        path += '[' + name + ']';
      }
      joined = false;
    }
  }
  return path;
}

}  // namespace keysteward::detection
