#include "cli/scan/kustomize_source.h"

#include <filesystem>

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using detection::Node;

constexpr size_t kMostFiles = 2000;

}  // namespace

KustomizeSourceMapper::KustomizeSourceMapper(const std::string& folder) { AddFolder(folder); }

void KustomizeSourceMapper::AddFolder(const std::string& folder) {
  for (const char* name : {"kustomization.yaml", "kustomization.yml", "Kustomization"}) {
    const std::string path = (fs::path(folder) / name).lexically_normal().string();
    if (files_.contains(path) || files_.size() >= kMostFiles) continue;
    std::unique_ptr<SourceFile> file = ReadSource(path);
    if (file == nullptr) continue;
    const SourceFile& kustomization = *file;
    order_.push_back(&kustomization);
    files_[path] = std::move(file);
    for (const detection::Document& document : kustomization.manifest.documents) {
      AddNamed(folder, *document.root);
    }
    return;
  }
}

// Every text of a kustomization that is the path of a file or folder counts: kustomize has many
// fields for them, and more to come.
void KustomizeSourceMapper::AddNamed(const std::string& folder, const Node& node) {
  if (node.is_string()) AddPath(folder, node.text);
  for (const Node& child : node.children()) AddNamed(folder, child);
}

void KustomizeSourceMapper::AddPath(const std::string& folder, std::string_view text) {
  if (const size_t equals = text.find('='); equals != std::string_view::npos) {
    text.remove_prefix(equals + 1);  // files: [name=path]
  }
  if (text.empty() || text.size() > 1024 || text[0] == '/' ||
      text.find_first_of("\n:") != std::string_view::npos) {
    return;
  }
  const fs::path path = (fs::path(folder) / fs::path(text)).lexically_normal();
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return AddFolder(path.string());
  if (files_.contains(path.string()) || files_.size() >= kMostFiles) return;
  if (!fs::is_regular_file(path, ignored)) return;
  std::unique_ptr<SourceFile> file = ReadSource(path.string());
  if (file == nullptr) return;
  order_.push_back(file.get());
  files_[path.string()] = std::move(file);
}

std::optional<SourcePlace> KustomizeSourceMapper::Locate(const RenderedFinding& finding) {
  const SourceSearch search(finding);
  std::optional<SourceCandidate> best;
  for (const SourceFile* file : order_) {
    for (SourceCandidate& candidate : search.In(*file)) {
      // Nothing puts texts together here, so a part is only a likeness.
      if (candidate.match == SourceMatch::kPart) continue;
      if (!best || Better(candidate, *best)) best = std::move(candidate);
    }
  }
  if (!best) return std::nullopt;
  best->place.key.clear();
  return std::move(best->place);
}

}  // namespace keysteward::cli
