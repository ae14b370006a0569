#include "detection/values/statistics.h"

#include <array>
#include <cmath>

namespace keysteward::detection {
namespace {

// How usual letter `column` is after letter `row` in words and identifiers: 5 is chance, each step
// is a factor of two. Made from the word list of a Linux system's documentation and source text.
constexpr std::array<std::string_view, 26> kFollows = {
    "36763463625868261878554453",  // a
    "63326221631622620553510030",  // b
    "72547327506632841657521131",  // c
    "63348432722533621553522030",  // d
    "75786653524768464987454653",  // e
    "51335520600522620544501030",  // f
    "52327235500435530653511020",  // g
    "71027100601333620434401030",  // h
    "66766561224769752677361415",  // i
    "40104000300001410020401000",  // j
    "51126122501313410342301020",  // k
    "73458331813732740355531161",  // l
    "75337220602452660252511020",  // m
    "73677583724435631378542042",  // n
    "45664453524768660866655331",  // o
    "71337225502623650756502040",  // p
    "00000000000200000113510000",  // q
    "84659452804565740577542051",  // r
    "62638436714544663378633152",  // s
    "73548437803543740766624263",  // t
    "55545441502657350666110212",  // u
    "60217110600121410121000010",  // v
    "50325004501214410441000000",  // w
    "30414101400231250015100310",  // x
    "42223120301334350253201011",  // y
    "40005001400110200010000012",  // z
};

constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return IsLower(c) || IsUpper(c); }
int LetterIndex(char c) { return (c | 0x20) - 'a'; }

// c · log2(c), for the counts of short texts.
constexpr size_t kTabled = 256;
const std::array<double, kTabled>& CountBits() {
  static const std::array<double, kTabled> bits = [] {
    std::array<double, kTabled> table{};
    for (size_t c = 1; c < kTabled; ++c) {
      table[c] = static_cast<double>(c) * std::log2(static_cast<double>(c));
    }
    return table;
  }();
  return bits;
}

// log2(n) - sum(c · log2(c)) / n over the counts c of different bytes, as much as
// -sum(c/n · log2(c/n)).
double Entropy(std::string_view text, size_t& distinct) {
  std::array<uint32_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  const std::array<double, kTabled>& tabled = CountBits();
  double bits = 0;
  for (const char c : text) {
    uint32_t& count = counts[static_cast<unsigned char>(c)];
    if (count == 0) continue;
    ++distinct;
    bits += count < kTabled ? tabled[count] : count * std::log2(static_cast<double>(count));
    count = 0;
  }
  const auto size = static_cast<double>(text.size());
  return std::log2(size) - bits / size;
}

enum Class : uint8_t { kOther, kLower, kUpper, kDigit, kBlankClass, kUnderscore };
constexpr uint8_t kHexBit = 8;

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool hex = (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F') || IsDigit(byte);
    const Class name = IsLower(byte)                                                 ? kLower
                       : IsUpper(byte)                                               ? kUpper
                       : IsDigit(byte)                                               ? kDigit
                       : byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' ? kBlankClass
                       : byte == '_'                                                 ? kUnderscore
                                                                                     : kOther;
    classes[c] = static_cast<uint8_t>(name | (hex ? kHexBit : 0));
  }
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

void CountClasses(std::string_view text, ValueStatistics& s) {
  std::array<size_t, 16> counts{};
  for (const char c : text) ++counts[kClasses[static_cast<unsigned char>(c)]];
  const auto of = [&](Class name) { return counts[name] + counts[name | kHexBit]; };
  s.lower = of(kLower);
  s.upper = of(kUpper);
  s.digits = of(kDigit);
  s.blanks = of(kBlankClass);
  s.underscores = of(kUnderscore);
  s.specials = of(kOther) + s.underscores;
  s.classes = (s.lower > 0) + (s.upper > 0) + (s.digits > 0) + (s.specials > 0);
  const size_t hex = counts[kLower | kHexBit] + counts[kUpper | kHexBit] + s.digits;
  s.is_hex = hex == text.size() && !text.empty();
}

void CountNeighbours(std::string_view text, ValueStatistics& s) {
  size_t pairs = 0;
  size_t sum = 0;
  for (size_t i = 1; i < text.size(); ++i) {
    const char a = text[i - 1];
    const char b = text[i];
    s.class_changes += (IsLetter(a) && IsDigit(b)) || (IsDigit(a) && IsLetter(b));
    s.steps += b == a || b == a + 1 || b == a - 1;
    if (!IsLetter(a) || !IsLetter(b)) continue;
    ++pairs;
    sum += kFollows[LetterIndex(a)][LetterIndex(b)] - '0';
  }
  s.word_likeness = pairs == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(pairs);
  s.letter_pairs = pairs;
}

// Chance gives 3.1 ± 0.7 at 20 letters, words 6.2 ± 0.6.
constexpr double kWordsAbove = 4.9;
// Words of 16 to 19 letters spread more: below this were none of English, French, Spanish, German
// and Dutch, and six of seven random ones.
constexpr double kShortWordsAbove = 4.0;

bool LettersLookRandom(const ValueStatistics& s) {
  if (s.letter_pairs < 3) return s.class_changes * 5 >= s.length;
  if (s.word_likeness < kWordsAbove) {
    return s.length >= 20 || s.digits + s.upper > 0 || s.word_likeness < kShortWordsAbove;
  }
  // Digits strewn between letters: base-36 text can hit word-like pairs by chance.
  return s.class_changes >= 4 && s.class_changes * 6 >= s.length && s.word_likeness < 6.3;
}

}  // namespace

ValueStatistics Measure(std::string_view text) {
  ValueStatistics s;
  s.length = text.size();
  if (text.empty()) return s;
  CountClasses(text, s);
  CountNeighbours(text, s);
  s.entropy = Entropy(text, s.distinct);
  return s;
}

bool LooksRandom(const ValueStatistics& s) {
  constexpr size_t kShortest = 16;
  if (s.length < kShortest || s.blanks > 0) return false;
  if (s.distinct < 7 || s.entropy < 2.8) return false;
  if (s.steps * 2 > s.length) return false;  // 0123456789…, aaaa…
  if (s.specials * 3 > s.length) return false;
  if (s.lower == 0 && s.underscores >= 2) return false;  // CKM_SHA3_256_RSA: a constant's name
  if (s.is_hex) return s.digits > 0 && s.digits < s.length && s.distinct >= 8;
  if (s.digits * 10 > s.length * 9) return false;
  return LettersLookRandom(s);
}

bool LooksLikePassword(const ValueStatistics& s) {
  if (s.length < 6 || s.length > 128 || s.blanks > 2) return false;
  if (s.lower + s.upper == 0) return s.digits >= 6;
  return s.digits > 0 || s.specials > 0 || (s.lower > 0 && s.upper > 0);
}

bool LooksLikeName(std::string_view text, const ValueStatistics& s) {
  if (s.digits > 2 || s.upper > 0 || s.length == 0 || s.length > 63) return false;
  for (const char c : text) {
    if (!IsLower(c) && !IsDigit(c) && c != '-' && c != '.' && c != '_') return false;
  }
  return s.letter_pairs < 3 || s.word_likeness >= kWordsAbove;
}

}  // namespace keysteward::detection
