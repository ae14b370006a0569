// Unfolded: where in a file a finding inside a folded scalar (>, >-) stands.
//
// Folding joins lines with blanks, so what is found in the joined text has no line of its own.
#pragma once

#include <string_view>

#include "detection/reader/node.h"

namespace keysteward::cli {

// `place` as the file has it, when `leaf` is a folded scalar of `file`; else, or when its lines do
// not make up its text, `place`. Pure; linear in the scalar.
detection::Position Unfolded(std::string_view file, const detection::Node& leaf,
                             detection::Position place);

}  // namespace keysteward::cli
