#include "detection/engine/user_info.h"

#include "common/char_class.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kPattern =
    R"(://[^\s:@/"'<>]{0,64}:([^\s@/"'<>]{3,512})@[A-Za-z0-9$({<\[])";
constexpr std::string_view kBefore = "://";
// What neither the user nor the password holds.
constexpr CharClass kEnds("\t\n\f\r @/\"'<>");

}  // namespace

bool IsForUserInfo(std::string_view pattern) { return pattern == kPattern; }

UserInfo FindUserInfo(std::string_view text, size_t from) {
  for (size_t at = text.find('@', from); at != std::string_view::npos;
       at = text.find('@', at + 1)) {
    size_t begin = at;
    while (begin > 0 && !kEnds.Has(text[begin - 1])) --begin;
    const std::string_view before = text.substr(0, begin);
    if (before.ends_with(kBefore) && text.substr(begin, at - begin).find(':') != text.npos) {
      return {begin - kBefore.size(), at};
    }
  }
  return {};
}

}  // namespace keysteward::detection
