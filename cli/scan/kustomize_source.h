// KustomizeSourceMapper: the resource, patch or generator file that a value in a kustomization's
// output was written in.
//
//   KustomizeSourceMapper mapper("overlays/prod");
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/scan/source_search.h"

namespace keysteward::cli {

class KustomizeSourceMapper final : public SourceMapper {
 public:
  // Reads the kustomization and all local files it names, bounded.
  explicit KustomizeSourceMapper(const std::string& folder);

  std::optional<SourcePlace> Locate(const RenderedFinding& finding) override;

 private:
  void AddFolder(const std::string& folder);
  void AddNamed(const std::string& folder, const detection::Node& node);
  void AddPath(const std::string& folder, std::string_view text);

  std::map<std::string, std::unique_ptr<SourceFile>> files_;  // by normal path
  std::vector<const SourceFile*> order_;                      // overlays first
};

}  // namespace keysteward::cli
