// Any bytes: each decoder agrees with a plain one, undoes what is encoded, and keeps its budget;
// what an expander adds is in the text it came from, or is what a decoder made of that.
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base64.h"
#include "common/strings.h"
#include "detection/decoders/base64_text.h"
#include "detection/decoders/gzip.h"
#include "detection/decoders/percent.h"
#include "detection/engine/expander.h"
#include "tests/fuzz/require.h"

namespace keysteward::detection {
namespace {

constexpr size_t kNoLimit = 1u << 24;
constexpr size_t kMostDecoded = 16u << 20;  // of one object
constexpr uint8_t kDeepest = 3;

bool IsTextByte(char c) { return (c >= 32 && c < 127) || c == '\n' || c == '\t' || c == '\r'; }

// By the strict decoder: one alphabet, no line breaks, whole groups.
std::optional<std::string> PlainBase64(std::string_view text) {
  std::string digits;
  size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    padding += c == '=';
    if (c != '=' && padding > 0) return std::nullopt;
    if (c != '=') digits += c == '-' ? '+' : c == '_' ? '/' : c;
  }
  if (padding > 2 || digits.size() % 4 == 1) return std::nullopt;
  const size_t bytes = digits.size() * 6 / 8;
  while (digits.size() % 4 != 0) digits += 'A';
  Result<std::string> decoded = Base64Decode(digits);
  if (!decoded) return std::nullopt;
  decoded->resize(bytes);
  return *std::move(decoded);
}

void CheckBase64(std::string_view text) {
  const std::optional<std::string> bytes = DecodeAnyBase64(text, kNoLimit);
  Require(bytes == PlainBase64(text));
  if (bytes) {
    Require(DecodeAnyBase64(text, bytes->size()) == bytes);
    Require(bytes->empty() || !DecodeAnyBase64(text, bytes->size() - 1));
  }
  const std::string encoded = Base64Encode(text);
  Require(DecodeAnyBase64(encoded, text.size()) == std::string(text));
  const std::string_view front = text.substr(0, 12);
  const auto strange = front.size() - std::count_if(front.begin(), front.end(), IsTextByte);
  if (front.size() == 12 && !IsGzip(text)) Require(BeginsLikeContent(encoded) == (strange <= 3));
}

void CheckPercent(std::string_view text) {
  const auto escapes = static_cast<size_t>(std::count(text.begin(), text.end(), '%'));
  bool well_formed = escapes > 0;
  for (size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    const std::string_view digits = text.substr(i + 1, 2);
    well_formed = well_formed && digits.size() == 2 &&
                  std::all_of(digits.begin(), digits.end(),
                              [](char c) { return std::isxdigit(static_cast<unsigned char>(c)); });
  }
  const std::optional<std::string> plain = PercentDecode(text);
  Require(plain.has_value() == well_formed);
  Require(!plain || plain->size() == text.size() - 2 * escapes);
  const std::string encoded = PercentEncode(text);
  const bool has_escape = encoded.find('%') != std::string::npos;
  Require(PercentDecode(encoded) == (has_escape ? std::optional(std::string(text)) : std::nullopt));
}

std::string Gzip(std::string_view text) {
  z_stream stream{};
  Require(deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  Require(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

void CheckBudget(std::string_view packed) {
  const Gunzipped inner = Gunzip(packed);
  const size_t size = inner.bytes.size();
  Require(inner.outcome == GzipOutcome::kUnpacked || inner.bytes.empty());
  Require(inner.outcome == GzipOutcome::kNoGzip || IsGzip(packed));
  Require(size <= kMostUnpacked && (size <= kSmallUnpacked || size <= packed.size() * 100));
}

void CheckGzip(std::string_view text) {
  // As it is, and as the deflated part of a stream.
  CheckBudget(text);
  CheckBudget(std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10) + std::string(text));
  const std::string packed = Gzip(text);
  const Gunzipped whole = Gunzip(packed);
  Require(whole.outcome == GzipOutcome::kUnpacked && whole.bytes == text);
  // A stream may have several members; what follows the last one is not its own.
  const std::string half(text.substr(0, text.size() / 2));
  const Gunzipped parts = Gunzip(Gzip(half) + Gzip(text.substr(half.size())));
  Require(parts.outcome == GzipOutcome::kUnpacked && parts.bytes == text);
  Require(Gunzip(packed + "rest").bytes == text);
  Require(Gunzip(packed.substr(0, packed.size() - 1)).outcome == GzipOutcome::kNoGzip);
}

bool Within(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

class Expansion {
 public:
  explicit Expansion(std::string_view text) {
    Leaf leaf;
    leaf.text = text;
    leaf.name = "file";
    leaf.position = {3, 5};
    leaf.frame = leaves_.AddMember(-1, leaf.name);
    leaves_.Add(leaf);
    for (size_t i = 0; i < leaves_.size() && !expander_.exhausted(); ++i) {
      expander_.Expand(leaves_, i);
    }
  }

  const LeafList& leaves() const { return leaves_; }
  bool exhausted() const { return expander_.exhausted(); }

 private:
  LeafList leaves_;
  NameTable names_;
  Expander expander_{names_};
};

// Whether some decoder makes `inner` of `outer`.
bool IsDecodedFrom(std::string_view inner, std::string_view outer) {
  if (PercentDecode(outer) == std::string(inner)) return true;
  const std::optional<std::string> bytes = PlainBase64(outer);
  if (!bytes) return false;
  return *bytes == inner || (IsGzip(*bytes) && Gunzip(*bytes).bytes == inner);
}

// The decoded leaves are told by the last step of their path.
bool IsDecoded(std::string_view path) {
  return path.ends_with("#base64") || path.ends_with("#gzip") || path.ends_with("#percent");
}

void CheckExpander(std::string_view text) {
  const Expansion expansion(text);
  const LeafList& leaves = expansion.leaves();
  size_t decoded = 0;
  for (size_t i = 1; i < leaves.size(); ++i) {
    const Leaf& leaf = leaves[i];
    Require(leaf.origin >= 0 && static_cast<size_t>(leaf.origin) < i && leaf.depth <= kDeepest);
    const Leaf& origin = leaves[leaf.origin];
    Require(leaf.depth == origin.depth || leaf.depth == origin.depth + 1);
    Require(!leaf.slice || Within(leaf.text, origin.text));
    const std::string path = leaves.PathOf(leaf);
    Require(path.starts_with("file#"));
    if (leaf.slice || !origin.decoded || !IsDecoded(path)) continue;
    decoded += leaf.text.size();
    Require(IsDecodedFrom(leaf.text, origin.text));
  }
  Require(decoded <= kMostDecoded);
}

// What a text says is found in each encoding of it.
void CheckFound(std::string_view text) {
  constexpr size_t kLongEnough = 12;
  const std::string_view front = text.substr(0, kLongEnough);
  if (front.size() < kLongEnough || !std::all_of(front.begin(), front.end(), IsTextByte)) return;
  if (!LooksLikeText(text)) return;
  for (const std::string& encoded : {Base64Encode(text), Base64Encode(Gzip(text))}) {
    const Expansion expansion(encoded);
    Require(expansion.leaves().size() > 1 && expansion.leaves()[1].text == text);
    Require(expansion.leaves()[0].decoded);
  }
}

}  // namespace
}  // namespace keysteward::detection

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::detection;  // NOLINT: one function
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckBase64(text);
  CheckPercent(text);
  CheckGzip(text);
  CheckExpander(text);
  CheckFound(text);
  return 0;
}
