#include "detection/engine/expander.h"

#include "common/strings.h"
#include "common/utf8.h"
#include "detection/decoders/gzip.h"
#include "detection/decoders/percent.h"
#include "detection/engine/text_marks.h"
#include "detection/engine/validators.h"
#include "detection/fields/accounts.h"
#include "detection/fields/next_of.h"
#include "detection/fields/shapes.h"
#include "detection/fields/shell_commands.h"

namespace keysteward::detection {
namespace {

constexpr uint8_t kDeepest = 3;
constexpr size_t kDecodedBytes = 16u << 20;  // per object, all levels together
// Values of a query hold each other, and each is decoded: a text of nothing else would be decoded
// as often as it has values. What is decoded of an object stays within this and a share of its own.
constexpr size_t kUnescapedBytes = 256u << 10;
constexpr size_t kUnescapedShare = 4;
constexpr size_t kMostLeaves = 600'000;
constexpr size_t kLargestBase64 = 4u << 20;
constexpr size_t kShortestDocument = 8;
// {"pw":"hunter2"}, or base64 of twelve bytes
constexpr size_t kShortestNested = 16;
constexpr size_t kLongestEscaped = 4096;

bool Contains(std::string_view text, char c) { return text.find(c) != std::string_view::npos; }

bool LooksLikeDocument(std::string_view text) {
  if (text.size() < kShortestDocument) return false;
  const char first = text[0];
  return first == '{' || first == '[';
}

// At least two lines that read `name: value` or `- item`.
bool LooksLikeYaml(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return false;
  if (text.starts_with("#cloud-config")) return true;
  size_t lines = 0;
  for (size_t at = 0; at < text.size() && lines < 2;) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = Trim(text.substr(at, end - at));
    const size_t colon = line.find(':');
    const bool member = colon != std::string_view::npos && colon > 0 && line[0] != '#' &&
                        (colon + 1 == line.size() || line[colon + 1] == ' ') &&
                        line.substr(0, colon).find_first_of(" =[(;") == std::string_view::npos;
    lines += member;
    at = end + 1;
  }
  return lines >= 2;
}

// password: !secret mqtt, as Home Assistant and ESPHome write it: a tag says that a name stands
// there. What reads YAML drops it, so that such a text is read line by line.
bool HoldsLookups(std::string_view text) {
  return Contains(text, '!') && (text.find(": !secret ") != std::string_view::npos ||
                                 text.find(": !env_var ") != std::string_view::npos);
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Char c = FirstUtf8Char(text);
    if (!c.valid) return false;
    text.remove_prefix(c.size);
  }
  return true;
}

// data:text/plain;charset=utf-8;base64,…: a text in a URL, as Ignition holds files.
constexpr std::string_view kDataUrl = "data:";
constexpr std::string_view kLongestMediaType =
    "application/vnd.oci.image.manifest.v1+json;charset=utf-8;base64";

