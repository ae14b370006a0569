// ReadYaml: a YAML stream to documents, over libyaml's events.
#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {

// Appends every document of `text`, nodes in `arena`. Errors: kInvalidArgument "line:column: why",
// kTooLarge for a limit. Anchors live for one document; merge keys are applied.
Result<void> ReadYaml(std::string_view text, const ReadLimits& limits,
                      std::pmr::memory_resource& arena, std::vector<Document>& documents);

}  // namespace keysteward::detection
