// FindInTables: values that stand under the name of a column: files of comma-separated values whose
// first line names one, and SQL's INSERT INTO users (login, password) VALUES ('a', 'x').
//
// Linear in the text.
//
//   FindInTables("user,password\nann,hunter2\n", pairs);   // {"password", "hunter2"}
#pragma once

#include <string_view>
#include <vector>

#include "detection/fields/assignments.h"

namespace keysteward::detection {

// Appends to `pairs`, at most `limit` in all.
void FindInTables(std::string_view text, std::vector<Assignment>& pairs, size_t limit = 20'000);

}  // namespace keysteward::detection