// Pictures, fonts and the like are no texts.
bool IsTextType(std::string_view type) {
  if (type.empty() || type.starts_with("text/")) return true;
  if (!type.starts_with("application/")) return false;
  for (const std::string_view word : {"json", "yaml", "toml", "xml", "octet-stream", "x-sh",
                                      "x-shellscript", "properties", "gzip"}) {
    if (type.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// Padding makes a shorter text base64 as well: Y2hhbmdlbWU=.
bool IsLongEnoughForBase64(std::string_view text) {
  return text.size() >= 16 || (text.ends_with('=') && text.size() % 4 == 0);
}

// cloud-init's chpasswd: {list: …} is what the program reads.
bool IsUserList(const Leaf& leaf) { return leaf.name == "chpasswd"; }

// ${DB_PASSWORD:-x}, or lines of values with commas between.
bool MayHoldOthers(std::string_view text) {
  return text.find("${") != std::string_view::npos ||
         (Contains(text, '\n') && NextOf<',', ';', '|'>(text, 0) < text.size());
}

bool MayReadText(const Leaf& leaf) { return leaf.facts == nullptr || leaf.facts->reads_text; }

}  // namespace

// A word of a command line may be a script too: sh -c '…'.
bool Expander::IsScript(const Leaf& leaf) {
  if (leaf.place == Place::kArgument || leaf.text.starts_with("#!")) return true;
  return MayReadText(leaf) && IsScriptName(leaf.name);
}

bool Expander::IsAccountsFile(const Leaf& leaf) {
  return leaf.place == Place::kConfig && MayReadText(leaf) && ListsAccounts(leaf.name);
}

void Expander::Clear() {
  files_.clear();
  texts_.clear();
  spent_ = 0;
  own_ = 0;
  unescaped_ = 0;
  exhausted_ = false;
  bomb_ = false;
}

bool Expander::Spend(size_t bytes) {
  spent_ += bytes;
  if (spent_ > kDecodedBytes) exhausted_ = true;
  return !exhausted_;
}

bool Expander::Expand(LeafList& leaves, size_t index) {
  const Leaf& leaf = leaves[index];
  if (leaves.size() > kMostLeaves) exhausted_ = true;
  if (exhausted_ || leaf.text.size() < kShortestDocument || (leaf.reference && leaf.depth > 0)) {
    return false;
  }
  if (leaf.depth == 0 && !leaf.slice) own_ += leaf.text.size();
  const TextMarks marks = MarksOf(leaf.text);
  const bool document = marks.has_any(kQuote | kColon);
  const bool base64 = !marks.has_any(kNoDigit);
  const bool pairs =
      marks.has_any(kEquals | kLess) || marks.has(kBlank) ||
      (marks.has(kColon) && (marks.has_any(kQuote | kLineFeed) || IsUserList(leaf))) ||
      (marks.has(kNoDigit) && MayHoldOthers(leaf.text));
  const bool decodes = leaf.depth < kDeepest;
  const bool accounts = IsAccountsFile(leaf);
  if (decodes && leaf.text.starts_with(kDataUrl) && ExpandDataUrl(leaves, index)) return false;
  if (decodes && document && !accounts && ExpandDocument(leaves, index)) return false;
  if (decodes && base64 && ExpandBase64(leaves, index)) return false;
  if (decodes && !base64 && ExpandPercent(leaves, index)) return false;
  // As a part of a longer text it would be unescaped.
  const bool inert = decodes && !Contains(leaves[index].text, '%');
  if (!pairs) return inert;
  if (leaves[index].slice || leaves[index].reference) return false;
  const size_t before = leaves.size();
  ExpandAssignments(leaves, index);
  // ${X:-abc} is what its own name says: something elsewhere.
  return inert && leaves.size() == before && !MayHoldOthers(leaves[index].text);
}

void Expander::Walk(LeafList& leaves, size_t index, ManifestFile file) {
  const Leaf leaf = leaves[index];
  NestedIn nested;
  nested.frame = leaves.AddInner(leaf.frame);
  nested.origin = static_cast<int32_t>(index);
  nested.depth = static_cast<uint8_t>(leaf.depth + 1);
  nested.place = leaf.place;
  nested.line = leaf.position.line == 0 ? 0 : leaf.position.line - (leaf.block ? 0 : 1);
  nested.indent = leaf.indent;
  if (!leaf.block) nested.column = leaf.position.column - 1 + (leaf.quoted ? 1 : 0);
  files_.push_back(std::move(file));
  const size_t before = leaves.size();
  for (const Document& document : files_.back().documents) {
    FieldWalker walker(leaves, names_);
    if (leaf.name == kLastApplied) {
      walker.WalkObject(*document.root, nested);
    } else {
      walker.WalkNested(*document.root, nested);
    }
  }
  // Lines that an escape or an encoding made are no lines of the file.
  const bool own_lines = leaf.opaque || (!leaf.block && Contains(leaf.text, '\n'));
  if (own_lines) leaves.PinPositions(before, leaf.position);
}

// A text that only looks like a document is left to the other decoders.
bool Expander::ExpandDocument(LeafList& leaves, size_t index) {
  const std::string_view text = leaves[index].text;
  const std::string_view trimmed = Trim(text);
  const bool json = LooksLikeDocument(trimmed);
  const bool yaml = !json && !leaves[index].slice && LooksLikeYaml(text) && !HoldsLookups(text);
  if ((!json && !yaml) || !Spend(text.size())) return false;
  Result<ManifestFile> file = json ? reader_.ReadJson(text) : reader_.Read(text);
  if (!file) return false;
  bool structured = false;
  for (const Document& document : file->documents) structured |= !document.root->is_scalar();
  if (!structured || file->is_template) return false;
  Walk(leaves, index, *std::move(file));
  // YAML has comments, which no leaf holds; and a slice is searched with its whole text.
  if (json && !leaves[index].slice) leaves.MarkReplaced(index);
  return true;
}

// For texts of base64's digits only.
bool Expander::ExpandBase64(LeafList& leaves, size_t index) {
  const Leaf leaf = leaves[index];
  if (!IsLongEnoughForBase64(leaf.text) || !BeginsLikeContent(leaf.text)) return false;
  if (!Spend(leaf.text.size())) return false;
  std::optional<std::string> bytes = DecodeAnyBase64(leaf.text, kLargestBase64);
  if (!bytes) return false;
  if (IsGzip(*bytes)) return ExpandGzip(leaves, index, *bytes);
  if (!LooksLikeText(*bytes)) return false;
  AddDecoded(leaves, index, "base64", *std::move(bytes));
  return true;
}

bool Expander::ExpandDataUrl(LeafList& leaves, size_t index) {
  const std::string_view url = leaves[index].text.substr(kDataUrl.size());
  const size_t comma = url.substr(0, kLongestMediaType.size()).find(',');
  if (comma == std::string_view::npos) return false;
  const std::string_view type = url.substr(0, comma);
  const std::string_view body = url.substr(comma + 1);
  if (!IsTextType(type.substr(0, type.find(';'))) || !Spend(body.size())) return false;
  std::optional<std::string> plain;
  if (type.ends_with(";base64")) {
    plain = DecodeAnyBase64(body, kLargestBase64);
  } else {
    unescaped_ += body.size();
    if (unescaped_ > kUnescapedBytes + kUnescapedShare * own_) exhausted_ = true;
    plain = Contains(body, '%') ? PercentDecode(body) : std::string(body);
  }
  if (!plain || exhausted_) return false;
  if (IsGzip(*plain)) return ExpandGzip(leaves, index, *plain);
  if (!LooksLikeText(*plain)) return false;
  AddDecoded(leaves, index, "data", *std::move(plain));
  return true;
}

bool Expander::ExpandGzip(LeafList& leaves, size_t index, std::string_view bytes) {
  Gunzipped inner = Gunzip(bytes);
  if (inner.outcome == GzipOutcome::kBomb) exhausted_ = bomb_ = true;
  if (!Spend(inner.unpacked) || inner.outcome != GzipOutcome::kUnpacked ||
      !LooksLikeText(inner.bytes)) {
    return false;
  }
  AddDecoded(leaves, index, "gzip", std::move(inner.bytes));
  return true;
}

// Values of query strings: a URL as a whole is searched as it is.
bool Expander::ExpandPercent(LeafList& leaves, size_t index) {
  const Leaf leaf = leaves[index];
  if (!leaf.slice || leaf.text.size() > kLongestEscaped || !LooksPercentEncoded(leaf.text)) {
    return false;
  }
  std::optional<std::string> plain = PercentDecode(leaf.text);
  if (!plain || !IsUtf8(*plain) || !Spend(plain->size())) return false;
  unescaped_ += plain->size();
  if (unescaped_ > kUnescapedBytes + kUnescapedShare * own_) exhausted_ = true;
  AddDecoded(leaves, index, "percent", *std::move(plain));
  return true;
}

// The leaf that holds what leaf `index` says in `encoding`.
void Expander::AddDecoded(LeafList& leaves, size_t index, std::string_view encoding,
                          std::string plain) {
  texts_.push_back(std::move(plain));
  Leaf inner = leaves[index];
  inner.text = texts_.back();
  inner.frame = leaves.AddMember(leaves.AddInner(inner.frame), encoding);
  inner.origin = static_cast<int32_t>(index);
  inner.depth = static_cast<uint8_t>(inner.depth + 1);
  inner.slice = false;
  inner.opaque = true;
  leaves.Add(inner);
  leaves.MarkDecoded(index);
}

void Expander::ExpandAssignments(LeafList& leaves, size_t index) {
  const Leaf leaf = leaves[index];
  pairs_.clear();
  FindAssignments(leaf.text, pairs_);
  FindAccounts(IsAccountsFile(leaf) ? leaf.name : std::string_view(), leaf.text, pairs_);
  if (IsScript(leaf)) FindShellCredentials(leaf.text, pairs_);
  if (IsUserList(leaf)) FindUserPasswords(leaf.text, pairs_);
  int32_t inner_frame = -1;
  for (const Assignment& pair : pairs_) {
    if (pair.value.size() == leaf.text.size()) continue;
    const std::string_view name = pair.name.empty() ? leaf.name : pair.name;
    const NameFacts* facts = names_.Facts(name);
    // Nothing is said of it and nothing fits into it; its format is searched with the whole text.
    if (facts == &kSilentName && pair.value.size() < kShortestNested) continue;
    if (inner_frame < 0) inner_frame = leaves.AddInner(leaf.frame);
    Leaf value = leaf;
    value.text = pair.value;
    value.name = name;
    value.facts = facts;
    value.frame = leaves.AddMember(inner_frame, name);
    value.origin = static_cast<int32_t>(index);
    value.slice = true;
    const bool keeps = leaf.place == Place::kArgument || leaf.place == Place::kEnv ||
                       leaf.place == Place::kComment;
    // A plain word that stands for a password that is missing starts nothing in earnest.
    if (!keeps || pair.fallback) value.place = Place::kText;
    value.commented = facts != &kSilentName && InComment(leaf.text, pair.value);
    leaves.Add(value);
  }
}

}  // namespace keysteward::detection
