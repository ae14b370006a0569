#include "cli/scan/helm_source.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/scan/helm_values.h"
#include "cli/scan/node_at.h"
#include "common/strings.h"
#include "detection/fields/object_identity.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using detection::Node;
using detection::Position;

constexpr int kMostRenders = 16;
constexpr int kDeepestChart = 4;

// The place above `line` that says which template it comes from: "# Source:
// chart/templates/a.yaml".
std::string SourceComment(std::string_view text, uint32_t line) {
  constexpr std::string_view kMark = "# Source: ";
  std::string source;
  for (uint32_t at = 1; at <= line && !text.empty(); ++at) {
    const size_t end = text.find('\n');
    const std::string_view current = text.substr(0, end);
    if (current.starts_with(kMark)) source = std::string(Trim(current.substr(kMark.size())));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return source;
}

// The first line of a template that names what the finding is called.
Position LineOfName(std::string_view text, const std::string& name) {
  const size_t at = name.empty() ? std::string_view::npos : text.find(name);
  if (at == std::string_view::npos) return {1, 1};
  return {static_cast<uint32_t>(std::count(text.begin(), text.begin() + at, '\n')) + 1, 1};
}

// The same field of the same object in another rendering; nullptr when it is not there.
const Node* SameField(const detection::ManifestFile& manifest, const RenderedFinding& finding) {
  const detection::ObjectIdentity wanted = detection::IdentityOf(finding.object);
  for (const detection::Document& document : manifest.documents) {
    for (const Node* object : detection::ObjectsOf(*document.root)) {
      if (detection::IdentityOf(*object) == wanted) {
        return NodeAt(*object, finding.judgement.finding.path);
      }
    }
  }
  return nullptr;
}

}  // namespace

HelmSourceMapper::HelmSourceMapper(Chart chart, Render render)
    : chart_(std::move(chart)), render_(std::move(render)), renders_left_(kMostRenders) {
  for (auto file = chart_.values_files.rbegin(); file != chart_.values_files.rend(); ++file) {
    if (auto source = ReadSource(*file)) values_.push_back({std::move(source), {}});
  }
  AddChartValues(chart_.folder, {}, 0);
}

void HelmSourceMapper::AddChartValues(const std::string& folder, std::vector<std::string> prefix,
                                      int depth) {
  if (auto source = ReadSource((fs::path(folder) / "values.yaml").string())) {
    values_.push_back({std::move(source), prefix});
  }
  if (depth == kDeepestChart) return;
  std::vector<fs::path> charts;
  std::error_code error;
  for (auto at = fs::directory_iterator(fs::path(folder) / "charts", error);
       !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored)) charts.push_back(at->path());
  }
  std::sort(charts.begin(), charts.end());
  for (const fs::path& chart : charts) {
    std::vector<std::string> inner = prefix;
    inner.push_back(chart.filename().string());
    AddChartValues(chart.string(), std::move(inner), depth + 1);
  }
}

std::vector<std::pair<SourceCandidate, const HelmSourceMapper::Values*>>
HelmSourceMapper::Candidates(const SourceSearch& search) const {
  std::vector<std::pair<SourceCandidate, const Values*>> found;
  for (const Values& values : values_) {
    for (SourceCandidate& candidate : search.In(*values.file)) {
      found.emplace_back(std::move(candidate), &values);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return Better(a.first, b.first); });
  return found;
}

bool HelmSourceMapper::Decides(const SourceCandidate& candidate, const Values& values,
                               const RenderedFinding& finding, const SourceSearch& search) {
  if (renders_left_ == 0 || search.leaf() == nullptr) return false;
  --renders_left_;
  const std::string marker = "keysteward-marker";
  const Result<ValuesOverlay> overlay =
      ValuesOverlay::Write(OverlayFor(candidate.way, values.prefix, marker));
  if (!overlay) return false;
  Chart marked = chart_;
  marked.values_files.push_back(overlay->path());
  const Result<std::string> text = render_(marked);
  if (!text) return false;
  const Result<detection::ManifestFile> manifest =
      detection::ManifestReader({.bytes = text->size() + 1}).Read(*text);
  if (!manifest) return false;
  const Node* field = SameField(*manifest, finding);
  if (field == nullptr || field->text == search.leaf()->text) return false;
  // What a template draws anew each time changes by itself, so a part must be seen in its place.
  return candidate.match >= SourceMatch::kValue ||
         field->text.find(marker) != std::string_view::npos;
}

std::optional<SourcePlace> HelmSourceMapper::Locate(const RenderedFinding& finding) {
  const SourceSearch search(finding);
  std::vector<std::pair<SourceCandidate, const Values*>> candidates = Candidates(search);
  const auto certain = [&](const SourceCandidate& c) { return c.match >= SourceMatch::kValue; };
  const size_t sure = static_cast<size_t>(
      std::count_if(candidates.begin(), candidates.end(),
                    [&](const auto& candidate) { return certain(candidate.first); }));
  for (auto& [candidate, values] : candidates) {
    // One value that is just this credential needs no proof.
    const bool alone = sure == 1 && certain(candidate);
    if (alone || Decides(candidate, *values, finding, search)) return std::move(candidate.place);
  }
  return InTemplate(finding, search);
}

std::optional<SourcePlace> HelmSourceMapper::InTemplate(const RenderedFinding& finding,
                                                        const SourceSearch& search) const {
  const std::string source = SourceComment(finding.text, finding.judgement.finding.position.line);
  const size_t slash = source.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const fs::path path = fs::path(chart_.folder) / source.substr(slash + 1);
  const auto file = ReadSource(path.string());
  if (file == nullptr) return SourcePlace{path.string(), {1, 1}, ""};
  if (const auto position = search.InText(file->text)) {
    return SourcePlace{path.string(), *position, ""};
  }
  return SourcePlace{path.string(), LineOfName(file->text, finding.judgement.finding.name), ""};
}

}  // namespace keysteward::cli
