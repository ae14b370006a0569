// FindDirectives: name/value pairs of one line that no sign joins: `requirepass x`, SQL's
// `PASSWORD 'x'` and `IDENTIFIED BY 'x'`, `proxy_set_header X-Api-Key "x"`, .netrc, .pgpass,
// `define('API_KEY', 'x')`.
//
// Only where the word before says credential by its ending, and, without quotes, where the value
// ends the line and has a digit: sentences about passwords are no pairs. Linear in the line.
//
//   FindDirectives("requirepass hunter2", pairs);   // {"requirepass", "hunter2"}
#pragma once

#include <string_view>
#include <vector>

#include "detection/fields/assignments.h"

namespace keysteward::detection {

// Appends to `pairs`, at most `limit` in all.
void FindDirectives(std::string_view line, std::vector<Assignment>& pairs, size_t limit);

}  // namespace keysteward::detection
