#include "cli/scan/generator_files.h"

#include <algorithm>
#include <filesystem>

#include "cli/scan/scan_inputs.h"
#include "detection/reader/node_arena.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using detection::Node;

constexpr size_t kMostFiles = 2000;

// "prod.env", or "name=prod.env"
void AddFile(const fs::path& folder, const Node& node, std::vector<std::string>& files) {
  if (!node.is_string() || node.text.empty() || files.size() >= kMostFiles) return;
  const std::string_view local = node.text.substr(node.text.find('=') + 1);  // npos + 1 == 0
  const fs::path path = (folder / fs::path(local)).lexically_normal();
  std::error_code ignored;
  const fs::file_status status = fs::symlink_status(path, ignored);
  if (!local.starts_with('/') && fs::is_regular_file(status)) files.push_back(path.string());
}

void AddFiles(const fs::path& folder, const Node* generators, std::vector<std::string>& files) {
  if (generators == nullptr || !generators->is_sequence()) return;
  for (const Node& generator : generators->children()) {
    if (const Node* env = generator.Find("env")) AddFile(folder, *env, files);
    for (const char* list : {"envs", "files"}) {
      const Node* names = generator.Find(list);
      if (names == nullptr || !names->is_sequence()) continue;
      for (const Node& name : names->children()) AddFile(folder, name, files);
    }
  }
}

Node* Member(detection::NodeArena& nodes, std::string_view key, detection::NodeKind kind,
             std::string_view text = {}) {
  Node* node = nodes.New();
  node->kind = kind;
  node->position = {1, 1};
  node->key = key;
  node->text = text;
  return node;
}

}  // namespace

bool IsKustomization(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization";
}

GeneratorFiles FindGeneratorFiles(const std::string& path) {
  GeneratorFiles files;
  const Result<std::string> text = ReadFile(path, kLargestFile);
  if (!text || text->find("Generator") == std::string::npos) return files;
  const Result<detection::ManifestFile> manifest = detection::ManifestReader().Read(*text);
  if (!manifest) return files;
  const fs::path folder = fs::path(path).parent_path();
  for (const detection::Document& document : manifest->documents) {
    AddFiles(folder, document.root->Find("configMapGenerator"), files.config_maps);
    AddFiles(folder, document.root->Find("secretGenerator"), files.secrets);
  }
  return files;
}

detection::ManifestFile ConfigMapOf(std::string_view path, std::string_view text) {
  using detection::NodeKind;
  detection::ManifestFile file;
  file.arena = std::make_unique<std::pmr::monotonic_buffer_resource>();
  detection::NodeArena nodes(*file.arena);
  detection::ChildList data{Member(nodes, "data", NodeKind::kMapping)};
  const std::string_view name = path.substr(path.rfind('/') + 1);
  data.Append(Member(nodes, name, NodeKind::kString, text));
  detection::ChildList root{Member(nodes, "", NodeKind::kMapping)};
  root.Append(Member(nodes, "apiVersion", NodeKind::kString, "v1"));
  root.Append(Member(nodes, "kind", NodeKind::kString, "ConfigMap"));
  root.Append(data.node);
  file.documents.push_back({root.node, 0});
  return file;
}

}  // namespace keysteward::cli
