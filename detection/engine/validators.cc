#include "detection/engine/validators.h"

#include <algorithm>

#include "common/strings.h"
#include "detection/engine/key_structure.h"
#include "detection/values/checksums.h"
#include "detection/values/clearing.h"
#include "detection/values/clearing_forms.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

// prefix_ + random characters + six characters of checksum over the random ones.
Validation CheckCrc32(std::string_view token) {
  const size_t prefix = token.rfind('_');
  const std::string_view body = token.substr(prefix == std::string_view::npos ? 0 : prefix + 1);
  if (body.size() < 7) return {Proof::kDoubtful, "too short for its checksum"};
  if (Crc32Base62(body.substr(0, body.size() - 6)) == body.substr(body.size() - 6)) {
    return {Proof::kConfirmed, "its checksum is right"};
  }
  return {Proof::kDoubtful, "its checksum is wrong"};
}

// Key ids made since 2019 carry the account in base 32 after the prefix.
Validation CheckAwsKeyId(std::string_view id) {
  if (id.size() != 20) return {Proof::kRefuted, "not twenty characters"};
  for (const char c : id.substr(4)) {
    const bool base32 = (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
    if (!base32) return {Proof::kDoubtful, "its characters are not base 32"};
  }
  return {Proof::kConfirmed, "the key id decodes to an account"};
}

// An identity of age: its characters end with a checksum. Only a proof: the form tells enough.
Validation CheckBech32(std::string_view key) {
  constexpr size_t kChecksum = 6;
  const size_t one = key.rfind('1');
  if (one == std::string_view::npos || key.size() - one <= kChecksum + 1) return {};
  const std::string_view data = key.substr(one + 1, key.size() - one - 1 - kChecksum);
  const std::string wanted = Bech32Checksum(ToLower(key.substr(0, one)), data);
  if (ToLower(key.substr(key.size() - kChecksum)) != wanted) return {};
  return {Proof::kConfirmed, "its checksum is right"};
}

Validation CheckRandom(std::string_view credential) {
  const ValueStatistics s = Measure(credential);
  if (LooksRandom(s)) return {Proof::kConfirmed, "it reads like random characters"};
  if (s.length < 16 && s.digits > 0 && s.lower + s.upper > 0) return {Proof::kNone, ""};
  return {Proof::kRefuted, "it reads like words"};
}

Validation CheckUserPassword(std::string_view encoded) {
  const std::optional<std::string> login = EncodedLogin(encoded);
  if (!login) return {Proof::kRefuted, "no user and password in base64"};
  if (ClearedBecause(std::string_view(*login).substr(login->find(':') + 1), Claim::kPassword)) {
    return {Proof::kRefuted, "its password is a placeholder"};
  }
  return {Proof::kConfirmed, "it decodes to a user and a password"};
}

Validation CheckUrlPassword(std::string_view password) {
  // Where a password stands, a UUID is one: some issuers make no others.
  if (forms::IsUuid(password) && !forms::IsDummyUuid(password)) {
    return {Proof::kConfirmed, "the password stands in clear"};
  }
  if (ClearedBecause(password, Claim::kPassword)) return {Proof::kRefuted, "a placeholder"};
  return {Proof::kConfirmed, "the password stands in clear"};
}

bool HasClass(const ValueStatistics& s, CharacterClass wanted) {
  switch (wanted) {
    case CharacterClass::kUpper:
      return s.upper > 0;
    case CharacterClass::kLower:
      return s.lower > 0;
    case CharacterClass::kDigit:
      return s.digits > 0;
    case CharacterClass::kSpecial:
      return s.specials > 0;
  }
  return false;
}

}  // namespace

bool MeetsRequirements(const Rule& rule, std::string_view credential) {
  if (rule.minimum_entropy <= 0 && rule.required_classes.empty()) return true;
  const ValueStatistics s = Measure(credential);
  if (s.entropy < rule.minimum_entropy) return false;
  return std::all_of(rule.required_classes.begin(), rule.required_classes.end(),
                     [&](CharacterClass wanted) { return HasClass(s, wanted); });
}

Validation Validate(const Rule& rule, std::string_view credential, std::string_view after) {
  if (!MeetsRequirements(rule, credential)) return {Proof::kRefuted, "too plain for this rule"};
  return Validate(rule.validator, credential, after);
}

std::optional<std::string> EncodedLogin(std::string_view encoded) {
  std::optional<std::string> text = DecodeAnyBase64(encoded, 4096);
  if (!text || !LooksLikeText(*text)) return std::nullopt;
  const size_t colon = text->find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text->size()) return std::nullopt;
  return text;
}

Validation Validate(Validator validator, std::string_view credential, std::string_view after) {
  switch (validator) {
    case Validator::kNone:
      return {};
    case Validator::kCrc32Base62:
      return CheckCrc32(credential);
    case Validator::kJwt:
      return CheckJwt(credential);
    case Validator::kPem:
      return CheckPem(after);
    case Validator::kAwsKeyId:
      return CheckAwsKeyId(credential);
    case Validator::kRandom:
      return CheckRandom(credential);
    case Validator::kUrlPassword:
      return CheckUrlPassword(credential);
    case Validator::kUserPassword:
      return CheckUserPassword(credential);
    case Validator::kBase64Binary:
      return CheckBase64Binary(credential);
    case Validator::kPrivateKeyDer:
      return CheckPrivateKeyDer(credential);
    case Validator::kDiscordId:
      return CheckDiscordId(credential);
    case Validator::kBech32:
      return CheckBech32(credential);
  }
  return {};
}

}  // namespace keysteward::detection
