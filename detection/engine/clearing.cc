#include "detection/engine/clearing.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <string>

#include "common/strings.h"
#include "detection/engine/names.h"
#include "detection/engine/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

bool Contains(View text, View part) { return text.find(part) != View::npos; }
bool StartsWithAny(View text, std::initializer_list<View> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](View s) { return text.starts_with(s); });
}
bool AllOf(View text, View allowed) { return text.find_first_not_of(allowed) == View::npos; }
bool Wrapped(View text, View open, View close) {
  return text.size() > open.size() + close.size() && text.starts_with(open) &&
         text.ends_with(close);
}
bool IsAlpha(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr View kHex = "0123456789abcdefABCDEF";
constexpr View kIdentifier = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

// --- forms that are filled in elsewhere -------------------------------------------------------

bool IsVariable(View v) {
  if (Contains(v, "{{") && Contains(v, "}}")) return true;
  for (const auto& [open, close] : {std::pair<View, View>{"${", "}"},
                                    {"$(", ")"},
                                    {"#{", "}"},
                                    {"[[", "]]"},
                                    {"<%", "%>"},
                                    {"%", "%"},
                                    {"@", "@"},
                                    {"__", "__"},
                                    {"$__", "__"},
                                    {"$[", "]"}}) {
    if (Wrapped(v, open, close)) return true;
  }
  if ((Contains(v, "${") && Contains(v, "}")) || (Contains(v, "$(") && Contains(v, ")"))) {
    return true;
  }
  // $(command, cut off at the blank before its arguments
  if (v.starts_with("$(") && v.size() > 2 && IsAlpha(v[2])) return true;
  // $NAME, as a shell writes it
  return v.size() > 2 && v[0] == '$' && (IsAlpha(v[1]) || v[1] == '_') &&
         AllOf(v.substr(1), kIdentifier) && v.find_first_of("0123456789abcdef") == View::npos;
}

bool IsAngled(View v) {
  return Wrapped(v, "<", ">") || (Contains(v, "<") && v.find('>', v.find('<') + 2) != View::npos);
}

bool IsPlaceholder(View v) {
  static constexpr std::array<View, 17> kAnywhere = {
      "changeme",    "change-me",  "change_me", "replaceme",    "replace-me",   "replace_me",
      "placeholder", "redacted",   "to-be-",    "tobereplaced", "yourpassword", "yoursecret",
      "notarealkey", "not-a-real", "fill-me",   "fillmein",     "insert-your"};
  const std::string lower = ToLower(v);
  for (const View word : kAnywhere) {
    if (Contains(lower, word)) return true;
  }
  if (AllOf(lower, "x*.-_ #?")) return true;
  const std::vector<std::string> words = NameWords(v);
  if (words.empty()) return true;
  static constexpr std::array<View, 12> kWords = {"example", "dummy",  "fixme", "todo",
                                                  "tbd",     "sample", "xxxx",  "xxxxx",
                                                  "xxxxxx",  "xxx",    "fake",  "foobar"};
  const auto is_word = [](const std::string& word) {
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
  };
  if (std::any_of(words.begin(), words.end(), is_word) || lower.ends_with("example") ||
      lower.ends_with("examplekey")) {
    return true;
  }
  return words.size() > 1 &&
         (words[0] == "your" || words[0] == "my" || words[0] == "insert" || words[0] == "enter" ||
          words[0] == "change" || words[0] == "replace") &&
         Measure(v).digits == 0;
}

bool IsNothing(View v) {
  const std::string lower = ToLower(v);
  for (const View word :
       {"none", "null",     "nil",      "undefined", "n/a",    "na",      "unset",   "empty",
        "true", "false",    "yes",      "no",        "on",     "off",     "enabled", "disabled",
        "auto", "optional", "required", "default",   "unused", "ignored", "random"}) {
    if (lower == word) return true;
  }
  return v.size() < 4;
}

// --- filler ------------------------------------------------------------------------------------

bool IsFiller(View v) {
  const ValueStatistics s = Measure(v);
  if (s.distinct <= 2) return true;
  if (s.length >= 8 && s.distinct <= 3) return true;
  return s.length >= 8 && s.steps * 10 >= s.length * 6;
}

// The varying part of a provider format is filler: ghp_000…, sk-1234567890abcdef1234567890abcdef.
bool HasFillerTail(View v) {
  if (v.size() < 16) return false;
  const View tail = v.substr(v.size() / 2);
  const ValueStatistics s = Measure(tail);
  return s.distinct <= 2 || s.steps * 10 >= s.length * 7;
}

// --- other things than credentials ---------------------------------------------------------------

bool IsNumber(View v) {
  const size_t digits = std::count_if(v.begin(), v.end(), IsDigit);
  if (digits == 0) return false;
  if (AllOf(v, "0123456789.,-+:/_eE ")) return true;
  // Quantities and durations: 10Mi, 1h30m, 250m, 30days
  const size_t letters = v.size() - digits;
  return IsDigit(v[0]) && letters <= 4 && v.size() <= 8 && AllOf(v, "0123456789.KMGTPEihmsdnuywab");
}

bool IsUuid(View v) {
  if (v.size() != 36) return false;
  for (size_t i = 0; i < v.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? v[i] != '-' : kHex.find(v[i]) == View::npos) return false;
  }
  return true;
}

