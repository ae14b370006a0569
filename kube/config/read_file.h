// ReadFile: a whole small file, bounded, with the path in the error.
#pragma once

#include <cstddef>
#include <string>

#include "common/result.h"

namespace keysteward::kube {

inline constexpr size_t kMaxConfigFile = 4 * 1024 * 1024;

// kNotFound when there is no such file; kTooLarge beyond kMaxConfigFile; kFailedPrecondition for a
// folder or a file that may not be read.
Result<std::string> ReadFile(const std::string& path);

}  // namespace keysteward::kube
