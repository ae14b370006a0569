// YamlDocument: YAML files of the repository as JSON, for tests that read crds/ and test data.
//
// Plain scalars become null, booleans and numbers as in Kubernetes; quoted ones stay text.
// Any error ends the test program: such files are part of the source.
//
//   const nlohmann::json crd = ReadYaml("crds/managedcredentials.yaml");
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace keysteward::builders {

// `path` is relative to the root of the repository.
std::string ReadSourceFile(const std::string& path);
nlohmann::json ReadYaml(const std::string& path);
// Sorted paths, relative to the root, of the files with that ending below `folder`.
std::vector<std::string> ListSourceFiles(const std::string& folder, const std::string& ending);

}  // namespace keysteward::builders
