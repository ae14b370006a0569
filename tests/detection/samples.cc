#include "tests/detection/samples.h"

#include <cstdlib>
#include <map>

#include "common/base64.h"
#include "detection/engine/validators.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigit = "0123456789";

const std::map<std::string, std::string, std::less<>>& Classes() {
  static const std::map<std::string, std::string, std::less<>> classes = [] {
    std::map<std::string, std::string, std::less<>> c;
    const std::string lower(kLower);
    const std::string upper(kUpper);
    const std::string digit(kDigit);
    c["lower"] = lower;
    c["upper"] = upper;
    c["digit"] = digit;
    c["alpha"] = upper + lower;
    c["alnum"] = upper + lower + digit;
    c["lowalnum"] = lower + digit;
    c["upalnum"] = upper + digit;
    c["hex"] = digit + "abcdef";
    c["base64"] = upper + lower + digit + "+/";
    c["base64url"] = upper + lower + digit + "-_";
    c["base32"] = upper + "234567";
    c["lowbase32"] = lower + "234567";
    c["zero"] = "0";
    c["bech32"] = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
    return c;
  }();
  return classes;
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}

  std::string Make(std::string_view pattern);

 private:
  uint64_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  std::string Expand(std::string_view field, const std::string& before);
  std::string Chars(const std::string& alphabet, size_t count);
  std::string UrlBase64(std::string_view bytes);

  uint64_t state_;
};

std::string Maker::Chars(const std::string& alphabet, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += alphabet[Next() % alphabet.size()];
  return text;
}

std::string Maker::UrlBase64(std::string_view bytes) {
  std::string text = Base64Encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::string Maker::Expand(std::string_view field, const std::string& before) {
  const size_t colon = field.find(':');
  const std::string_view name = field.substr(0, colon);
  const std::string_view rest = colon == std::string_view::npos ? "" : field.substr(colon + 1);
  if (name == "crc32") return Crc32Base62(std::string_view(before).substr(before.rfind('_') + 1));
  if (name == "b64") return Base64Encode(Make(rest));
  if (name == "jwt") {
    return UrlBase64(R"({"alg":"HS256","typ":"JWT"})") + "." +
           UrlBase64(R"({"sub":"svc-)" + Chars(std::string(kDigit), 8) + R"(","iat":1700000000})") +
           "." + UrlBase64(Chars(Classes().at("alnum"), 32));
  }
  const auto found = Classes().find(name);
  if (found == Classes().end()) std::abort();
  return Chars(found->second, std::stoul(std::string(rest)));
}

std::string Maker::Make(std::string_view pattern) {
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i, 2) == "\\n") {
      text += '\n';
      ++i;
      continue;
    }
    if (pattern[i] != '{' || i + 1 >= pattern.size() ||
        kLower.find(pattern[i + 1]) == kLower.npos) {
      text += pattern[i];
      continue;
    }
    size_t depth = 1;
    size_t end = i + 1;
    for (; end < pattern.size() && depth > 0; ++end) {
      depth += pattern[end] == '{' ? 1 : pattern[end] == '}' ? -1 : 0;
    }
    text += Expand(pattern.substr(i + 1, end - i - 2), text);
    i = end - 1;
  }
  return text;
}

}  // namespace

std::string MakeSample(std::string_view pattern, uint64_t seed) {
  return Maker(seed).Make(pattern);
}

std::string RenderSamples(std::string_view text, uint64_t seed) {
  constexpr std::string_view kOpen = "«";
  constexpr std::string_view kClose = "»";
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find(kOpen);
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open + kOpen.size());
    const size_t close = text.find(kClose);
    out += MakeSample(text.substr(0, close), seed++);
    text.remove_prefix(close + kClose.size());
  }
  return out;
}

}  // namespace keysteward::detection
