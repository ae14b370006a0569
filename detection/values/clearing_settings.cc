// Values of ordinary settings: versions, regions, algorithms, methods, header names,
// colon-separated names, notes and documents whose members are judged one by one.
#include <string>
#include <vector>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/values/clearing_forms.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection::forms {
namespace {

constexpr CharClass kDigits("0123456789");
constexpr CharClass kLowerCase("abcdefghijklmnopqrstuvwxyz");
constexpr CharClass kHeaderChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");
constexpr CharClass kTimeChars("0123456789-:.TZ+");

bool OneOf(View word, std::initializer_list<View> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsAlgorithmWord(View word) {
  if (kDigits.HasAll(word))
    return OneOf(word,
                 {"128", "192", "224", "256", "384", "512", "2048", "4096", "1", "2", "3", "5"});
  return OneOf(word, {"aes",     "aes128",     "aes256",   "rsa",      "rsa2048",   "rsa4096",
                      "dsa",     "ecdsa",      "ed25519",  "gcm",      "cbc",       "ctr",
                      "hmac",    "sha",        "sha1",     "sha2",     "sha256",    "sha384",
                      "sha512",  "md5",        "scram",    "bcrypt",   "scrypt",    "argon2",
                      "argon2i", "argon2id",   "pbkdf2",   "rs256",    "rs384",     "rs512",
                      "hs256",   "hs384",      "hs512",    "es256",    "es384",     "es512",
                      "ps256",   "p",          "p256",     "p384",     "secp256k1", "prime256v1",
                      "x25519",  "curve25519", "chacha20", "poly1305", "x509",      "pkcs1",
                      "pkcs8",   "pkcs12",     "jks",      "pem",      "der",       "plain",
                      "basic",   "bearer",     "digest",   "ntlm",     "kerberos",  "gssapi",
                      "ldap",    "saml",       "oidc",     "oauth",    "oauth2",    "oauthbearer",
                      "oaep",    "pss",        "jwt",      "mtls",     "openid",    "xchacha20"});
}

// v1.2.3, 1.25-alpine: digits joined by dots.
bool IsVersion(View v) {
  // ^3.0.0, ~1.2, >=1.26: versions that another one may have
  v.remove_prefix(std::min(v.find_first_not_of("^~<>="), v.size()));
  if (v.starts_with('v')) v.remove_prefix(1);
  size_t dots = 0;
  size_t at = 0;
  while (at < v.size() && (IsDigit(v[at]) || v[at] == '.')) dots += v[at++] == '.';
  if (dots == 0 || dots > 3 || at > 16 || !IsDigit(v[0])) return false;
  const View suffix = v.substr(at);
  return suffix.empty() || (suffix[0] == '-' && LooksLikeName(suffix.substr(1), Measure(suffix)));
}

// eu-west-1, us-gov-east-2
bool IsRegion(View v) {
  if (v.size() < 6 || v.size() > 20 || v[2] != '-' || !IsDigit(v.back())) return false;
  if (!kLowerCase.HasAll(v.substr(0, 2))) return false;
  for (const View direction : {"-west-", "-east-", "-central-", "-north-", "-south-", "-west",
                               "-east", "-central", "-north", "-south"}) {
    if (Contains(v, direction)) return v.find_first_of("0123456789") == v.size() - 1;
  }
  return false;
}

// ^5.0.0 || ^6.0.2, as npm writes it
bool IsVersionRange(View v) {
  size_t joint = v.find(" || ");
  if (joint == View::npos) return false;
  for (; joint != View::npos; joint = v.find(" || ")) {
    if (!IsVersion(v.substr(0, joint))) return false;
    v.remove_prefix(joint + 4);
  }
  return IsVersion(v);
}

// passwd: files sss, of nsswitch.conf: where users are looked up
bool IsNameServices(View v) {
  bool any = false;
  while (!v.empty()) {
    const View word = v.substr(0, v.find(' '));
    if (!word.empty() && !OneOf(word, {"compat", "files", "systemd", "sss", "winbind", "nis",
                                       "nisplus", "ldap", "mymachines", "db"})) {
      return false;
    }
    any |= OneOf(word, {"compat", "files"});
    v.remove_prefix(std::min(word.size() + 1, v.size()));
  }
  return any;
}

bool IsTimestamp(View v) {
  return v.size() >= 16 && v.size() <= 35 && v[4] == '-' && v[7] == '-' && v[10] == 'T' &&
         kTimeChars.HasAll(v);
}

}  // namespace

bool IsSetting(View v) {
  // update_password: on_create, of Ansible; <settings pass="oobeSystem">, of Windows' set-up
  if (OneOf(v, {"on_create", "always", "oobeSystem", "specialize", "windowsPE", "auditSystem",
                "auditUser", "generalize", "offlineServicing"})) {
    return true;
  }
  if (IsVersion(v) || IsVersionRange(v) || IsRegion(v) || IsTimestamp(v) || IsNameServices(v)) {
    return true;
  }
  // nginx:1.25
  const size_t colon = v.find(':');
  if (colon != View::npos && LooksLikeName(v.substr(0, colon), Measure(v.substr(0, colon))) &&
      IsVersion(v.substr(colon + 1))) {
    return true;
  }
  const std::vector<std::string> words = v.size() <= 32 ? NameWords(v) : std::vector<std::string>();
  return !words.empty() && std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return IsAlgorithmWord(word);
  });
}

