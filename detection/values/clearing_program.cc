// Values that are program text or text for people: what a script, a query or a translation says
// where a settings file would hold a credential.
#include <array>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/values/clearing_forms.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection::forms {
namespace {

constexpr CharClass kWordChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");

constexpr CharClass kMemberChars(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.");
constexpr CharClass kCallChars(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.()[]'\"$:>, -/{}|");

bool OneOf(View word, std::initializer_list<View> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A path of identifiers without digits, a.b::c->d; how many there are and where they end.
struct Members {
  size_t count = 0;
  bool methods = false;  // joined by ':', as Lua calls a method
  size_t end = 0;
  View first;
};

Members ReadMembers(View v) {
  Members members;
  while (members.end < v.size()) {
    const size_t stop = kWordChars.FindOther(v, members.end);
    if (stop == members.end) break;
    if (members.count++ == 0) members.first = v.substr(0, stop);
    members.end = stop;
    const View rest = v.substr(stop);
    const size_t joint = rest.starts_with("::") || rest.starts_with("->") || rest.starts_with("?.")
                             ? 2
                         : rest.starts_with('.') || rest.starts_with(':') ? 1
                                                                          : 0;
    if (joint == 0 || stop + joint >= v.size() || !kWordChars.Has(v[stop + joint])) break;
    members.methods |= joint == 1 && rest[0] == ':';
    members.end = stop + joint;
  }
  return members;
}

// Objects that programs read settings from.
bool IsRoot(View word) {
  return OneOf(word, {"process",  "os",      "env",      "self",   "this",   "request",  "req",
                      "res",      "config",  "cfg",      "conf",   "params", "args",     "ctx",
                      "context",  "input",   "event",    "data",   "props",  "options",  "opts",
                      "settings", "secrets", "vars",     "values", "module", "local",    "ngx",
                      "crypto",   "window",  "document", "app",    "user",   "response", "ENV"});
}

// file_get_contents(getenv('X'))
bool IsNestedCall(View v) {
  const size_t open = v.find('(');
  return open != View::npos && open > 1 && kWordChars.HasAll(v.substr(0, open));
}

bool IsCallOrMember(View v) {
  // org.apache.kafka.LoginModule required;
  const View first = v.substr(0, v.find(' '));
  if (first.size() < v.size() && ReadMembers(first).count >= 3) return true;
  const Members members = ReadMembers(v);
  if (members.count == 0 || members.end < 2) return false;
  if (members.end < v.size()) {
    // trim(getenv('X_2: a call of a call or of a string, which may be cut off at its quote
    const View call = v.substr(members.end);
    const bool string = members.end > 2 && StartsWithAny(call, {"('", "(\"", "['", "[\""});
    if (string || (call.starts_with('(') && IsNestedCall(call.substr(1)))) return true;
    // ab(3x!y is a password; crypto.randomBytes(32) is none.
    const bool opens = v[members.end] == '(' || v[members.end] == '[';
    // generate_password(length=20)
    const bool whole = v.back() == ')' || v.back() == '=';  // or cut off at a quote
    if (call.starts_with('(') && whole && Contains(members.first, "_") && IsLower(v[0])) {
      return true;
    }
    return opens && kCallChars.HasAll(v) &&
           (members.count >= 2 || std::none_of(v.begin(), v.end(), IsDigit));
  }
  if (members.methods) return false;
  return (members.count >= 3 && !LooksRandom(Measure(v))) ||
         (members.count == 2 && (IsRoot(members.first) || v.ends_with(".str")));
}

// n.token}}): of a minified program
bool IsMinifiedMember(View v) {
  constexpr CharClass kClosers("})];,");
  const Members members = ReadMembers(v);
  return members.count == 2 && (members.end == v.size() || kClosers.Has(v[members.end])) &&
         !members.methods && members.first.size() <= 2 &&
         EndsLikeCredential(v.substr(0, members.end));
}

// hashlib.pbkdf2_hmac("sha256", …), base64decode(yaml…: of names with digits; {os.environ.get('X',
// of an f-string.
bool IsCallWithDigits(View v) {
  const size_t open = v.find('(');
  if (open == View::npos || open + 1 >= v.size()) return false;
  const View path = v.substr(0, open);
  const bool coding = StartsWithAny(path, {"base64", "b64", "sha256", "sha512", "sha1", "md5"});
  const bool argument = IsAlpha(v[open + 1]) || v[open + 1] == '"' || v[open + 1] == '\'';
  return argument && !path.empty() && IsAlpha(path.front()) && kMemberChars.HasAll(path) &&
         (coding ? kMemberChars.HasAll(path) : path.find('.') != View::npos && path.back() != '.');
}

// QBIT_PASS}).encode(): a constant of a program, and what ends the expression around it.
bool IsConstantInside(View v) {
  const size_t end = v.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
  return end != View::npos && end > 2 && (v[end] == '}' || v[end] == ')') &&
         v.substr(0, end).find('_') != View::npos && IsUpper(v[0]);
}

// .data.password, (.data.password // …: what jq reads.
bool IsJqPath(View v) {
  if (v.starts_with('(')) v.remove_prefix(1);
  if (v.size() < 4 || v[0] != '.') return false;
  const Members members = ReadMembers(v.substr(1));
  const View rest = v.substr(1 + members.end);
  return members.count >= 2 && (rest.empty() || StartsWithAny(rest, {" ", ")", ",", "|"}));
}

// util.#ConvertString & {…}, password.$returns.str: of CUE
bool IsCue(View v) {
  const size_t mark = std::min(v.find(".#"), v.find(".$"));
  return mark != View::npos && mark > 0 && mark + 2 < v.size() && IsAlpha(v[mark + 2]) &&
         kWordChars.HasAll(v.substr(0, mark)) && std::none_of(v.begin(), v.end(), IsDigit);
}

bool IsType(View v) {
  v = v.substr(0, v.find_last_not_of("),:!") + 1);  // (password: str):, String! of GraphQL
  if (v.starts_with('&')) v.remove_prefix(1);       // &str of Rust
  return OneOf(v, {"string", "String", "str", "bool", "boolean", "number", "object", "bytes",
                   "integer", "SecretStr", "secretString", "varchar", "text", "any"});
}

// A salt of WordPress: of 64 signs of all kinds some are those of a pattern.
bool IsMadeOfEverything(View v) {
  constexpr size_t kLong = 32;
  const ValueStatistics s = Measure(v);
  return v.size() >= kLong && s.classes == 4 && s.specials >= 8 && LooksRandom(s);
}

// node scripts/token.js --catalog: what a package's script runs.
bool IsCommandLine(View v) {
  const size_t end = v.find(' ');
  return end != View::npos && end + 1 < v.size() &&
         OneOf(v.substr(0, end), {"node", "npm", "npx", "yarn", "pnpm", "bun", "deno", "python",
                                  "python3", "bash", "sh", "tsc", "ts-node", "cargo", "go"}) &&
         (Contains(v, ".") || Contains(v, " run "));
}

bool IsRegex(View v) {
  const size_t others = v.find("[^");
  return StartsWithAny(v, {"\\K", "\\s", "\\b", "\\S", "\\w", "\\d"}) ||
         (others != View::npos && v.find(']', others) != View::npos) ||
         (v.size() > 3 && v.front() == '^' && v.back() == '$') || Contains(v, "(?") ||
         (Contains(v, ".*") && !IsMadeOfEverything(v) && !LooksRandom(Measure(v))) ||
         Contains(v, "[a-z") || Contains(v, "[A-Z") || Contains(v, "[0-9") || Contains(v, "\\S+") ||
         Contains(v, "\\w+") || Contains(v, "\\d+");
}

// The word for what a form's field asks, as a translation gives it.
bool IsFieldWord(View lower) {
  return OneOf(lower,
               {"password",   "passwords",   "passwort",     "kennwort",  "passphrase", "passcode",
                "secret",     "token",       "mot-de-passe", "geheimnis", "senha",      "parola",
                "wachtwoord", "salasana",    "contrasena",   "haslo",     "passord",    "heslo",
                "losenord",   "credentials", "api-key",      "apikey"});
}

bool IsSentenceMark(char c) {
  return c == ' ' || c == '.' || c == ',' || c == '\'' || c == '!' || c == '?' || c == '-' ||
         c == ':' || c == '(' || c == ')';
}

// Words that join others to a sentence, or that are about passwords; most others of a sentence
// about one end as dynamically and injected do.
bool IsSentenceWord(View word) {
  if (word.size() > 4 && (word.ends_with("ly") || word.ends_with("ed"))) return true;
  return OneOf(
      word,
      {"the",        "and",      "for",        "from",      "with",     "your",     "you",
       "this",       "that",     "are",        "was",       "not",      "has",      "have",
       "will",       "can",      "must",       "should",    "when",     "where",    "which",
       "who",        "use",      "used",       "using",     "set",      "see",      "get",
       "only",       "all",      "any",        "per",       "via",      "into",     "been",
       "being",      "than",     "then",       "here",      "there",    "its",      "their",
       "our",        "but",      "does",       "may",       "leave",    "empty",    "pass",
       "password",   "secret",   "token",      "key",       "value",    "login",    "user",
       "account",    "access",   "default",    "stored",    "provided", "managed",  "generated",
       "required",   "optional", "database",   "admin",     "after",    "before",   "during",
       "inside",     "secrets",  "auth",       "passwords", "client",   "server",   "service",
       "property",   "system",   "message",    "label",     "form",     "security", "spring",
       "datasource", "cluster",  "credentials"});
}

// [parameters('token')], [concat(…)]: what an ARM template computes.
bool IsBracketedCall(View v) {
  if (v.size() < 5 || v.front() != '[' || v.back() != ']') return false;
  const View inner = v.substr(1, v.size() - 2);
  const size_t open = inner.find('(');
  return open != View::npos && open > 0 && inner.find(')') != View::npos &&
         std::all_of(inner.begin(), inner.begin() + static_cast<ptrdiff_t>(open), IsAlpha);
}

// -config-file /etc/app/token.json: what a program is started with.
bool IsOptions(View v) {
  if (v.size() < 4 || v[0] != '-' || !IsLower(v[v[1] == '-' ? 2 : 1])) return false;
  const size_t end = v.find_first_not_of("abcdefghijklmnopqrstuvwxyz-");
  return end != View::npos && v[end] == ' ';
}

// ConvertTo-SecureString, Read-Host, (Get-Content -Path …
bool IsCmdlet(View v) {
  if (v.starts_with('(')) v.remove_prefix(1);
  const size_t dash = v.find('-');
  if (dash == View::npos || dash + 2 >= v.size() || !IsUpper(v[dash + 1])) return false;
  return OneOf(v.substr(0, dash),
               {"ConvertTo", "ConvertFrom", "Get", "New", "Read", "Import", "Set", "Invoke"}) &&
         std::all_of(v.begin() + dash + 1, v.end(), IsAlpha);
}

// remote.kubernetes.secret.auth_1.data["password"] of Alloy, System.fetch_env!("X") of Elixir
// process.env.DB2_PASSWORD, var.db2_password of Terraform, env(X2): what reads settings, with
// digits.
bool ReadsSetting(View v) {
  if (Wrapped(v, "env(", ")") || Wrapped(v, "ENV[", "]") || Wrapped(v, "file(", ")")) return true;
  if (v.starts_with("System.fetch_env")) return true;
  if (v.starts_with("remote.") && Contains(v, ".data[")) return true;
  for (const View root : {"process.env.", "env.", "var.", "local.", "module.", "data."}) {
    if (!v.starts_with(root)) continue;
    const View name = v.substr(root.size());
    if (root == "process.env." && kMemberChars.HasAll(name)) return !LooksRandom(Measure(name));
    return kMemberChars.HasAll(name) && !LooksRandom(Measure(name)) &&
           std::any_of(name.begin(), name.end(), [](char c) { return c == '_' || c == '.'; });
  }
  return false;
}

}  // namespace

bool IsExpression(View v) {
  return IsMinifiedMember(v) || (v.starts_with('>') && Contains(v, "</")) || IsType(v) ||
         ReadsSetting(v) || IsCmdlet(v) || IsCommandLine(v) || IsCue(v) || IsRegex(v) ||
         IsCallOrMember(v) || IsCallWithDigits(v) || IsConstantInside(v) || IsJqPath(v) ||
         (v.starts_with('{') && IsCallOrMember(v.substr(1))) || IsBracketedCall(v) ||
         IsOptions(v) ||
         // colours of a terminal
         StartsWithAny(v, {"\\x1b", "\\x1B", "\\033", "\\e[", "\\u001b"}) || v == "echo" ||
         (v.starts_with("echo ") && Contains(v, "$(")) ||
         // ',listKeys(concat( of a resource manager's template; //g' of sed
         (v.starts_with(',') && Contains(v, "(")) || v.starts_with("//g") ||
         StartsWithAny(v, {"new ", "await ", "lambda ", "function(", "!!", "=="});
}

bool IsProgramText(View v) { return IsExpression(v) && !IsPassphrase(v); }

// "Password", "Mot de passe", "Enter your token": begins with a capital, has no digit, and is the
// field's own word or several words.
bool IsLabel(View v) {
  if (v.size() < 4 || std::any_of(v.begin(), v.end(), IsDigit)) return false;
  const bool ascii = std::all_of(v.begin(), v.end(), [](char c) { return (c & 0x80) == 0; });
  if (!ascii) return true;
  if (!IsUpper(v[0])) return false;
  if (IsLower(v[1]) && IsFieldWord(ToLower(v))) return true;
  return Contains(v, " ") &&
         std::all_of(v.begin(), v.end(), [](char c) { return IsAlpha(c) || IsSentenceMark(c); });
}

bool IsProse(View v) {
  if (std::count(v.begin(), v.end(), ' ') < 2) return false;
  const ValueStatistics s = Measure(v);
  return s.blanks >= 3 && s.word_likeness >= 4.9;
}

bool IsPassphrase(View v) {
  const char joint = Contains(v, " ") ? ' ' : '.';
  const size_t shortest = joint == ' ' ? 3 : 4;  // org.acme.…
  size_t words = 0;
  while (!v.empty()) {
    const size_t end = std::min(v.find(joint), v.size());
    const View word = v.substr(0, end);
    const bool plain = word.size() >= shortest && std::all_of(word.begin(), word.end(), IsLower);
    if (!plain || IsSentenceWord(word) || (joint == '.' && IsRoot(word))) return false;
    ++words;
    v.remove_prefix(std::min(end + 1, v.size()));
  }
  return words >= 4 && words <= 8;
}

bool IsSentence(View v) { return IsProse(v) && !IsPassphrase(v); }

}  // namespace keysteward::detection::forms
