// FindFallbacks: literals that are taken where a reference has nothing: `${DB_PASSWORD:-x}` of
// shells and Compose, `${db.password:x}` of Spring, `process.env.X || 'x'`, `getenv('X') ?: 'x'`,
// `{{ x | default('x') }}`.
//
// Each is named by its variable, or by what it is assigned to where the variable's name says
// nothing, or not at all where it is all that the line holds. Linear in the line.
//
//   FindFallbacks("export A=${DB_PASSWORD:-hunter2}", pairs, 0);   // {"DB_PASSWORD", "hunter2"}
#pragma once

#include <string_view>
#include <vector>

#include "detection/fields/assignments.h"

namespace keysteward::detection {

// Appends to `pairs`, at most `limit` in all. The pairs from `first` on are those of the line.
void FindFallbacks(std::string_view line, std::vector<Assignment>& pairs, size_t first,
                   size_t limit = 20'000);

// Whether any line of the text may hold one.
bool MayHoldFallbacks(std::string_view text);

}  // namespace keysteward::detection
