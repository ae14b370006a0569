#include "detection/fields/assignments.h"

#include <algorithm>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/blocks.h"
#include "detection/fields/directives.h"
#include "detection/fields/fallbacks.h"
#include "detection/fields/login_texts.h"
#include "detection/fields/next_of.h"
#include "detection/fields/shapes.h"
#include "detection/fields/tables.h"
#include "detection/fields/text_values.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kNameChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }
// Enough to judge any value; bounds the work on lines made of separators.
constexpr size_t kLongestValue = 4096;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Where a pair may begin to be seen.
size_t NextMark(View text, size_t at) { return NextOf<'=', ':', '<', '-'>(text, at); }

// Scans one line, left to right; every character is looked at a bounded number of times.
class Line {
 public:
  // `element` is what the last <name> or <key> element of the lines before holds.
  // `actions`: the text may hold a template's.
  Line(View text, View& element, std::vector<Assignment>& pairs, size_t limit, bool actions)
      : text_(text), element_(element), pairs_(pairs), limit_(limit), actions_(actions) {}

  void Scan();

 private:
  View NameBefore(size_t separator) const;
  size_t WithWordBefore(size_t start, size_t end) const;
  View NameOf(size_t separator) const;
  bool EndsPrompt(View name, size_t quote) const;
  bool SeparatesNothing(size_t colon) const;
  bool TakeSeparated(size_t separator);
  bool TakeComparison(size_t separator);
  bool IsSelectorLabel(View name, size_t separator) const;
  void TakeAttribute(View name, View value);
  bool TakeElement(size_t open);
  bool TakeFlag(size_t dash);
  View ValueAt(size_t start);
  bool HandsOn(View name, View value) const;
  void Add(View name, View value);

  View text_;
  View& element_;
  std::vector<Assignment>& pairs_;
  size_t limit_;
  bool actions_;
  size_t at_ = 0;
  View key_;  // value of a key= or name= attribute, for the value= after it
};

void Line::Scan() {
  while (pairs_.size() < limit_ && (at_ = NextMark(text_, at_)) < text_.size()) {
    const char c = text_[at_];
    const bool taken = ((c == '=' || c == ':') && TakeSeparated(at_)) ||
                       (c == '<' && TakeElement(at_)) || (c == '-' && TakeFlag(at_));
    if (!taken) ++at_;
  }
}

// The name that ends just before `separator`, quotes, blanks and an index's bracket between
// allowed.
View Line::NameBefore(size_t separator) const {
  size_t end = separator;
  while (end > 0 && IsBlank(text_[end - 1])) --end;
  if (end > 0 && text_[end - 1] == ']') --end;  // settings['password'] = …
  if (end > 0 && text_[end - 1] == '\\') --end;
  if (end > 0 && IsQuote(text_[end - 1])) --end;
  if (end > 0 && text_[end - 1] == '\\') --end;
  size_t start = end;
  constexpr size_t kLongest = 128;
  while (start > 0 && end - start < kLongest && kNameChars.Has(text_[start - 1])) --start;
  // \nAuthorization: in a program's string, the letter is its line break.
  const bool escape = start > 0 && text_[start - 1] == '\\' && end - start > 1;
  if (escape && (text_[start] == 'n' || text_[start] == 'r' || text_[start] == 't')) ++start;
  while (start < end && (text_[start] == '-' || text_[start] == '.')) ++start;
  start = WithWordBefore(start, end);
  // -Dapi.key=…: the letter is the flag of Java, Maven and CMake, the name follows it.
  const bool flag = start > 0 && text_[start - 1] == '-' && (start < 2 || text_[start - 2] != '-');
  if (flag && end - start > 2 && text_[start] == 'D') ++start;
  return text_.substr(start, end - start);
}

// api key = x: a bare key is what the word before it says.
size_t Line::WithWordBefore(size_t start, size_t end) const {
  if (text_.substr(start, end - start) != "key" || start == 0 || text_[start - 1] != ' ') {
    return start;
  }
  for (const View word : {"api", "secret", "access", "encryption", "shared"}) {
    if (text_.substr(0, start - 1).ends_with(word)) return start - 1 - word.size();
  }
  return start;
}

