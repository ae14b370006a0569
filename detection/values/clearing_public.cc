// Values that are harmless to publish: numbers, digests, hashes, ciphertext, public keys.
#include <algorithm>
#include <string>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/values/clearing_forms.h"

namespace keysteward::detection::forms {
namespace {

constexpr CharClass kNumeric("0123456789.,-+:/_eE ");
constexpr CharClass kQuantity("0123456789.KMGTPEihmsdnuywab");
constexpr CharClass kHex("0123456789abcdefABCDEF");
constexpr CharClass kBase64("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

}  // namespace

bool IsNumber(View v) {
  const size_t digits = std::count_if(v.begin(), v.end(), IsDigit);
  if (digits == 0) return false;
  if (kNumeric.HasAll(v)) return true;
  return IsQuantity(v);
}

// 10Mi, 1h30m, 250m, 30days
bool IsQuantity(View v) {
  const size_t digits = std::count_if(v.begin(), v.end(), IsDigit);
  const size_t letters = v.size() - digits;
  return !v.empty() && IsDigit(v[0]) && letters > 0 && letters <= 4 && v.size() <= 8 &&
         kQuantity.HasAll(v);
}

// AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE, 12345678-1234-1234-1234-123456789012: made by hand.
bool IsDummyUuid(View v) {
  if (!IsUuid(v)) return false;
  bool repeats = true;
  bool counts = true;
  while (!v.empty()) {
    const View group = v.substr(0, v.find('-'));
    repeats &= group.find_first_not_of(group[0]) == View::npos;
    for (size_t i = 0; i < group.size(); ++i) {
      counts &= group[i] == static_cast<char>('0' + (i + 1) % 10);
    }
    v.remove_prefix(std::min(group.size() + 1, v.size()));
  }
  return repeats || counts;
}

// workspace_<uuid>_secret_<uuid>_v1: ids of what is kept elsewhere, words between them.
bool IsIdOfIds(View v) {
  constexpr size_t kUuid = 36;
  size_t ids = 0;
  while (!v.empty()) {
    if (IsUuid(v.substr(0, kUuid))) {
      ++ids;
      v.remove_prefix(kUuid);
    } else {
      const bool version = IsDigit(v[0]) && v.size() == 1;
      if (!IsAlpha(v[0]) && v[0] != '_' && v[0] != '-' && !version) return false;
      v.remove_prefix(1);
    }
  }
  return ids >= 2;
}

bool IsUuid(View v) {
  if (v.size() != 36) return false;
  for (size_t i = 0; i < v.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? v[i] != '-' : !kHex.Has(v[i])) return false;
  }
  return true;
}

namespace {

// AA:BB:CC:…, of a key or a certificate.
bool IsFingerprint(View v) {
  constexpr size_t kShortest = 16 * 3 - 1;  // MD5's
  if (v.size() < kShortest || v.size() % 3 != 2) return false;
  for (size_t i = 0; i < v.size(); ++i) {
    if (i % 3 == 2 ? v[i] != ':' : !kHex.Has(v[i])) return false;
  }
  return true;
}

}  // namespace

// sha256:x, SHA256:x of SSH, sha256-x of a page's integrity
bool IsDigest(View v) {
  if (Contains(v, "@sha256:") || IsFingerprint(v)) return true;
  const size_t mark = v.find_first_of(":-");
  constexpr size_t kLongestName = 6;
  if (mark == View::npos || mark > kLongestName) return false;
  const std::string name = ToLower(v.substr(0, mark));
  return (name == "sha256" || name == "sha384" || name == "sha512" || name == "sha1" ||
          name == "md5") &&
         v.size() > mark + (v[mark] == ':' ? 16 : 24);
}

namespace {

// A line of htpasswd, user:hash, is as harmless as its hash.
View WithoutUser(View v) {
  const size_t colon = v.find_first_of(":${");
  const bool user = colon != View::npos && colon > 0 && v[colon] == ':' && colon + 1 < v.size() &&
                    (v[colon + 1] == '$' || v[colon + 1] == '{');
  return user ? v.substr(colon + 1) : v;
}

// {SSHA512}x, {bcrypt}x: LDAP's and Spring's way to name how it was hashed. {xor}x and {PLAIN}x are
// as good as clear.
bool IsHashScheme(View v) {
  constexpr size_t kLongestScheme = 24;
  if (!v.starts_with('{')) return false;
  const size_t close = v.substr(0, kLongestScheme).find('}');
  if (close == View::npos) return false;
  const std::string scheme = ToLower(v.substr(1, close - 1));
  return StartsWithAny(scheme, {"sha", "ssha", "smd5", "md5", "crypt", "bcrypt", "scrypt", "pbkdf2",
                                "argon2", "blf-crypt"});
}

// {AQAAABAAAAAw…=}: Maven and Jenkins encrypt so.
bool IsBracedCiphertext(View v) {
  constexpr size_t kShortest = 16;
  if (v.size() < kShortest + 2 || !Wrapped(v, "{", "}")) return false;
  const View inner = v.substr(1, v.size() - 2);
  return kBase64.HasAll(inner) && (inner.ends_with('=') || inner.size() % 4 == 0);
}

}  // namespace

bool IsPasswordHash(View v) {
  const View hash = WithoutUser(v);
  // PostgreSQL's: md5 and 32 digits
  constexpr size_t kPostgres = 35;
  if (v.size() == kPostgres && v.starts_with("md5") && kHex.HasAll(v.substr(3))) return true;
  return IsHashScheme(hash) ||
         StartsWithAny(
             hash, {"$2a$", "$2b$", "$2y$", "$argon2", "$6$", "$5$", "$1$", "$y$", "$7$", "$apr1$",
                    "pbkdf2", "$scrypt$", "$pbkdf2", "scrypt:", "SCRAM-SHA-", "bcrypt:"});
}

// https://<32 hex digits>@o1.ingest.sentry.io/2: stands in every page that reports its errors.
bool IsReportAddress(View v) {
  constexpr size_t kKey = 32;
  if (!StartsWithAny(v, {"https://", "http://"})) return false;
  v.remove_prefix(v.find("://") + 3);
  if (v.size() < kKey + 4 || v[kKey] != '@' || !kHex.HasAll(v.substr(0, kKey))) return false;
  const View project = v.substr(v.rfind('/') + 1);
  return project.size() < v.size() && !project.empty() &&
         std::all_of(project.begin(), project.end(), IsDigit);
}

bool IsCiphertext(View v) {
  if (v.starts_with("ENC[")) return true;
  // Jasypt, Spring Cloud Config, WebLogic and Liberty, Mule, and Rails' credentials
  if (Wrapped(v, "ENC(", ")") || Wrapped(v, "![", "]") || Contains(v, "==--") ||
      StartsWithAny(v, {"{cipher}", "{AES}", "{aes}", "{AES256}", "{AES-256}"}) ||
      IsBracedCiphertext(v)) {
    return true;
  }
  // Sealed with RSA, or by KMS: no shorter one exists, but keys begin like them.
  constexpr size_t kShortestSealed = 100;
  // and by OpenPGP.
  if (StartsWithAny(
          v, {"AgA", "AgB", "AgC", "AgD", "AQICAH", "CiQA", "wcFMA", "wcBMA", "hQEMA", "hQIMA"})) {
    return v.size() > kShortestSealed;
  }
  return v.size() > 24 &&
         StartsWithAny(v, {"vault:v", "-----BEGIN AGE ENCRYPTED", "-----BEGIN PGP MESSAGE",
                           "$ANSIBLE_VAULT", "!vault", "kms://", "ejson:", "age-encryption.org/",
                           "U2FsdGVkX1",                  // "Salted__", OpenSSL's
                           "AEdJVENSWVBU",                // "\0GITCRYPT"
                           "YWdlLWVuY3J5cHRpb24ub3Jn"});  // "age-encryption.org"
}

bool IsPublicMaterial(View v) {
  constexpr size_t kMinisign = 56;  // base64 of a public key, its algorithm and number
  if (v.size() == kMinisign && v.starts_with("RWQ")) return true;
  // a signature of ECDSA over P-256
  if (v.size() >= 92 && v.size() <= 104 && StartsWithAny(v, {"MEUCI", "MEYCI", "MEQCI"}) &&
      kBase64.HasAll(v)) {
    return true;
  }
  return Contains(v, "-----BEGIN CERTIFICATE") || Contains(v, "-----BEGIN PUBLIC KEY") ||
         Contains(v, "-----BEGIN RSA PUBLIC KEY") || Contains(v, "-----BEGIN PGP PUBLIC KEY") ||
         v == "-----BEGIN" || v == "ssh-rsa" || v == "ssh-ed25519" ||  // cut off at a blank
         StartsWithAny(v, {"ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "age1",
                           // keys without their banner: of SSH, and as DER of RSA, EC and Ed25519
                           "AAAAB3NzaC1yc2E", "AAAAC3NzaC1lZDI1NTE5", "AAAAE2VjZHNhLXNoYTI",
                           "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8A",
                           "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", "MCowBQYDK2VwAyEA",
                           "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t", "pk_live_", "pk_test_", "phc_"});
}

}  // namespace keysteward::detection::forms
