// The type of a plain YAML scalar as kubectl reads it: YAML 1.1 resolution of go-yaml v2, as kept
// by sigs.k8s.io/yaml. Quoted and block scalars are always strings.
//
//   ResolvePlain("yes") == NodeKind::kBool;  ResolvePlain("0o17") == NodeKind::kNumber
#pragma once

#include <string_view>

#include "detection/reader/node.h"

namespace keysteward::detection {

NodeKind ResolvePlain(std::string_view text);

// A member name as it arrives at the API server: `y:` is the name "true", `~:` is "null".
std::string_view ResolveKey(std::string_view text);

}  // namespace keysteward::detection
