#include "detection/engine/validators.h"

#include <algorithm>
#include <cctype>

#include "detection/engine/clearing.h"
#include "detection/engine/statistics.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

uint32_t Crc32(std::string_view text) {
  uint32_t crc = 0xFFFFFFFFu;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

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

bool IsJsonObject(std::string_view segment, std::string_view member) {
  const std::optional<std::string> text = DecodeAnyBase64(segment, 64u << 10);
  if (!text || text->empty() || (*text)[0] != '{') return false;
  const Result<ManifestFile> json = ManifestReader().ReadJson(*text);
  if (!json || json->documents.empty()) return false;
  const Node* root = json->documents[0].root;
  return root->is_mapping() && (member.empty() || root->Find(member) != nullptr);
}

Validation CheckJwt(std::string_view token) {
  const size_t first = token.find('.');
  const size_t second = token.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) {
    return {Proof::kRefuted, "not three parts"};
  }
  if (!IsJsonObject(token.substr(0, first), "alg")) return {Proof::kRefuted, "no token header"};
  if (!IsJsonObject(token.substr(first + 1, second - first - 1), "")) {
    return {Proof::kDoubtful, "its payload is not readable"};
  }
  if (second + 1 >= token.size()) return {Proof::kDoubtful, "it is not signed"};
  return {Proof::kConfirmed, "its header and payload parse"};
}

constexpr std::string_view kLineBreak = "\\n";  // as it stands in a quoted text

// "Proc-Type: 4,ENCRYPTED": what stands between the banner of an older key and its body.
bool IsPemHeader(std::string_view line) {
  const size_t colon = line.find(": ");
  constexpr size_t kLongestName = 40;
  if (colon == std::string_view::npos || colon == 0 || colon > kLongestName) return false;
  return std::all_of(line.begin(), line.begin() + static_cast<ptrdiff_t>(colon), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
  });
}

// A banner alone is talk about keys; a key follows it with base64 of some length.
Validation CheckPem(std::string_view after) {
  constexpr size_t kFarEnough = 64;
  constexpr size_t kLongestHead = 8192;
  after = after.substr(0, kLongestHead);
  after = after.substr(0, after.find("-----"));
  size_t digits = 0;
  size_t others = 0;
  while (!after.empty() && digits < kFarEnough) {
    const size_t end = std::min(after.find('\n'), after.find(kLineBreak));
    const std::string_view line = after.substr(0, end);
    after.remove_prefix(end == std::string_view::npos
                            ? after.size()
                            : end + (after[end] == '\n' ? 1 : kLineBreak.size()));
    if (IsPemHeader(line)) continue;
    for (size_t i = 0; i < line.size() && digits < kFarEnough; ++i) {
      const char c = line[i];
      others += c == '.' || c == '<' || c == '{' || c == '$';
      digits += Base64Digit(c) >= 0;
    }
  }
  if (others > 2) return {Proof::kRefuted, "the key's body is left out"};
  if (digits < 40) return {Proof::kRefuted, "no key follows the banner"};
  return {Proof::kConfirmed, "a key's body follows the banner"};
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

Validation CheckRandom(std::string_view credential) {
  const ValueStatistics s = Measure(credential);
  if (LooksRandom(s)) return {Proof::kConfirmed, "it reads like random characters"};
  if (s.length < 16 && s.digits > 0 && s.lower + s.upper > 0) return {Proof::kNone, ""};
  return {Proof::kRefuted, "it reads like words"};
}

Validation CheckUserPassword(std::string_view encoded) {
  const std::optional<std::string> text = DecodeAnyBase64(encoded, 4096);
  if (!text || !LooksLikeText(*text)) return {Proof::kRefuted, "not base64 of a text"};
  const size_t colon = text->find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text->size()) {
    return {Proof::kRefuted, "no user and password"};
  }
  if (ClearedBecause(std::string_view(*text).substr(colon + 1), Claim::kPassword)) {
    return {Proof::kRefuted, "its password is a placeholder"};
  }
  return {Proof::kConfirmed, "it decodes to a user and a password"};
}

Validation CheckUrlPassword(std::string_view password) {
  if (ClearedBecause(password, Claim::kPassword)) return {Proof::kRefuted, "a placeholder"};
  return {Proof::kConfirmed, "the URL carries a password"};
}

}  // namespace

std::string Crc32Base62(std::string_view text) {
  uint32_t rest = Crc32(text);
  std::string digits(6, '0');
  for (size_t i = 6; i-- > 0; rest /= 62) digits[i] = kBase62[rest % 62];
  return digits;
}

std::optional<std::string> DecodeAnyBase64(std::string_view text, size_t limit) {
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int digit = Base64Digit(c);
    if (digit < 0 || padding > 0 || bytes.size() >= limit) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 255);
  }
  if (padding > 2 || bits >= 6) return std::nullopt;
  return bytes;
}

bool LooksLikeText(std::string_view bytes) {
  if (bytes.size() < 4) return false;
  size_t printable = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    printable += (byte >= 32 && byte < 127) || c == '\n' || c == '\t' || c == '\r';
  }
  return printable * 10 >= bytes.size() * 9;
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
  }
  return {};
}

}  // namespace keysteward::detection