// const key: string = "x": the name stands before its type. config("SECRET_KEY", default="x"): it
// is the argument before.
View Line::NameOf(size_t separator) const {
  const View name = NameBefore(separator);
  if (name == "default") {
    size_t end = name.data() - text_.data();
    while (end > 0 && IsBlank(text_[end - 1])) --end;
    const bool argument = end > 1 && text_[end - 1] == ',' && IsQuote(text_[end - 2]);
    const View setting = argument ? NameBefore(end - 1) : View();
    return HoldsCredentialWord(setting) ? setting : name;
  }
  if (text_[separator] != '=' || (name != "string" && name != "str" && name != "String"))
    return name;
  const size_t type = name.data() - text_.data();
  size_t before = type;
  while (before > 0 && (IsBlank(text_[before - 1]) || text_[before - 1] == '&')) --before;
  if (before > 0 && text_[before - 1] == ':') return NameBefore(before - 1);
  // var password string = "x"
  const View variable = before < type ? NameBefore(before) : View();
  return HoldsCredentialWord(variable) ? variable : name;
}

// read -p "Your password: " X: the quote at `quote` opened before the words that end with `name`.
bool Line::EndsPrompt(View name, size_t quote) const {
  constexpr size_t kLongestPrompt = 64;
  size_t at = name.data() - text_.data();
  if (text_[at + name.size()] == text_[quote]) return false;  // "name": "x"
  for (size_t seen = 0; at > 0 && seen < kLongestPrompt; --at, ++seen) {
    const char c = text_[at - 1];
    if (c == text_[quote]) return at == 1 || View(" \t(=,").find(text_[at - 2]) != View::npos;
    if (!kNameChars.Has(c) && c != ' ' && c != '\'') return false;
  }
  return false;
}

// if ($http_x_api_key != "abc"): what a request's key is compared with is the key, when it is
// random.
bool Line::TakeComparison(size_t separator) {
  const bool differs = separator > 0 && text_[separator - 1] == '!';
  const bool equals = separator + 1 < text_.size() && text_[separator + 1] == '=';
  if (text_[separator] != '=' || (!differs && !equals)) return false;
  size_t before = separator - (differs ? 1 : 0);
  while (before > 0 && IsBlank(text_[before - 1])) --before;
  if (before > 0 && text_[before - 1] == ')') --before;  // headers.get("X-Api-Key") != "abc"
  at_ = separator + 1 + (equals ? 1 : 0);
  size_t start = at_;
  if (start < text_.size() && text_[start] == '=') ++start;  // ===
  while (start < text_.size() && IsBlank(text_[start])) ++start;
  const View name = NameBefore(before);
  if (name.empty() || start >= text_.size()) return true;
  const size_t begin = name.data() - text_.data();
  View value;
  if (!ReadQuoted(text_, start, value)) {
    if (begin == 0 || text_[begin - 1] != '$' || text_[start] == '$') return true;
    const View rest = text_.substr(start, kLongestValue);
    value = rest.substr(0, rest.find_first_of(" \t)"));
  }
  // $http_x_origin_verify: a header that nobody would compare with random characters but to let in.
  const bool header =
      name.starts_with("http_x_") && !HoldsCredentialWord(name) && LooksRandom(Measure(value));
  if (LooksGenerated(value.substr(SchemeLength(value)))) Add(header ? View("token") : name, value);
  return true;
}

// kube_secret_info{secret="wildcard-tls-2024"}: which series, of PromQL.
bool Line::IsSelectorLabel(View name, size_t separator) const {
  constexpr size_t kLongestSelector = 256;
  if (!EndsLikeCredential(name)) return false;
  const size_t begin = separator > kLongestSelector ? separator - kLongestSelector : 0;
  const View before = text_.substr(begin, separator - begin);
  const size_t open = before.rfind('{');
  return open != View::npos && open > 0 && before.find('}', open) == View::npos &&
         (kAlnum.Has(before[open - 1]) || before[open - 1] == '_');
}