bool IsDigest(View v) {
  const size_t colon = v.find(':');
  if (colon == View::npos) return Contains(v, "@sha256:");
  const View name = v.substr(0, colon);
  return (name == "sha256" || name == "sha512" || name == "sha1" || name == "md5" ||
          Contains(v, "@sha256:")) &&
         v.size() > colon + 16;
}

// A line of htpasswd, user:hash, is as harmless as its hash.
View WithoutUser(View v) {
  const size_t colon = v.find_first_of(":${");
  const bool user = colon != View::npos && colon > 0 && v[colon] == ':' && colon + 1 < v.size() &&
                    (v[colon + 1] == '$' || v[colon + 1] == '{');
  return user ? v.substr(colon + 1) : v;
}

bool IsPasswordHash(View v) {
  return StartsWithAny(
      WithoutUser(v),
      {"$2a$", "$2b$", "$2y$", "$argon2", "$6$", "$5$", "$1$", "$apr1$", "{SHA}", "{SSHA}",
       "pbkdf2", "$scrypt$", "$pbkdf2", "scrypt:", "SCRAM-SHA-256$", "{bcrypt}", "bcrypt:"});
}

bool IsCiphertext(View v) {
  return StartsWithAny(
             v, {"ENC[", "vault:v", "-----BEGIN AGE ENCRYPTED", "-----BEGIN PGP MESSAGE", "AgA",
                 "AgB", "AgC", "AgD", "$ANSIBLE_VAULT", "!vault", "kms://", "AQICAH", "ejson:"}) &&
         (v.size() > 24 || v.starts_with("ENC["));
}

bool IsPublicMaterial(View v) {
  return Contains(v, "-----BEGIN CERTIFICATE") || Contains(v, "-----BEGIN PUBLIC KEY") ||
         Contains(v, "-----BEGIN RSA PUBLIC KEY") || Contains(v, "-----BEGIN PGP PUBLIC KEY") ||
         StartsWithAny(v, {"ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "age1",
                           "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t", "RWQ", "pk_live_", "pk_test_"});
}

bool IsReference(View v) {
  return StartsWithAny(
      v, {"arn:",       "vault:secret",  "vault:",     "ref+",         "op://",
          "secret://",  "ssm://",        "ssm:",       "sm://",        "gcp-sm:",
          "gcp:secret", "berglas://",    "akeyless:",  "projects/",    "@Microsoft.KeyVault(",
          "{{resolve:", "azurekeyvault", "keyvault",   "file:",        "file://",
          "env:",       "env://",        "awssm:",     "aws-sm:",      "secretsmanager:",
          "k8s:",       "kubernetes:",   "doppler://", "infisical://", "conjur:",
          "barbican:",  "sops:",         "secretref:", "secret/",      "kv/",
          "<path:",     "avp:"});
}

