// Values that are filled in elsewhere, or were never filled in.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/aho_corasick.h"
#include "common/char_class.h"
#include "common/strings.h"
#include "detection/decoders/base64_text.h"
#include "detection/values/clearing_forms.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection::forms {
namespace {

constexpr CharClass kIdentifier(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
constexpr CharClass kWords(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-:/|#' ");
constexpr CharClass kMask("xX*.-_ #?");

bool IsBraced(View v) {
  for (const auto& [open, close] : {std::pair<View, View>{"${", "}"},
                                    {"$(", ")"},
                                    {"#{", "}"},
                                    {"[[", "]]"},
                                    {"<%", "%>"},
                                    {"{%", "%}"},
                                    {"%(", ")s"},
                                    {"%", "%"},
                                    {"@", "@"},
                                    {"__", "__"},
                                    {"$__", "__"},
                                    {"$[", "]"},
                                    {"@{", "}"},
                                    {"#[", "]"},
                                    {"%[", "]"},
                                    {"{$", "}"},
                                    {"((", "))"}}) {
    if (Wrapped(v, open, close)) return true;
  }
  for (const auto& [open, close] :
       {std::pair<View, View>{"{{", "}}"}, {"${", "}"}, {"$(", ")"}, {"#{", "}"}, {"%{", "}"}}) {
    const size_t begin = v.find(open);
    if (begin != View::npos && v.find(close, begin) != View::npos) return true;
  }
  // :$(encode, cut off inside it
  const size_t command = v.find("$(");
  if (command != View::npos && command + 2 < v.size() && IsAlpha(v[command + 2])) return true;
  // ${VAR or {{ .value, cut off at the blank or quote inside it
  if (v.starts_with("{{") || v.ends_with("{{")) return true;
  return v.size() > 2 && StartsWithAny(v, {"${", "$(", "#{"}) && (IsAlpha(v[2]) || v[2] == '$');
}

// {MQTT_PASSWORD}, as Python and Spring fill it in; {CAMERA_PASSWORD}#video=copy
bool IsBracedName(View v) {
  const size_t close = v.find('}');
  if (v.starts_with('{') && close != View::npos && close > 3) {
    const View name = v.substr(1, close - 1);
    if (Contains(name, "_") && std::all_of(name.begin(), name.end(), [](char c) {
          return IsUpper(c) || IsDigit(c) || c == '_';
        })) {
      return true;
    }
  }
  return Wrapped(v, "{", "}") && IsAlpha(v[1]) && kIdentifier.HasAll(v.substr(1, v.size() - 2));
}

// $NAME, $oidc.clientSecret, $__file{/path}: as shells, nginx, Argo CD and Grafana write it. With
// digits only in capitals: $ecure-cache-9 is a password.
// $orders-secret:clientSecret
bool IsEntryOfSecret(View v) {
  const size_t colon = v.find(':');
  if (colon == View::npos) return false;
  const View secret = v.substr(1, colon - 1);
  const View key = v.substr(colon + 1);
  return LooksLikeName(secret, Measure(secret)) && kIdentifier.HasAll(key) &&
         std::none_of(key.begin(), key.end(), IsDigit) && !LooksRandom(Measure(key));
}

bool IsDollarName(View v) {
  // inside a quoted shell string; $$http_token, as a template leaves one dollar
  if (v.starts_with("\\$") || v.starts_with("$$")) v.remove_prefix(1);
  if (v.starts_with("$env:") || v.starts_with("$Env:")) return kIdentifier.HasAll(v.substr(5));
  if (v.size() < 3 || v[0] != '$' || !(IsAlpha(v[1]) || v[1] == '_')) return false;
  const size_t end = kIdentifier.FindOther(v, 1);
  if (end < v.size()) {
    // ${a}, $_ENV['X'] and $this->x of PHP, $secret-name:key of Argo CD, $A" "b" of a command that
    // YAML took for a mapping
    const View rest = v.substr(end);
    // $ROOT_PASSWORD,service.x={{ of a command that people are told
    const View name = v.substr(1, end - 1);
    const bool constant = Contains(name, "_") && std::none_of(name.begin(), name.end(), IsLower) &&
                          std::none_of(name.begin(), name.end(), IsDigit);
    return (rest[0] == '{' && v.back() == '}') || StartsWithAny(rest, {"['", "[\"", "\""}) ||
           v.substr(end - 1).starts_with("->") || IsEntryOfSecret(v) ||
           (constant && (rest[0] == ',' || rest[0] == '`' || rest.starts_with("{{"))) ||
           // {token: $token}}' of a program in a shell's quotes
           (rest[0] == '}' && rest.find_first_not_of("})]'\",;") == View::npos);
  }
  const View name = v.substr(1);
  if (std::none_of(name.begin(), name.end(), IsDigit)) return true;
  if (Contains(name, "_") && EndsLikeCredential(name)) return true;  // $ec2_metadata_token
  return std::none_of(name.begin(), name.end(), IsLower) && Contains(name, "_");
}

// Found anywhere, these say that the value was never filled in.
constexpr std::array<View, 29> kAnywhere = {
    "changeme",    "change-me",  "change_me",    "replaceme",    "replace-me",   "replace_me",
    "placeholder", "redacted",   "to-be-",       "tobereplaced", "yourpassword", "yoursecret",
    "notarealkey", "not-a-real", "fill-me",      "fillmein",     "insert-your",  "changeit",
    "change-it",   "change_it",  "replace-with", "replace_with", "_here",        "-here",
    "setplease",   "pleaseset",  "pleasechange", "setme",        "setthis"};
// Words of their own.
constexpr std::array<View, 14> kStandIns = {"example", "dummy",  "fixme", "todo",   "tbd",
                                            "sample",  "xxxx",   "xxxxx", "xxxxxx", "xxx",
                                            "fake",    "foobar", "mock",  "bogus"};
// First words of several.
constexpr std::array<View, 6> kOrders = {"your", "my", "insert", "enter", "change", "replace"};

// What they ask for.
constexpr std::array<View, 5> kAsked = {"password", "secret", "key", "token", "passphrase"};
// First words before "your" or "me".
constexpr std::array<View, 8> kTasks = {"put",  "paste",  "provide", "set",
                                        "fill", "update", "edit",    "override"};

// All of them, kAnywhere first: one pass tells whether a closer look is due.
const AhoCorasick& PlaceholderWords() {
  static const AhoCorasick words = [] {
    std::vector<std::string> all(kAnywhere.begin(), kAnywhere.end());
    all.insert(all.end(), kStandIns.begin(), kStandIns.end());
    all.insert(all.end(), kOrders.begin(), kOrders.end());
    all.insert(all.end(), kTasks.begin(), kTasks.end());
    return AhoCorasick(all);
  }();
  return words;
}

// Three letters between changes of case are in every thousandth random value: Z+cTbdMgw.
bool StandsAlone(View word, View text) {
  if (word.size() >= 5) return true;
  const size_t at = text.find(word);
  const size_t end = at + word.size();
  return (at == 0 || !kAlnum.Has(text[at - 1])) && (end == text.size() || !kAlnum.Has(text[end]));
}

bool HasPlaceholderWord(View v) {
  const std::vector<std::string> words = NameWords(v);
  const auto is_one_of = [](const auto& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  const std::string lower = ToLower(v);
  if (std::any_of(words.begin(), words.end(),
                  [&](const std::string& word) {
                    return is_one_of(kStandIns, word) && StandsAlone(word, lower);
                  }) ||
      lower.ends_with("example") || lower.ends_with("examplekey")) {
    return true;
  }
  if (words.size() < 2) return false;
  if (words[0] == "fake") return true;  // fakeXamZ…: more than chance
  // your-256-bit-secret
  const bool telling = std::any_of(words.begin() + 1, words.end(), [&](const std::string& word) {
    return is_one_of(kAsked, word.substr(0, word.find_last_not_of("0123456789") + 1));
  });
  if (words[0] == "your" && telling) return true;
  if (std::any_of(v.begin(), v.end(), IsDigit)) return false;
  if (is_one_of(kOrders, words[0])) return true;
  // put-your-key-here, set-me
  return is_one_of(kTasks, words[0]) && (words[1] == "your" || words[1] == "me");
}

// :api_key, as SQL and psql bind it.
bool IsBindName(View v) {
  return v.size() > 3 && v[0] == ':' && IsAlpha(v[1]) && kIdentifier.HasAll(v.substr(1)) &&
         std::none_of(v.begin(), v.end(), IsDigit);
}

// ci:$REG_PASS, pass:$NAS_PASS, ci:"$REG_PASS": what follows a login's name, or the kind of source,
// is filled in.
bool IsFilledAfterColon(View v) {
  const size_t colon = std::min({v.find(":$"), v.find(":\"$"), v.find(":'$")});
  if (colon == View::npos || colon == 0 || LooksRandom(Measure(v.substr(0, colon)))) return false;
  View name = v.substr(colon + 1);
  if (name[0] != '$') name = name.substr(1, name.find(name[0], 1) - 1);
  return IsDollarName(name) || (name.size() == 2 && IsAlpha(name[1]));
}

// {.data['password']}, path={.metadata.name},sourceKey=password: as JSONPath picks it
bool IsJsonPath(View v) { return Wrapped(v, "{.", "}") || Contains(v, "={."); }

// _PASSWORD_, #REPLICATION_PASSWORD, as sed replaces it
bool IsCapitalsBetween(View v) {
  if (!Wrapped(v, "_", "_") && !(v.starts_with('#') && Contains(v, "_"))) return false;
  return std::all_of(v.begin() + 1, v.end(), [](char c) { return IsUpper(c) || c == '_'; });
}

// PASSWORD_$INDEX, node-$i-keys: a name with a variable for one of its parts.
bool IsNameWithVariable(View v) {
  constexpr CharClass kJoints("_-");
  constexpr CharClass kVariable("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
  const size_t dollar = v.find('$');
  if (dollar == View::npos || dollar == 0 || !kJoints.Has(v[dollar - 1])) return false;
  const size_t end = kVariable.FindOther(v, dollar + 1);
  if (end == dollar + 1 || (end < v.size() && !kJoints.Has(v[end]))) return false;
  const std::string rest = std::string(v.substr(0, dollar - 1)).append(v.substr(end));
  constexpr CharClass kCapitals("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-");
  const ValueStatistics s = Measure(rest);
  return s.digits == 0 && (kCapitals.HasAll(rest) || LooksLikeName(rest, s));
}

// password=%s, as printf fills it in; %X{token}, as log4j does
bool IsFormat(View v) {
  constexpr size_t kLongest = 6;
  if (Wrapped(v, "%X{", "}")) return true;
  return v.size() <= kLongest && StartsWithAny(v, {"%s", "%q", "%v"});
}

// $ido_password$, $host.vars.pw$: a macro of Icinga; %evt.arg.token) a field of Falco.
bool IsMacro(View v) {
  if (v.size() > 4 && v[0] == '%' && IsLower(v[1])) {
    const View field = v.substr(1, v.find_last_not_of(")"));
    return Contains(field, ".") && kIdentifier.HasAll(field) &&
           std::none_of(field.begin(), field.end(), IsDigit);
  }
  if (v.size() < 5 || v.front() != '$' || v.back() != '$') return false;
  const View name = v.substr(1, v.size() - 2);
  return IsAlpha(name[0]) && kIdentifier.HasAll(name) && name.find_first_of("_.") != View::npos &&
         !LooksRandom(Measure(name));
}

}  // namespace

bool IsVariable(View v) {
  // "'$PW'" of a command's JSON; \$\{PW\} of a pattern for it
  if (v.size() > 3 && v[0] == '\'' && v[1] == '$' && v.back() == '\'') {
    return IsVariable(v.substr(1, v.size() - 2));
  }
  if (v.size() > 4 && StartsWithAny(v, {"\\$\\{", "\\$\\("}) && IsAlpha(v[4])) return true;
  if (v.size() > 2 && v[0] == '`' && IsAlpha(v[1])) return true;  // `cat file` of a shell
  return IsFormat(v) || IsCapitalsBetween(v) || IsJsonPath(v) || IsBraced(v) || IsBracedName(v) ||
         IsDollarName(v) || IsMacro(v) || IsBindName(v) || IsFilledAfterColon(v) ||
         IsNameWithVariable(v);
}

namespace {

// &lt;path:x&gt; of XML and \u003cpath:x\u003e of Go's JSON, with the signs that they stand for.
// The last semicolon may have been taken for the end of the value.
std::string Unescaped(View v) {
  std::string plain;
  for (size_t at = 0; at < v.size();) {
    const View rest = v.substr(at);
    const bool open = StartsWithAny(rest, {"&lt;", "\\u003c", "\\u003C"});
    const bool close = StartsWithAny(rest, {"&gt", "\\u003e", "\\u003E"});
    if (!open && !close) {
      plain += v[at++];
      continue;
    }
    plain += open ? '<' : '>';
    at += rest[0] == '\\' ? 6 : rest.starts_with("&gt;") || open ? 4 : 3;
  }
  return plain;
}

}  // namespace

// <your key>, https://<account>.host: words in angle brackets.
bool IsAngled(View v) {
  // <API_KEY: the other one is missing
  if (v.size() > 4 && v[0] == '<' &&
      std::all_of(v.begin() + 1, v.end(), [](char c) { return IsUpper(c) || c == '_'; })) {
    return true;
  }
  if (Contains(v, "&lt;") || Contains(v, "\\u003")) {
    const std::string plain = Unescaped(v);
    if (plain.size() < v.size()) return IsAngled(plain);
  }
  for (size_t open = v.find('<'); open != View::npos; open = v.find('<', open + 1)) {
    const size_t close = v.find('>', open + 2);
    if (close == View::npos) return false;
    const View inner = v.substr(open + 1, close - open - 1);
    if (IsAlpha(inner[0]) && kWords.HasAll(inner) && Measure(inner).word_likeness >= 4) {
      // 3J~40Mw<RoHk>uDqp@w7i: the angles of a random value
      return !LooksRandom(Measure(std::string(v.substr(0, open)).append(v.substr(close + 1))));
    }
    if (open == 0 && close + 1 == v.size() && kWords.HasAll(inner)) return true;
  }
  return false;
}

namespace {

// PASSWORD, VALUE1: the word for what belongs there. PASSWORD1 is one that people have.
bool IsCapitalStandIn(View v) {
  if (v == "PASSWORD" || v == "PASSWD" || v == "PASSPHRASE") return true;
  if (v.starts_with("REPLACE") && std::all_of(v.begin(), v.end(), IsUpper)) return true;
  if (!v.empty() && IsDigit(v.back())) v.remove_suffix(1);
  return v == "VALUE" || v == "TOKEN" || v == "SECRET" || v == "USERNAME" || v == "STRING";
}

}  // namespace

bool IsPlaceholder(View v) {
  if (kMask.HasAll(v) || kAlnum.HasNone(v) || IsCapitalStandIn(v)) return true;
  // admin:xxxxxxxx, sk-xxxxxxxx, db:5432:app:app:********
  constexpr size_t kShortestMask = 4;
  const View last = v.substr(v.find_last_of(":-_/") + 1);
  if (last.size() >= kShortestMask && kMask.HasAll(last)) return true;
  // app:YOUR_TOKEN, deploy@acme.io:__PASSWORD__: what follows the user
  const size_t colon = v.rfind(':');
  if (colon != View::npos && colon + 5 < v.size()) {
    const View filled = v.substr(colon + 1);
    if (filled.starts_with("YOUR_") || IsCapitalsBetween(filled)) return true;
  }
  // eu01xx77XXXXf1XXXX0bXXXX: parts of it are masked
  const size_t mask = v.find("XXXX");
  if (mask != View::npos && v.find("XXXX", mask + 4) != View::npos) return true;
  // ****1234, and what a log or a tool put in brackets: [MASKED], [your key]
  if (Contains(v, "****") || Contains(v, "••••") || Wrapped(v, "***", "***")) return true;
  if (Wrapped(v, "[", "]") && kWords.HasAll(v.substr(1, v.size() - 2)) &&
      Measure(v).word_likeness >= 4) {
    return true;
  }
  bool anywhere = false;
  bool promising = false;
  PlaceholderWords().Find(
      v, [&](size_t word, size_t) { (word < kAnywhere.size() ? anywhere : promising) = true; });
  if (anywhere) return true;
  return promising && HasPlaceholderWord(v);
}

// Y2hhbmdlLW1l is change-me, as a Secret's data says it, or what Basic carries.
bool IsEncodedPlaceholder(View v) {
  constexpr size_t kLongest = 48;
  if (v.size() < 8 || v.size() > kLongest || v.size() % 4 != 0) return false;
  const std::optional<std::string> text = DecodeAnyBase64(v, kLongest);
  if (!text || !LooksLikeText(*text)) return false;
  // P35bCjx+ gives signs alone by chance; a mask is made of few.
  return (kMask.HasAll(*text) || !kAlnum.HasNone(*text)) && IsPlaceholder(*text);
}

bool IsNothing(View v) {
  constexpr size_t kLongest = 9;
  v = v.substr(0, v.find_last_not_of("):,") + 1);  // secret_key=None):
  if (v.size() > kLongest) return false;
  const std::string lower = ToLower(v);
  for (const View word :
       {"none",    "null",     "nil",   "undefined", "n/a",      "na",      "unset",
        "empty",   "true",     "false", "yes",       "no",       "on",      "off",
        "enabled", "disabled", "auto",  "optional",  "required", "default", "unused",
        "ignored", "random",   "stdin", "prompt",    "not-set",  "not_set"}) {
    if (lower == word) return true;
  }
  return v.size() < 4;
}

bool IsFiller(View v) {
  const ValueStatistics s = Measure(v);
  if (s.distinct <= 2) return true;
  if (s.length >= 8 && s.distinct <= 3) return true;
  if (s.length < 8) return false;
  if (s.steps * 10 >= s.length * 6) return true;
  // aBcDeFgHiJkLmNoPqRsT: the alphabet, every other letter a capital
  return s.length >= 16 && s.upper > 0 && s.lower > 0 &&
         Measure(ToLower(v)).steps * 10 >= s.length * 6;
}

// The varying part of a provider format is filler: ghp_000…, sk-1234567890abcdef1234567890abcdef.
bool HasFillerTail(View v) {
  if (v.size() < 16) return false;
  const View tail = v.substr(v.size() / 2);
  const ValueStatistics s = Measure(tail);
  return s.distinct <= 2 || s.steps * 10 >= s.length * 7;
}

bool IsVendorConstant(View v) {
  return v.ends_with("EXAMPLE") || v.ends_with("EXAMPLEKEY") ||
         v.starts_with("pk.eyJ1Ijoi") ||             // public map token
         v == "foobared" ||                          // redis.conf
         v == "SomeRandomStringOf32CharsExactly" ||  // Laravel's programs
         v == "SW2YcwTIb9zpOOhoPsMm" ||              // grafana.ini
         v == "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/"
              "KBHBeksoGMGw==";
}

}  // namespace keysteward::detection::forms
