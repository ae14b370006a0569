// Require: ends a fuzz program where something does not hold that must; libFuzzer keeps the input.
//
//   Require(decoded.size() <= limit);
#pragma once

#include <cstdlib>

namespace keysteward {

inline void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace keysteward
