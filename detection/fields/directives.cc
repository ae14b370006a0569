#include "detection/fields/directives.h"

#include <algorithm>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/next_of.h"
#include "detection/fields/shapes.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kNameChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
constexpr CharClass kEndsBareValue(" \t,;\"'`");
// What names of credentials end with, and "IDENTIFIED BY".
constexpr CharClass kLastLetters("dDsStTnNyYhHeE");
constexpr size_t kLongestName = 128;
constexpr size_t kLongestValue = 4096;

bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

bool Contains(View text, View part) { return text.find(part) != View::npos; }

// nginx' proxy_pass says where a request goes; remote.kubernetes.secret "x" {…} of Alloy says
// which.
bool IsHandOver(View name) {
  if (name == "remote.kubernetes.secret") return true;
  for (const View begin : {"proxy_", "fastcgi_", "uwsgi_", "grpc_", "scgi_", "memcached_"}) {
    if (name.starts_with(begin) && name.substr(begin.size()) == "pass") return true;
  }
  return false;
}

// The first blank or comma at or after `at`.
size_t NextJoint(View text, size_t at) { return NextOf<' ', '\t', ','>(text, at); }

class DirectiveLine {
 public:
  DirectiveLine(View text, std::vector<Assignment>& pairs) : text_(text), pairs_(pairs) {}

  // What stands on both sides of the blank or comma at `joint`.
  void TakeAt(size_t joint);
  void TakePgpass();

 private:
  View WordBefore(size_t end) const;
  bool Bare(size_t start, View& value) const;
  bool NamesAMember(View quoted) const;
  bool OpensBlock(View quoted) const;
  bool InList(size_t at) const;
  size_t AfterAccount(size_t start) const;
  void Add(View name, View value);

  View text_;
  std::vector<Assignment>& pairs_;
};

View DirectiveLine::WordBefore(size_t end) const {
  size_t start = end;
  while (start > 0 && end - start < kLongestName && kNameChars.Has(text_[start - 1])) --start;
  return text_.substr(start, end - start);
}

// varchar(255): the type of a column.
bool IsColumnType(View word) {
  const size_t open = word.find('(');
  if (open == View::npos || open == 0 || !kAlnum.HasAll(word.substr(0, open))) return false;
  return word.find_first_not_of("0123456789)", open + 1) == View::npos;
}

bool DirectiveLine::Bare(size_t start, View& value) const {
  const View rest = text_.substr(start, kLongestValue);
  size_t end = kEndsBareValue.Find(rest);
  // HTTP_Passwd a;b: what ends a directive or an item ends a word.
  while (end + 1 < rest.size() && (rest[end] == ';' || rest[end] == ',') &&
         !kEndsBareValue.Has(rest[end + 1])) {
    end = kEndsBareValue.Find(rest, end + 1);
  }
  value = rest.substr(0, end);
  View after = Trim(rest.substr(value.size()));
  if (after.starts_with(';')) after.remove_prefix(1);
  after = Trim(after);
  if (!after.empty() && after != "\\" && !after.starts_with("# ")) return false;
  if (IsColumnType(value)) return false;
  if (value.empty() || View("=:<>|&({[}])?*").find(value[0]) != View::npos) return false;
  if (value.starts_with("--") || (value[0] == '-' && !LooksGenerated(value))) return false;
  // kubectl delete secret x: names of objects.
  if (Contains(text_, "kubectl")) return false;
  if (std::any_of(value.begin(), value.end(), IsDigit)) return true;
  constexpr size_t kShortestRandom = 12;
  const View last = value.substr(value.rfind(':') + 1);  // admin:x
  return last.size() >= kShortestRandom && std::any_of(last.begin(), last.end(), IsUpper) &&
         std::any_of(last.begin(), last.end(), IsLower) && LooksRandom(Measure(last));
}

// 'user_password', 'port': 5432 is the end of one member and the beginning of the next.
bool DirectiveLine::NamesAMember(View quoted) const {
  View after = text_.substr(quoted.data() + quoted.size() - text_.data());
  if (after.starts_with('\\')) after.remove_prefix(1);
  if (after.empty()) return false;  // a backslash is the last of the line
  after = Trim(after.substr(1));
  return after.starts_with(':') || after.starts_with("=>");
}

// resource "random_password" "billing" {: what a block is called
bool DirectiveLine::OpensBlock(View quoted) const {
  const size_t end = quoted.data() + quoted.size() + 1 - text_.data();
  const View after = text_.substr(std::min(end, text_.size()));
  return Trim(after).starts_with('{');
}

