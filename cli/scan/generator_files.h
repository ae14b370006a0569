// Files that a kustomization puts into ConfigMaps and Secrets: its generators with `files`, `envs`,
// `env`.
//
// Those of ConfigMaps are no manifests, but what they hold is an entry of one in the cluster, so
// they are judged as one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {

bool IsKustomization(const std::string& path);

// The local files that the kustomization at `path` generates from, as they are there: regular files
// beside or below it, or above. None when it cannot be read; whoever judges it says so.
struct GeneratorFiles {
  std::vector<std::string> config_maps;
  std::vector<std::string> secrets;
};
GeneratorFiles FindGeneratorFiles(const std::string& path);

// A ConfigMap with `text` as the entry that has the file's name, at the places of the text. Refers
// to both.
detection::ManifestFile ConfigMapOf(std::string_view path, std::string_view text);

}  // namespace keysteward::cli