// X-Api-Key, Authorization
bool IsHeaderName(View v) {
  return v == "Authorization" || v == "Proxy-Authorization" ||
         ((v.starts_with("X-") || v.starts_with("x-")) && kHeaderChars.HasAll(v));
}

// signing-key:passphrase: a Secret's name, or a store's, and the entry
bool IsEntryName(View v) {
  const size_t colon = v.find(':');
  if (colon == View::npos || std::any_of(v.begin(), v.end(), IsDigit)) return false;
  const View owner = v.substr(0, colon);
  return OneOf(v.substr(colon + 1), {"password", "passphrase", "token", "secret", "key"}) &&
         Contains(owner, "-") && LooksLikeName(owner, Measure(owner));
}

// system:serviceaccount:shop:api, orders:cache:v1
bool IsColonName(View v) {
  size_t parts = 0;
  while (!v.empty()) {
    const size_t end = std::min(v.find(':'), v.size());
    const View part = v.substr(0, end);
    const bool version = part.size() == 2 && part[0] == 'v' && IsDigit(part[1]);
    if (part.empty() || (!version && std::any_of(part.begin(), part.end(), IsDigit))) return false;
    if (!LooksLikeName(part, Measure(part))) return false;
    ++parts;
    v.remove_prefix(std::min(end + 1, v.size()));
  }
  return parts >= 2;
}

namespace {

// managed-by-vault, injected_at_runtime, from_file, FROM-EXTERNAL-VAULT-PROVIDER, unused_here
bool TellsWhoFillsItIn(View v) {
  const std::vector<std::string> words = NameWords(v);
  constexpr size_t kMostWords = 8;
  if (words.size() >= 2 && words.size() <= kMostWords) {
    const bool store = std::any_of(words.begin() + 1, words.end(), [](const std::string& word) {
      return OneOf(word, {"vault", "secret", "secrets", "env", "provider", "external"});
    });
    if (words[0] == "from" && (words.size() <= 3 || store)) return true;
    // password_not_set, not_deployed
    for (size_t i = 0; i + 1 < words.size() && words.size() <= 4; ++i) {
      if (words[i] == "not" &&
          OneOf(words[i + 1], {"set", "deployed", "used", "available", "configured", "defined",
                               "needed", "required", "applicable", "provided", "given"})) {
        return true;
      }
    }
    if (OneOf(words[0], {"unused", "see"})) return true;
    if (words.size() == 2 && words[0] == "fill" && words[1] == "in") return true;
  }
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (OneOf(words[i], {"stored", "managed", "generated", "injected", "provided", "supplied",
                         "set", "defined", "created", "fetched", "loaded", "synced", "mounted"}) &&
        OneOf(words[i + 1], {"by", "in", "via", "from", "at", "externally", "elsewhere"})) {
      return true;
    }
  }
  return false;
}

}  // namespace

// "stored in vault", "(hidden)", "(configured" up to a blank: says where it is instead of what it
// is.
bool IsNote(View v) {
  // of OpenStack's policies: who may do it
  if (StartsWithAny(v, {"rule:", "role:"}) && !LooksRandom(Measure(v.substr(5)))) return true;
  if (v.starts_with("# ") && !Contains(v, "\n")) return true;
  if (std::any_of(v.begin(), v.end(), IsDigit)) return false;
  if (Wrapped(v, "(", ")")) return Measure(v).word_likeness >= 4.5;
  if (v.size() > 3 && v[0] == '(' && std::all_of(v.begin() + 1, v.end(), IsLower)) return true;
  if (!Contains(v, " ")) {
    return TellsWhoFillsItIn(v) ||
           OneOf(v, {"hidden", "masked", "generated", "autogenerate", "autogenerated",
                     "auto-generated", "from-secret", "from-vault", "secret-name", "omitted",
                     "overridden", "overriden", "notused"});
  }
  for (const View word :
       {"by", "in", "via", "at", "see", "from", "with", "the", "of", "is", "to", "your", "set"}) {
    const size_t at = v.find(word);
    if (at == View::npos) continue;
    const bool begins = at == 0 || v[at - 1] == ' ';
    const bool ends = at + word.size() == v.size() || v[at + word.size()] == ' ';
    if (begins && ends) return true;
  }
  return false;
}

// {"user": "x"}: its members are leaves of their own.
bool IsDocument(View v) {
  return (Wrapped(v, "{", "}") && Contains(v, "\":")) ||
         (Wrapped(v, "[", "]") && Contains(v, "\""));
}

}  // namespace keysteward::detection::forms
