// Files that a kustomization puts into ConfigMaps: `configMapGenerator` with `files`, `envs`,
// `env`.
//
// They are no manifests, but what they hold is an entry of a ConfigMap in the cluster, so they are
// judged as one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {

bool IsKustomization(const std::string& path);

// The local files that the kustomization at `path` generates ConfigMaps from, as they are there:
// regular files beside or below it, or above. None when it cannot be read; whoever judges it says
// so.
std::vector<std::string> GeneratorFiles(const std::string& path);

// A ConfigMap with `text` as the entry `name`, at the places of the text. Refers to both.
detection::ManifestFile ConfigMapOf(std::string_view name, std::string_view text);

}  // namespace keysteward::cli
