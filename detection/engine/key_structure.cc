#include "detection/engine/key_structure.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include "detection/decoders/base64_text.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {
namespace {

struct JsonObject {
  std::string text;
  ManifestFile tree;  // refers to the text
  const Node& root() const { return *tree.documents[0].root; }
};

// nullptr when the segment of a token is none.
std::unique_ptr<JsonObject> DecodeObject(std::string_view segment) {
  std::optional<std::string> text = DecodeAnyBase64(segment, 64u << 10);
  if (!text || text->empty() || (*text)[0] != '{') return nullptr;
  auto object = std::make_unique<JsonObject>();
  object->text = *std::move(text);
  Result<ManifestFile> json = ManifestReader().ReadJson(object->text);
  if (!json || json->documents.empty()) return nullptr;
  object->tree = *std::move(json);
  return object->root().is_mapping() ? std::move(object) : nullptr;
}

}  // namespace

Validation CheckJwt(std::string_view token) {
  const size_t first = token.find('.');
  const size_t second = token.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) {
    return {Proof::kRefuted, "not three parts"};
  }
  const auto header = DecodeObject(token.substr(0, first));
  if (header == nullptr || header->root().Find("alg") == nullptr) {
    return {Proof::kRefuted, "no token header"};
  }
  const auto payload = DecodeObject(token.substr(first + 1, second - first - 1));
  if (payload == nullptr) return {Proof::kDoubtful, "its payload is not readable"};
  // Supabase's key for browsers
  if (payload->root().String("role") == "anon") {
    return {Proof::kRefuted, "it is the anonymous role's"};
  }
  if (second + 1 >= token.size()) return {Proof::kDoubtful, "it is not signed"};
  return {Proof::kConfirmed, "its header and payload parse"};
}

namespace {

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

}  // namespace

// A banner alone is talk about keys; a key follows it with base64 of some length.
Validation CheckPem(std::string_view after) {
  constexpr size_t kFarEnough = 64;
  constexpr size_t kLongestHead = 8192;
  constexpr size_t kShortestRun = 20;
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
    // Lines of a key have no blanks; sentences about one do.
    size_t run = 0;
    for (const char c : line) {
      others += c == '.' || c == '<' || c == '{' || c == '$';
      run = Base64Digit(c) >= 0 ? run + 1 : 0;
      if (run == kShortestRun) digits += run;
      if (run > kShortestRun) ++digits;
      if (digits >= kFarEnough) break;
    }
  }
  if (others > 2) return {Proof::kRefuted, "the key's body is left out"};
  if (digits < 40) return {Proof::kRefuted, "no key follows the banner"};
  return {Proof::kConfirmed, "a key's body follows the banner"};
}

namespace {

constexpr size_t kLargestKey = 64u << 10;

// Reads tag and length of a DER element and leaves its content in `der`.
bool EnterDer(std::string_view& der, unsigned char tag) {
  if (der.size() < 2 || static_cast<unsigned char>(der[0]) != tag) return false;
  size_t length = static_cast<unsigned char>(der[1]);
  size_t header = 2;
  if (length >= 0x80) {
    const size_t bytes = length & 0x7F;
    if (bytes == 0 || bytes > 3 || der.size() < 2 + bytes) return false;
    length = 0;
    for (size_t i = 0; i < bytes; ++i)
      length = length << 8 | static_cast<unsigned char>(der[2 + i]);
    header += bytes;
  }
  if (der.size() < header + length) return false;
  der = der.substr(header, length);
  return true;
}

}  // namespace

Validation CheckPrivateKeyDer(std::string_view encoded) {
  constexpr unsigned char kSequence = 0x30;
  constexpr unsigned char kInteger = 0x02;
  const std::optional<std::string> bytes = DecodeAnyBase64(encoded, kLargestKey);
  if (!bytes) return {Proof::kRefuted, "not base64"};
  std::string_view der = *bytes;
  // Private keys and PKCS #12 stores begin with their version; certificates and public keys do not.
  if (!EnterDer(der, kSequence) || !EnterDer(der, kInteger) || der.size() != 1 || der[0] > 3) {
    return {Proof::kRefuted, "no private key when decoded"};
  }
  return {Proof::kConfirmed, "it decodes to a private key"};
}

Validation CheckBase64Binary(std::string_view encoded) {
  const std::optional<std::string> bytes = DecodeAnyBase64(encoded, kLargestKey);
  if (!bytes) return {Proof::kRefuted, "not base64"};
  if (LooksLikeText(*bytes)) return {Proof::kRefuted, "it decodes to text"};
  return {Proof::kConfirmed, "it decodes to random bytes"};
}

Validation CheckDiscordId(std::string_view token) {
  const std::optional<std::string> id = DecodeAnyBase64(token.substr(0, token.find('.')), 64);
  const bool digits = id && id->size() >= 17 && id->size() <= 20 &&
                      id->find_first_not_of("0123456789") == std::string::npos;
  if (!digits) return {};
  return {Proof::kConfirmed, "its first part decodes to a user id"};
}

}  // namespace keysteward::detection
