#include "detection/fields/shapes.h"

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

constexpr CharClass kLastLetters("dDsStTnNyYhHeE");
constexpr CharClass kQuotes("\"'`");
constexpr CharClass kNameChars("abcdefghijklmnopqrstuvwxyz0123456789_-.");
constexpr size_t kLongestValue = 4096;

}  // namespace

bool HoldsCredentialWord(std::string_view name) {
  for (size_t end = 3; end <= name.size(); ++end) {
    if (kLastLetters.Has(name[end - 1]) && EndsLikeCredential(name.substr(0, end))) return true;
  }
  return false;
}

bool LooksGenerated(std::string_view value) {
  constexpr size_t kShortest = 8;
  if (value.size() < kShortest) return false;
  const ValueStatistics s = Measure(value);
  if (LooksRandom(s)) return true;
  // www-data2, prod-cluster-01
  const bool name = s.upper == 0 && s.digits <= 2 && kNameChars.HasAll(value);
  return s.blanks == 0 && s.digits > 0 && s.lower + s.upper > 0 && LooksLikePassword(s) && !name &&
         value.find('/') == std::string_view::npos;
}

bool LooksLikeHash(std::string_view value) {
  const size_t size = value.size();
  return (size == 32 || size == 40 || size == 56 || size == 64 || size == 96 || size == 128) &&
         Measure(value).is_hex;
}

bool InComment(std::string_view text, std::string_view part) {
  constexpr size_t kLongestLine = 512;
  const size_t at = part.data() - text.data();
  const size_t begin = at - std::min(at, kLongestLine);
  const std::string_view before = text.substr(begin, at - begin);
  const size_t line_break = before.rfind('\n');
  if (line_break == std::string_view::npos && begin > 0) return false;
  const std::string_view line = Trim(before.substr(line_break + 1));  // npos + 1 is 0
  return line.starts_with('#') || line.starts_with(';') || line.starts_with("//");
}

bool ReadQuoted(std::string_view text, size_t start, std::string_view& value) {
  if (start >= text.size()) return false;
  const std::string_view rest = text.substr(start, kLongestValue);
  const bool escaped = rest.size() > 1 && rest[0] == '\\' && kQuotes.Has(rest[1]);
  const size_t open = escaped ? 1 : 0;
  if (!kQuotes.Has(rest[open])) return false;
  const size_t close = rest.find(escaped ? '\\' : rest[open], open + 1);
  if (close == std::string_view::npos) return false;
  value = rest.substr(open + 1, close - open - 1);
  return true;
}

}  // namespace keysteward::detection
