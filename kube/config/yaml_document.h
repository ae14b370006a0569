// ReadYamlDocument: a small YAML configuration file as JSON, so that it is read with JsonFields and
// wrong fields are named by their path.
//
// Every plain scalar becomes text, except true, false and null; kubeconfigs hold no numbers.
// Refused: anchors and aliases, duplicate keys, keys that are not scalars, more than one document,
// more than 4 MiB, nesting beyond kMaxDocumentDepth. Errors carry the line.
//
//   KS_ASSIGN_OR_RETURN(const nlohmann::json config, ReadYamlDocument(text));
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "common/result.h"

namespace keysteward::kube {

inline constexpr size_t kMaxYamlBytes = 4 * 1024 * 1024;

Result<nlohmann::json> ReadYamlDocument(std::string_view text);

}  // namespace keysteward::kube