// https://host:8080, 12:30: most colons stand between other things than a name and its value.
bool Line::SeparatesNothing(size_t colon) const {
  if (colon == 0 || colon + 1 >= text_.size()) return false;
  const char before = text_[colon - 1];
  const char after = text_[colon + 1];
  return kAlnum.Has(before) && (kAlnum.Has(after) || after == '/');
}

bool Line::TakeSeparated(size_t separator) {
  if (text_[separator] == ':' && SeparatesNothing(separator)) return false;
  if (TakeComparison(separator)) return true;
  const View name = NameOf(separator);
  if (name.empty()) return false;
  size_t start = separator + 1;
  const bool colon = text_[separator] == ':';
  if (colon && name == "PASS") return false;  // echo "PASS: it works"
  if (!colon && start < text_.size() && text_[start] == '~') {
    at_ = start + 1;  // a comparison
    return true;
  }
  if (start < text_.size() && (text_[start] == '>' || text_[start] == '=')) ++start;  // => :=
  const size_t after = start;
  while (start < text_.size() && IsBlank(text_[start])) ++start;
  const bool blank = start > after;
  if (start >= text_.size()) return false;
  const bool quoted = IsQuote(text_[start]) || text_[start] == '\\';
  if (quoted && EndsPrompt(name, start)) return false;
  // a:b is a host and a port, or a URL; a: b and "a":b are pairs; PASSWORD :'a' is psql's variable.
  if (colon && !blank && start == separator + 1) {
    size_t before = separator;
    while (before > 0 && IsBlank(text_[before - 1])) --before;
    const bool name_quoted = before > 0 && IsQuote(text_[before - 1]);
    if (!name_quoted && (!quoted || before < separator)) return false;
  }
  if (IsNoValue(text_.substr(start), {colon, blank})) return at_ = start + 1, true;
  const View value = ValueAt(start);
  if (!colon && quoted && IsSelectorLabel(name, separator) && !LooksRandom(Measure(value))) {
    return true;
  }
  if ((name == "key" || name == "name") && quoted) return TakeAttribute(name, value), true;
  Add(name == "value" && !key_.empty() ? key_ : name, value);
  return true;
}

// <add key="a" value="b"/> and <entry key="a">b</entry>
void Line::TakeAttribute(View name, View value) {
  key_ = value;
  Add(name, value);
  const size_t after = value.data() + value.size() + 1 - text_.data();
  if (after >= text_.size() || text_[after] != '>') return;
  const View rest = text_.substr(after + 1, kLongestValue);
  const size_t close = rest.find('<');
  if (close != View::npos) Add(key_, rest.substr(0, close));
}

// <password>value</password>; <name>password</name> <value>value</value>
bool Line::TakeElement(size_t open) {
  const size_t end = kNameChars.FindOther(text_, open + 1);
  if (end == open + 1 || end >= text_.size() || text_[end] != '>') return false;
  View rest = text_.substr(end + 1, kLongestValue);
  constexpr View kRaw = "<![CDATA[";
  const bool raw = rest.starts_with(kRaw);
  if (raw) rest.remove_prefix(kRaw.size());
  const size_t raw_end = raw ? rest.find("]]>") : 0;
  if (raw_end == View::npos) return false;
  const size_t close = rest.find('<', raw_end);
  const View tag = text_.substr(open + 1, end - open - 1);
  if (close == View::npos && Trim(rest).empty()) element_ = tag;  // <password> on its own line
  if (close == View::npos || close + 1 >= rest.size() || rest[close + 1] != '/') return false;
  const View value = rest.substr(0, raw ? raw_end : close);
  const bool named = (tag == "value" || tag == "Value" || tag == "string") && !element_.empty();
  Add(named ? element_ : tag, value);
  element_ = tag == "name" || tag == "key" ? Trim(value) : View();
  at_ = end + 1;
  return true;
}

// --token value; --token=value is taken at its '='.
bool Line::TakeFlag(size_t dash) {
  if (dash > 0 && !IsBlank(text_[dash - 1]) && !IsQuote(text_[dash - 1])) return false;
  size_t start = dash;
  while (start < text_.size() && text_[start] == '-') ++start;
  const size_t end = kNameChars.FindOther(text_, start);
  if (end - start < 2 || end >= text_.size() || !IsBlank(text_[end])) return false;
  size_t value = end;
  while (value < text_.size() && IsBlank(text_[value])) ++value;
  if (value >= text_.size() || View("-|=><&;)").find(text_[value]) != View::npos) return false;
  const View word = ValueAt(value);
  Add(text_.substr(start, end - start), word);
  return true;
}

