// Place: the kind of field that a text stands in.
//
//   "in " + std::string(PlaceName(Place::kEnv))   // "in an environment variable"
#pragma once

#include <cstdint>
#include <string_view>

namespace keysteward::detection {

enum class Place : uint8_t {
  kEnv,
  kArgument,
  kHeader,
  kParameter,
  kConfig,
  kAnnotation,
  kText,     // an assignment inside a longer text
  kField,    // any other field
  kComment,  // of a file, which no object holds
};

// "an environment variable", "a header", …: for reasons.
std::string_view PlaceName(Place place);

}  // namespace keysteward::detection
