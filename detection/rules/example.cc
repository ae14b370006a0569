#include "detection/rules/example.h"

#include <algorithm>
#include <charconv>

#include "common/base64.h"
#include "common/strings.h"
#include "detection/values/checksums.h"

namespace keysteward::detection {
namespace {

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

struct Class {
  std::string_view name;
  std::string_view characters;
};
constexpr Class kClasses[] = {
    {"lower", LOWER},
    {"upper", UPPER},
    {"digit", DIGIT},
    {"alpha", UPPER LOWER},
    {"alnum", UPPER LOWER DIGIT},
    {"lowalnum", LOWER DIGIT},
    {"upalnum", UPPER DIGIT},
    {"hex", DIGIT "abcdef"},
    {"uphex", DIGIT "ABCDEF"},
    {"base64", UPPER LOWER DIGIT "+/"},
    {"base64url", UPPER LOWER DIGIT "-_"},
    {"base32", UPPER "234567"},
    {"lowbase32", LOWER "234567"},
    {"base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"},
    {"bech32", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"},
    {"zero", "0"}};
#undef LOWER
#undef UPPER
#undef DIGIT

constexpr size_t kLongest = 16u << 10;
constexpr int kDeepest = 4;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

// One past the brace that closes the one at `open`; npos when none does.
size_t Closing(std::string_view text, size_t open) {
  size_t depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}

  Result<std::string> Make(std::string_view text, int depth);

 private:
  uint64_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  std::string Chars(std::string_view alphabet, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += alphabet[Next() % alphabet.size()];
    return text;
  }
  Result<std::string> Field(std::string_view field, const std::string& before, int depth);
  std::string Jwt();
  std::string Der(size_t size);

  uint64_t state_;
};

std::string UrlBase64(std::string_view bytes) {
  std::string text = Base64Encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::string Maker::Jwt() {
  const std::string subject = Chars(kClasses[2].characters, 8);
  return UrlBase64(R"({"alg":"HS256","typ":"JWT"})") + "." +
         UrlBase64(R"({"sub":"svc-)" + subject + R"(","iat":1700000000})") + "." +
         UrlBase64(Chars(kClasses[4].characters, 32));
}

// SEQUENCE { INTEGER 0, … }
std::string Maker::Der(size_t size) {
  std::string content("\x02\x01\x00", 3);
  while (content.size() < size) content += static_cast<char>(Next() & 0xFF);
  const std::string header{'\x30', '\x82', static_cast<char>(content.size() >> 8),
                           static_cast<char>(content.size() & 0xFF)};
  return Base64Encode(header + content);
}

Result<std::string> Maker::Field(std::string_view field, const std::string& before, int depth) {
  const size_t colon = field.find(':');
  const std::string_view name = field.substr(0, colon);
  const std::string_view rest = colon == std::string_view::npos ? "" : field.substr(colon + 1);
  if (name == "crc32") return Crc32Base62(std::string_view(before).substr(before.rfind('_') + 1));
  if (name == "jwt") return Jwt();
  if (name == "bech32sum") {
    const size_t one = std::min(before.rfind('1'), before.size());
    std::string sum =
        Bech32Checksum(ToLower(before.substr(0, one)),
                       std::string_view(before).substr(std::min(one + 1, before.size())));
    std::transform(sum.begin(), sum.end(), sum.begin(),
                   [](char c) { return IsLower(c) ? static_cast<char>(c - 32) : c; });
    return sum;
  }
  if (name == "b64" || name == "b64url") {
    KS_ASSIGN_OR_RETURN(const std::string inner, Make(rest, depth + 1));
    return name == "b64" ? Base64Encode(inner) : UrlBase64(inner);
  }
  size_t count = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
  if (error != std::errc() || end != rest.data() + rest.size() || count == 0 || count > kLongest) {
    return Error::InvalidArgument("{" + Printable(field, 40) + "} needs a count");
  }
  if (name == "der") return Der(count);
  for (const Class& known : kClasses) {
    if (known.name == name) return Chars(known.characters, count);
  }
  return Error::InvalidArgument("{" + Printable(field, 40) + "} names no class of characters");
}

Result<std::string> Maker::Make(std::string_view text, int depth) {
  if (depth > kDeepest) return Error::InvalidArgument("templates inside templates, too deep");
  std::string made;
  for (size_t i = 0; i < text.size() && made.size() <= kLongest; ++i) {
    if (text.substr(i, 2) == "\\n") {
      made += '\n';
      ++i;
      continue;
    }
    const bool opens = text[i] == '{' && i + 1 < text.size() && IsLower(text[i + 1]);
    const size_t end = opens ? Closing(text, i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      made += text[i];
      continue;
    }
    KS_ASSIGN_OR_RETURN(const std::string field,
                        Field(text.substr(i + 1, end - i - 2), made, depth));
    made += field;
    i = end - 1;
  }
  if (made.size() > kLongest) return Error::TooLarge("an example is longer than 16 KiB");
  return made;
}

}  // namespace

Result<std::string> MakeExample(std::string_view text, uint64_t seed) {
  return Maker(seed).Make(text, 0);
}

}  // namespace keysteward::detection