// The value that starts there. Scanning goes on inside it: it may hold pairs of its own, such as
// -H "X-Token: abc" or a URL with a query.
View Line::ValueAt(size_t start) {
  at_ = start + 1;
  return ReadValue(text_.substr(start));
}

// password: password, self.password = password or x, Config{Password: pass, …}: a variable.
bool Line::HandsOn(View name, View value) const {
  if (IsQuote(value.data()[-1])) return false;
  if (value == name) return true;
  View last = name.substr(name.rfind('.') + 1);
  if (last.size() < name.size() && last.starts_with('_')) last.remove_prefix(1);
  if (last.size() < name.size() && EqualsIgnoreCase(last, value)) return true;
  const size_t after = value.data() + value.size() - text_.data();
  const bool member = after < text_.size() && (text_[after] == ',' || text_[after] == '}');
  // encrypt(Passphrase=passphrase_enc)
  constexpr CharClass kLetters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
  const bool argument = member || (after < text_.size() && text_[after] == ')');
  if (argument && value.size() > name.size() && value[name.size()] == '_' &&
      EqualsIgnoreCase(value.substr(0, name.size()), name) && kLetters.HasAll(value)) {
    return true;
  }
  // password: dockerHubToken, of a program; "htpasswd": __content | b64encode
  constexpr CharClass kNames("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
  if (kNames.HasAll(value) && (value.starts_with("__") || (member && EndsLikeCredential(value)))) {
    return true;
  }
  // secret: params.clientsecret,
  const size_t dot = value.find('.');
  constexpr CharClass kIdentifier("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
  if (member && dot != View::npos && dot > 0 && kIdentifier.HasAll(value.substr(0, dot)) &&
      dot + 1 < value.size() && kIdentifier.HasAll(value.substr(dot + 1))) {
    return true;
  }
  if (!member || name[0] < 'A' || name[0] > 'Z') return false;
  return EqualsIgnoreCase(name, value) || value == "pass" || value == "pwd" || value == "passwd";
}

void Line::Add(View name, View value) {
  value = Trim(value);
  if (pairs_.size() >= limit_) return;
  if (value.empty() || (actions_ && InTemplateAction(text_, name))) return;
  if (HandsOn(name, value)) return;
  pairs_.push_back({name, value});
  const View password = PasswordInPair(name, value);
  if (!password.empty() && pairs_.size() < limit_) pairs_.push_back({"password", password});
}

}  // namespace

bool InTemplateAction(View line, View name) {
  if (name.data() < line.data() || name.data() >= line.data() + line.size()) return false;
  // Templates keep their actions short; looking back further would cost a line's square.
  constexpr size_t kLongestAction = 256;
  const size_t end = name.data() - line.data();
  const size_t begin = end > kLongestAction ? end - kLongestAction : 0;
  const View before = line.substr(begin, end - begin);
  const size_t open = before.rfind("{{");
  return open != View::npos && before.find("}}", open) == View::npos;
}

void FindAssignments(View text, std::vector<Assignment>& pairs, size_t limit) {
  View element;
  const View whole = text;
  const bool fallbacks = MayHoldFallbacks(text);
  const bool calls = text.find('(') != View::npos;
  const bool actions = text.find("{{") != View::npos;
  BlockReader blocks(text);
  while (!text.empty() && pairs.size() < limit) {
    const size_t first = pairs.size();
    const size_t end = text.find('\n');
    View line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    Line(line, element, pairs, limit, actions).Scan();
    if (fallbacks) FindFallbacks(line, pairs, first, limit);
    blocks.Take(line, pairs, first, limit);
    FindDirectives(line, pairs, limit);
    if (calls) FindLoginCalls(line, pairs, limit);
    text.remove_prefix(end == View::npos ? text.size() : end + 1);
  }
  FindInTables(whole, pairs, limit);
}

}  // namespace keysteward::detection
