#include "detection/fields/text_values.h"

#include <algorithm>
#include <utility>

#include "common/char_class.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kNameChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
constexpr CharClass kBlanks(" \t");
constexpr CharClass kDelimiters(" \t,;&\"'`");
// Enough to judge any value; bounds the work on lines made of separators.
constexpr size_t kLongestValue = 4096;

bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }

// What comes after a delimiter: nothing, a blank, another delimiter, a bracket that ends a word, or
// the next pair. A quote is the text's own unless a letter follows it.
bool EndsPair(View after, bool quote) {
  if (after.empty() || kDelimiters.Has(after[0]) || after[0] == '\\') return true;
  if (View(")]}>").find(after[0]) != View::npos) {
    return after.size() == 1 || quote || !(kAlnum.Has(after[1]) || after[1] == '.');
  }
  if (quote) return !kAlnum.Has(after[0]);
  const size_t name = kNameChars.FindOther(after);
  return name > 0 && (after[0] < '0' || after[0] > '9') && name < after.size() &&
         (after[name] == '=' || after[name] == ':');
}

// Where an unquoted value ends: at a blank, or at a delimiter that ends a pair. Passwords hold
// delimiters too: PASSWORD=a&b;c.
size_t EndOfBare(View rest) {
  // A list or an object: its members are pairs of their own.
  if (rest[0] == '[' || rest[0] == '{' || rest[0] == '(') return kDelimiters.Find(rest);
  size_t end = SchemeLength(rest);
  // <your key>: blanks inside are the placeholder's.
  constexpr size_t kLongestPlaceholder = 64;
  if (rest[0] == '<') {
    const size_t close = rest.substr(0, kLongestPlaceholder).find('>');
    if (close != View::npos) end = close;
  }
  while ((end = kDelimiters.Find(rest, end)) < rest.size()) {
    // mirror:"$HARBOR_PW": the quotes are inside of the value.
    const bool inside = end > 0 && rest[end - 1] == ':' && IsQuote(rest[end]) &&
                        rest.substr(end + 1).starts_with('$');
    const size_t close = inside ? rest.find(rest[end], end + 1) : View::npos;
    if (close != View::npos) {
      end = close + 1;
      continue;
    }
    if (kBlanks.Has(rest[end]) || EndsPair(rest.substr(end + 1), IsQuote(rest[end]))) return end;
    ++end;
  }
  return rest.size();
}

// login(password=abc): the bracket is not the value's.
View WithoutBracket(View value) {
  for (const auto& [open, close] : {std::pair('(', ')'), {'[', ']'}, {'{', '}'}}) {
    if (value.ends_with(close) && value.find(open) == View::npos) value.remove_suffix(1);
  }
  return value;
}

// {a: b}, [a]: the members are pairs of their own. {noop}abc is a value with its scheme.
bool OpensCollection(View rest) {
  if (rest[0] == '[') return true;
  if (rest[0] != '{' || rest.starts_with("{{")) return false;
  const size_t close = kNameChars.FindOther(rest, 1);
  const bool scheme = close < rest.size() && rest[close] == '}' && close + 1 < rest.size() &&
                      kAlnum.Has(rest[close + 1]);
  return !scheme;
}

// What a shell computes: PW=`pwgen 20 1`. Elsewhere these are quotes.
bool IsCommand(View rest) {
  if (rest[0] != '`') return false;
  const size_t close = rest.find('`', 1);
  return close != View::npos && rest.find(' ') < close;
}

}  // namespace

size_t SchemeLength(View value) {
  constexpr CharClass kFirst("BbTtA");  // of these: most values are told by their first letter
  if (value.empty() || !kFirst.Has(value[0])) return 0;
  for (const View scheme : {"Bearer ", "bearer ", "Basic ", "Token ", "token ", "ApiKey "}) {
    if (value.starts_with(scheme)) return scheme.size();
  }
  return 0;
}

View ReadValue(View rest) {
  rest = rest.substr(0, kLongestValue);
  if (rest.size() > 1 && rest[0] == '\\' && IsQuote(rest[1])) {  // JSON inside a string
    rest.remove_prefix(2);
    return rest.substr(0, rest.find('\\'));
  }
  if (!IsQuote(rest[0])) {
    const View bare = rest.substr(0, EndOfBare(rest));
    // "Authorization: Basic abc\r\n": a program's string goes on with the next line.
    size_t line_break = bare.find('\\');
    if (line_break != View::npos) line_break = std::min(bare.find("\\r\\n"), bare.find("\\n"));
    return WithoutBracket(bare.substr(0, line_break));
  }
  if (rest.size() > 2 && rest[1] == rest[0] && rest[2] == rest[0]) {  // """abc"""
    const size_t close = rest.find(rest.substr(0, 3), 3);
    if (close != View::npos) return rest.substr(3, close - 3);
  }
  size_t end = 1;
  while (end < rest.size() && rest[end] != rest[0]) end += rest[end] == '\\' ? 2 : 1;
  return rest.substr(1, std::min(end, rest.size()) - 1);
}

bool IsNoValue(View rest, Sign sign) {
  rest = rest.substr(0, kLongestValue);
  // PASSWORD={abc may be a value.
  const bool apart = sign.colon || sign.blank || rest.size() == 1 || !kAlnum.Has(rest[1]);
  return (apart && OpensCollection(rest)) || (!sign.colon && !sign.blank && IsCommand(rest));
}

}  // namespace keysteward::detection