// except_fields = ["password", "token"] lists names; ["--token", "x"] is a command's.
bool DirectiveLine::InList(size_t at) const {
  constexpr size_t kLookBack = 256;
  const View before = text_.substr(at - std::min(at, kLookBack), std::min(at, kLookBack));
  const size_t open = before.find_last_of("[({");
  return text_[at] != '-' && open != View::npos && before[open] != '(';
}

// SET PASSWORD FOR 'app'@'%' = 'x': where the value is.
size_t DirectiveLine::AfterAccount(size_t start) const {
  constexpr size_t kLongestAccount = 200;
  const View rest = text_.substr(start, kLongestAccount);
  if (!rest.starts_with("FOR ") && !rest.starts_with("for ")) return start;
  const size_t equals = rest.find('=');
  if (equals == View::npos) return start;
  start += equals + 1;
  while (start < text_.size() && IsBlank(text_[start])) ++start;
  return start;
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
  // 'DB_PASSWORD', 'x': the word is all that stands in the quotes. page.fill('#password', 'x')
  const bool selector = begin > 1 && text_[begin - 1] == '#';
  if (comma && (begin == 0 || !IsQuote(text_[begin - (selector ? 2 : 1)]))) return;
  if (name.empty() || (!comma && name[0] == '-')) return;
  // plugin=mysql_native_password, secret/sso#client_secret, svc/db-password end what is before.
  if (begin > 0 && View("=/").find(text_[begin - 1]) != View::npos) return;
  if (selector && !comma && !IsBlank(text_[begin - 2])) return;
  // $(genpass 16): a command
  if (!comma && begin > 0 && (text_[begin - 1] == '(' || text_[begin - 1] == '`') &&
      (text_[begin - 1] == '`' || (begin > 1 && text_[begin - 2] == '$'))) {
    return;
  }
  // -u $USER:$PASSWD host:8081, "X: $GITLAB_TOKEN" "y": a variable; nginx sets one.
  const bool variable = !comma && begin > 0 && text_[begin - 1] == '$';
  if (variable && !text_.substr(0, begin - 1).ends_with("set ")) return;
  const bool says = comma ? HoldsCredentialWord(name) : EndsLikeCredential(name);
  // define('NONCE_SALT', 'x'): a name that says less counts beside random characters.
  const bool may_say = comma && ClassifyName(name).strength != NameStrength::kNone;
  if (!says && !may_say) return;
  if (IsHandOver(name) || InTemplateAction(text_, name)) return;
  size_t start = joint + 1;
  while (start < text_.size() && IsBlank(text_[start])) ++start;
  View value;
  start = AfterAccount(start);
  const bool quoted = ReadQuoted(text_, start, value);
  if (!quoted && (comma || !Bare(start, value))) return;
  if (!says && !LooksRandom(Measure(value))) return;
  if (quoted && !comma && OpensBlock(value)) return;
  if (comma && (NamesAMember(value) || (!LooksGenerated(value) && InList(begin)))) return;
  if (!comma && value.starts_with('-') && !LooksGenerated(value)) return;  // we pass "-subj" here
  while (!name.empty() && name[0] == '-') name.remove_prefix(1);
  if (EndsWithIgnoreCase(name, "by") &&
      (!Contains(text_, "IDENTIFIED") && !Contains(text_, "identified"))) {
    return;
  }
  if (EndsWithIgnoreCase(name, "by") && Contains(text_, "_hash") && LooksLikeHash(value)) return;
  Add(name, value);
}

// stats auth user:password; CREATE USER … IDENTIFIED BY 'password'.
void DirectiveLine::Add(View name, View value) {
  if (EndsWithIgnoreCase(name, "auth") && value.find(':') != View::npos) {
    name = "password";
    value = value.substr(value.find(':') + 1);
  }
  if (value.empty()) return;
  pairs_.push_back({EndsWithIgnoreCase(name, "by") ? View("password") : name, value});
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

void FindDirectives(View line, std::vector<Assignment>& pairs, size_t limit) {
  DirectiveLine scanned(line, pairs);
  for (size_t at = NextJoint(line, 0); at < line.size(); at = NextJoint(line, at + 1)) {
    // Most words end in another letter; asked here, it costs no call.
    const bool may_name = at > 0 && (kLastLetters.Has(line[at - 1]) || IsQuote(line[at - 1]));
    if (may_name && pairs.size() < limit) scanned.TakeAt(at);
  }
  constexpr size_t kLongestPgpass = 512;
  if (line.size() < kLongestPgpass && pairs.size() < limit) scanned.TakePgpass();
}

}  // namespace keysteward::detection