bool IsPath(View v) {
  if (v.find_first_of(" \t\n") != View::npos || v.size() < 2) return false;
  if (v.starts_with("./") || v.starts_with("../") || v.starts_with("~/")) return true;
  const ValueStatistics s = Measure(v);
  const bool absolute = v[0] == '/' && IsAlpha(v[1] == '.' && v.size() > 2 ? v[2] : v[1]) &&
                        std::count(v.begin(), v.end(), '/') >= 1 && s.word_likeness >= 4.5;
  if (absolute) return true;
  for (const View end : {".pem", ".key", ".crt", ".json", ".yaml", ".yml", ".txt", ".conf", ".env",
                         ".jks", ".p12", ".svc", ".local", ".toml", ".cfg"}) {
    if (v.ends_with(end) && !LooksRandom(Measure(v.substr(0, v.size() - end.size())))) return true;
  }
  return false;
}

bool IsUrlWithoutUser(View v) {
  const size_t scheme = v.find("://");
  if (scheme == View::npos || scheme == 0 || scheme > 20) return false;
  const size_t slash = v.find_first_of("/?#", scheme + 3);
  const size_t query = v.find('?');
  if (query != View::npos && LooksRandom(Measure(v.substr(query + 1)))) return false;
  return !Contains(v.substr(scheme, slash - scheme), "@");
}

bool IsHostOrAddress(View v) {
  const size_t at = v.find('@');
  if (at != View::npos) {  // an e-mail address
    const View host = v.substr(at + 1);
    return at > 0 && Contains(host, ".") && AllOf(v.substr(0, at), kIdentifier) &&
           AllOf(host, kIdentifier) && Measure(host).word_likeness >= 4;
  }
  return Contains(v, ".svc") || v.ends_with(".com") || v.ends_with(".io") || v.ends_with(".dev") ||
         v.ends_with(".org") || v.ends_with(".net") || v.ends_with(".internal");
}

bool IsImage(View v) {
  const size_t slash = v.find('/');
  const size_t colon = v.rfind(':');
  return slash != View::npos && colon != View::npos && colon > slash && colon + 1 < v.size() &&
         Measure(v.substr(0, colon)).word_likeness >= 4.5 && v.size() - colon < 40 &&
         v.find_first_of(" =@") == View::npos;
}

bool IsProse(View v) {
  const ValueStatistics s = Measure(v);
  return s.blanks >= 3 && s.word_likeness >= 4.9;
}

bool IsVendorConstant(View v) {
  return v.ends_with("EXAMPLE") || v.ends_with("EXAMPLEKEY") ||
         v.starts_with("pk.eyJ1Ijoi") ||  // public map token
         v == "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/"
              "KBHBeksoGMGw==";
}

struct Rule {
  bool (*holds)(View);
  View reason;
  bool named = true;     // applies beside a name
  bool password = true;  // applies beside the name of a password
  bool format = true;    // applies to a provider's format
};

constexpr Rule kRules[] = {
    {IsVariable, "a variable, filled in elsewhere"},
    {IsAngled, "a placeholder in angle brackets"},
    {IsVendorConstant, "a constant that the vendor publishes for documentation"},
    {IsPlaceholder, "a placeholder"},
    {IsNothing, "empty or a switch", true, true, false},
    {IsFiller, "filler characters", true, false, true},
    {HasFillerTail, "filler characters", false, false, true},
    {IsCiphertext, "ciphertext", true, true, false},
    {IsPasswordHash, "a hash, not a password"},
    {IsPublicMaterial, "a public key or certificate", true, true, false},
    {IsReference, "a reference to a secret store", true, true, false},
    {IsNumber, "a number, quantity or duration", true, false, false},
    {IsUuid, "a UUID", true, true, false},
    {IsDigest, "a digest"},
    {IsPath, "a path", true, true, false},
    {IsUrlWithoutUser, "a URL without a password", true, true, false},
    {IsHostOrAddress, "a host name or e-mail address", true, true, false},
    {IsImage, "an image reference", true, true, false},
    {IsProse, "prose", true, true, false},
};

}  // namespace

std::optional<View> ClearedBecause(View value, Claim claim) {
  value = Trim(value);
  for (const Rule& rule : kRules) {
    const bool applies = claim == Claim::kFormat     ? rule.format
                         : claim == Claim::kPassword ? rule.password
                                                     : rule.named;
    if (applies && rule.holds(value)) return rule.reason;
  }
  return std::nullopt;
}

}  // namespace keysteward::detection
