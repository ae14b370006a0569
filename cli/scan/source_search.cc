#include "cli/scan/source_search.h"

#include <algorithm>
#include <tuple>

#include "cli/scan/node_at.h"
#include "cli/scan/scan_inputs.h"
#include "common/digest.h"
#include "common/strings.h"
#include "detection/fields/object_identity.h"
#include "detection/values/statistics.h"

namespace keysteward::cli {
namespace {

using detection::Node;
using detection::Position;

// Shorter texts are found everywhere.
constexpr size_t kTellingLength = 6;
constexpr size_t kMostCandidates = 64;

uint32_t Breaks(std::string_view text) {
  return static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

// A name could itself be a value that was put in the wrong place.
std::string SafeName(std::string_view name) {
  constexpr size_t kLongestWord = 20;
  const bool random =
      name.size() > kLongestWord && detection::LooksRandom(detection::Measure(name));
  return random ? "…" : Printable(name, 128);
}

// "auth.users[0].password"
std::string KeyOf(const std::vector<const Node*>& way) {
  std::string key;
  for (size_t i = 1; i < way.size(); ++i) {
    if (!way[i - 1]->is_sequence()) {
      key += (key.empty() ? "" : ".") + SafeName(way[i]->key);
      continue;
    }
    size_t index = 0;
    for (const Node& item : way[i - 1]->children()) {
      if (&item == way[i]) break;
      ++index;
    }
    key += "[" + std::to_string(index) + "]";
  }
  return key;
}

}  // namespace

std::unique_ptr<SourceFile> ReadSource(const std::string& path) {
  Result<std::string> text = ReadFile(path, kLargestFile);
  if (!text) return nullptr;
  auto file = std::make_unique<SourceFile>();
  file->path = path;
  file->text = *std::move(text);
  if (!IsManifestName(path) && !path.ends_with("ustomization")) return file;
  Result<detection::ManifestFile> manifest = detection::ManifestReader().Read(file->text);
  if (manifest) file->manifest = *std::move(manifest);
  return file;
}

bool Better(const SourceCandidate& a, const SourceCandidate& b) {
  return std::tuple(a.same_object, a.match, a.at_start, a.same_name) >
         std::tuple(b.same_object, b.match, b.at_start, b.same_name);
}

struct SourceSearch::Walk {
  const SourceFile& file;
  bool same_object = false;
  std::vector<const Node*> way = {};
  std::vector<SourceCandidate> found = {};
};

SourceSearch::SourceSearch(const RenderedFinding& finding)
    : finding_(finding), leaf_(NodeAt(finding.object, finding.judgement.finding.path)) {
  if (leaf_ == nullptr) return;
  line_inside_ = LineInside(*leaf_, finding.judgement.finding.position);
  last_name_ = leaf_->key;
}

std::vector<SourceCandidate> SourceSearch::In(const SourceFile& file) const {
  Walk walk{file};
  const detection::ObjectIdentity rendered = detection::IdentityOf(finding_.object);
  for (const detection::Document& document : file.manifest.documents) {
    const detection::ObjectIdentity identity = detection::IdentityOf(*document.root);
    // A name may have got a prefix or a suffix on its way.
    walk.same_object = !identity.name.empty() && identity.kind == rendered.kind &&
                       rendered.name.find(identity.name) != std::string::npos;
    Visit(walk, *document.root);
  }
  if (!file.manifest.documents.empty()) return std::move(walk.found);
  if (const auto position = InText(file.text)) {
    SourceCandidate candidate;
    candidate.match = SourceMatch::kContains;
    candidate.place = {file.path, *position, ""};
    walk.found.push_back(std::move(candidate));
  }
  return std::move(walk.found);
}

void SourceSearch::Visit(Walk& walk, const Node& node) const {
  if (walk.found.size() >= kMostCandidates) return;
  walk.way.push_back(&node);
  if (node.is_scalar()) {
    if (const auto match = MatchOf(node)) Take(walk, node, *match);
  }
  for (const Node& child : node.children()) Visit(walk, child);
  walk.way.pop_back();
}

std::optional<SourceMatch> SourceSearch::MatchOf(const Node& node) const {
  if (node.text.empty()) return std::nullopt;
  if (leaf_ != nullptr && node.text == leaf_->text) return SourceMatch::kWhole;
  if (Sha256(node.text) == finding_.judgement.finding.value_digest) return SourceMatch::kValue;
  if (leaf_ == nullptr) return std::nullopt;
  if (leaf_->text.size() >= kTellingLength &&
      node.text.find(leaf_->text) != std::string_view::npos) {
    return SourceMatch::kContains;
  }
  return LineInPart(node) ? std::optional(SourceMatch::kPart) : std::nullopt;
}

// Of a value that became a part of the rendered text: the line in it that the finding is in, from
// 0; nothing when the finding is elsewhere in that text.
std::optional<uint32_t> SourceSearch::LineInPart(const Node& node) const {
  std::string_view part = node.text;
  while (part.ends_with('\n')) part.remove_suffix(1);
  const size_t at = part.size() < kTellingLength ? std::string_view::npos : leaf_->text.find(part);
  if (at == std::string_view::npos) return std::nullopt;
  const uint32_t first = Breaks(leaf_->text.substr(0, at));
  if (line_inside_ < first || line_inside_ > first + Breaks(part)) return std::nullopt;
  return line_inside_ - first;
}

void SourceSearch::Take(Walk& walk, const Node& node, SourceMatch match) const {
  uint32_t line = match == SourceMatch::kWhole ? line_inside_ : 0;
  if (match == SourceMatch::kContains) {
    const size_t at = node.text.find(leaf_->text);
    line = line_inside_ + Breaks(node.text.substr(0, at));
  } else if (match == SourceMatch::kPart) {
    line = LineInPart(node).value_or(0);
  }
  SourceCandidate candidate;
  candidate.match = match;
  candidate.same_object = walk.same_object;
  candidate.same_name = node.key == last_name_;
  if (match == SourceMatch::kPart) {
    const size_t at = leaf_->text.find(Trim(node.text));
    const size_t start = OffsetInside(*leaf_, finding_.judgement.finding.position);
    candidate.at_start = at <= start && start < at + node.text.size();
  }
  candidate.place = {walk.file.path, PlaceInside(node, line), KeyOf(walk.way)};
  candidate.way = walk.way;
  walk.found.push_back(std::move(candidate));
}

std::optional<Position> SourceSearch::InText(std::string_view text) const {
  if (leaf_ == nullptr || leaf_->text.size() < kTellingLength) return std::nullopt;
  std::string_view wanted = leaf_->text;
  while (wanted.ends_with('\n')) wanted.remove_suffix(1);
  const size_t at = text.find(wanted);
  if (at == std::string_view::npos) return std::nullopt;
  const size_t start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const auto line = static_cast<uint32_t>(std::count(text.begin(), text.begin() + at, '\n'));
  return Position{line + 1 + line_inside_,
                  line_inside_ > 0 ? 1 : static_cast<uint32_t>(at - start + 1)};
}

}  // namespace keysteward::cli
