#include "detection/engine/user_info.h"

#include "common/char_class.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kPattern =
    R"(://(?:[^\s:@/"'<>]{0,64}|\{\{ [^{}\n]{1,64} \}\}):([^\s@/"'<>]{3,512})@[A-Za-z0-9$({<\[])";
constexpr std::string_view kBefore = "://";
// What neither the user nor the password holds.
constexpr CharClass kEnds("\t\n\f\r @/\"'<>");
constexpr CharClass kActionEnds("{}\n");

// Where the user begins who is a template's action, "{{ .User }}", of which `begin` is behind the
// last blank; else `begin`.
size_t BeforeAction(std::string_view text, size_t begin) {
  constexpr size_t kLongest = 66;
  if (begin == 0 || text[begin - 1] != ' ' || !text.substr(begin).starts_with("}}:")) return begin;
  size_t open = begin;
  while (open > 0 && begin - open < kLongest && !kActionEnds.Has(text[open - 1])) --open;
  return text.substr(0, open).ends_with("{{") ? open - 2 : begin;
}

}  // namespace

bool IsForUserInfo(std::string_view pattern) { return pattern == kPattern; }

UserInfo FindUserInfo(std::string_view text, size_t from) {
  for (size_t at = text.find('@', from); at != std::string_view::npos;
       at = text.find('@', at + 1)) {
    size_t begin = at;
    while (begin > 0 && !kEnds.Has(text[begin - 1])) --begin;
    begin = BeforeAction(text, begin);
    const std::string_view before = text.substr(0, begin);
    if (before.ends_with(kBefore) && text.substr(begin, at - begin).find(':') != text.npos) {
      return {begin - kBefore.size(), at};
    }
  }
  return {};
}

}  // namespace keysteward::detection
