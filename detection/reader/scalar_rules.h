// What plain YAML scalars are to kubectl: the types and values of YAML 1.1 as go-yaml v2 and
// sigs.k8s.io/yaml resolve them. Quoted and block scalars are always strings.
//
// tests/differential/yaml compares the reader with that library.
//
//   ResolvePlain("yes") == NodeKind::kBool;  NumberOf("0o17") == ScalarNumber(int64_t{15})
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "detection/reader/node.h"

namespace keysteward::detection {

NodeKind ResolvePlain(std::string_view text);

// Integers that fit exactly, otherwise floats; infinities and NaN are floats.
using ScalarNumber = std::variant<int64_t, uint64_t, double>;
// Of a plain scalar; nothing when it is no number.
std::optional<ScalarNumber> NumberOf(std::string_view plain);
// Of a scalar that ResolvePlain calls a Boolean.
bool IsTrue(std::string_view plain);

// A member name as it arrives at the API server: `y:` is the name "true", `0777:` is "511". Nothing
// when the API server could not have such a name: null, and integers beyond 64 bits with sign.
std::optional<std::string> ResolveKey(std::string_view plain);

}  // namespace keysteward::detection
