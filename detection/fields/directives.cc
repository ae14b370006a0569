#include "detection/fields/directives.h"

#include <algorithm>

#include "common/char_class.h"
#include "common/strings.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kNameChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
constexpr CharClass kJoints(" \t,");
constexpr CharClass kEndsBareValue(" \t,;\"'`");
// What names of credentials end with, and "IDENTIFIED BY".
constexpr CharClass kLastLetters("dDsStTnNyYhH");
constexpr size_t kLongestName = 128;
constexpr size_t kLongestValue = 4096;

bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool EndsWith(View word, View end) {
  if (word.size() < end.size()) return false;
  word.remove_prefix(word.size() - end.size());
  return std::equal(word.begin(), word.end(), end.begin(),
                    [](char a, char b) { return AsciiLower(a) == b; });
}

bool Contains(View text, View part) { return text.find(part) != View::npos; }

// SECRET_KEY_BASE: in quotes a name need not end in the telling word.
bool HoldsCredentialWord(View name) {
  for (size_t end = 3; end <= name.size(); ++end) {
    if (kLastLetters.Has(name[end - 1]) && EndsLikeCredential(name.substr(0, end))) return true;
  }
  return false;
}

// nginx' proxy_pass says where a request goes.
bool IsHandOver(View name) {
  for (const View begin : {"proxy_", "fastcgi_", "uwsgi_", "grpc_", "scgi_", "memcached_"}) {
    if (name.starts_with(begin) && name.substr(begin.size()) == "pass") return true;
  }
  return false;
}

class DirectiveLine {
 public:
  DirectiveLine(View text, std::vector<Assignment>& pairs) : text_(text), pairs_(pairs) {}

  // What stands on both sides of the blank or comma at `joint`.
  void TakeAt(size_t joint);
  void TakePgpass();

 private:
  View WordBefore(size_t end) const;
  bool Quoted(size_t start, View& value) const;
  bool Bare(size_t start, View& value) const;
  void Add(View name, View value);

  View text_;
  std::vector<Assignment>& pairs_;
};

View DirectiveLine::WordBefore(size_t end) const {
  size_t start = end;
  while (start > 0 && end - start < kLongestName && kNameChars.Has(text_[start - 1])) --start;
  return text_.substr(start, end - start);
}

bool DirectiveLine::Quoted(size_t start, View& value) const {
  const View rest = text_.substr(start, kLongestValue);
  const bool escaped = rest.size() > 1 && rest[0] == '\\' && IsQuote(rest[1]);
  const size_t open = escaped ? 1 : 0;
  if (rest.size() <= open || !IsQuote(rest[open])) return false;
  const size_t close = rest.find(escaped ? '\\' : rest[open], open + 1);
  if (close == View::npos) return false;
  value = rest.substr(open + 1, close - open - 1);
  return true;
}

bool DirectiveLine::Bare(size_t start, View& value) const {
  const View rest = text_.substr(start, kLongestValue);
  value = rest.substr(0, kEndsBareValue.Find(rest));
  View after = Trim(rest.substr(value.size()));
  if (after.starts_with(';')) after.remove_prefix(1);
  if (!Trim(after).empty() && after != "\\") return false;
  if (value.empty() || View("=:<>|&({[}])?*").find(value[0]) != View::npos) return false;
  return std::any_of(value.begin(), value.end(), IsDigit);
}

void DirectiveLine::TakeAt(size_t joint) {
  const bool comma = text_[joint] == ',';
  size_t end = joint;
  if (comma && (end == 0 || !IsQuote(text_[end - 1]))) return;
  if (end > 0 && IsQuote(text_[end - 1])) --end;
  if (end > 0 && text_[end - 1] == '\\') --end;
  if (end == 0 || (!comma && !kLastLetters.Has(text_[end - 1]))) return;
  View name = WordBefore(end);
  const size_t begin = end - name.size();
  // 'DB_PASSWORD', 'x': the word is all that stands in the quotes.
  if (comma && (begin == 0 || !IsQuote(text_[begin - 1]))) return;
  if (name.empty() || (!comma && name[0] == '-')) return;
  if (comma ? !HoldsCredentialWord(name) : !EndsLikeCredential(name)) return;
  if (IsHandOver(name) || InTemplateAction(text_, name)) return;
  size_t start = joint + 1;
  while (start < text_.size() && IsBlank(text_[start])) ++start;
  View value;
  if (!Quoted(start, value) && (comma || !Bare(start, value))) return;
  while (!name.empty() && name[0] == '-') name.remove_prefix(1);
  if (EndsWith(name, "by") && (!Contains(text_, "IDENTIFIED") && !Contains(text_, "identified"))) {
    return;
  }
  Add(name, value);
}

// stats auth user:password; CREATE USER … IDENTIFIED BY 'password'.
void DirectiveLine::Add(View name, View value) {
  if (EndsWith(name, "auth") && value.find(':') != View::npos) {
    return pairs_.push_back({"password", value.substr(value.find(':') + 1)});
  }
  pairs_.push_back({EndsWith(name, "by") ? View("password") : name, value});
}

// host:port:database:user:password
void DirectiveLine::TakePgpass() {
  size_t colons[4] = {};
  size_t at = 0;
  for (size_t& colon : colons) {
    colon = text_.find(':', at);
    if (colon == View::npos || colon == at) return;
    at = colon + 1;
  }
  const View port = text_.substr(colons[0] + 1, colons[1] - colons[0] - 1);
  const bool number =
      port == "*" || (port.size() <= 5 && std::all_of(port.begin(), port.end(), IsDigit));
  const View password = text_.substr(colons[3] + 1);
  if (!number || password.empty() || password.size() > 256 || Contains(password, ":")) return;
  if (text_.find_first_of(" \t\"{}[]<>=/;,") < colons[3]) return;
  pairs_.push_back({"password", password});
}

}  // namespace

bool EndsLikeCredential(View word) {
  for (const View end : {"password", "passwd", "passphrase", "pwd", "pass", "secret", "token",
                         "apikey", "api-key", "api_key", "authorization", "auth"}) {
    if (EndsWith(word, end)) return true;
  }
  return (EndsWith(word, "key") && word.size() > 3) || (word.size() == 2 && EndsWith(word, "by"));
}

void FindDirectives(View line, std::vector<Assignment>& pairs, size_t limit) {
  DirectiveLine scanned(line, pairs);
  for (size_t at = kJoints.Find(line); at < line.size(); at = kJoints.Find(line, at + 1)) {
    if (at > 0 && pairs.size() < limit) scanned.TakeAt(at);
  }
  if (line.size() < 512 && pairs.size() < limit) scanned.TakePgpass();
}

}  // namespace keysteward::detection
