// The version of every program of the project, the same as in CMakeLists.txt and Chart.yaml.
#pragma once

#include <string_view>

namespace keysteward {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace keysteward
