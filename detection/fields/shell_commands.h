// FindShellCredentials: name/value pairs of a shell script that only its commands tell: words,
// quotes, pipes and scripts in quotes are read as a shell reads them, CommandReader knows the rest.
//
//   FindShellCredentials("redis-cli -a hunter2 ping", pairs);   // {"command-password", "hunter2"}
#pragma once

#include <string_view>
#include <vector>

#include "detection/fields/assignments.h"

namespace keysteward::detection {

// Whether a member of that name holds commands: run, script, entrypoint.sh.
bool IsScriptName(std::string_view name);

// Appends to `pairs`, at most `limit` in all. Linear in the script.
void FindShellCredentials(std::string_view script, std::vector<Assignment>& pairs,
                          size_t limit = 20'000);

// The same of lines that chpasswd reads: "root:hunter2" gives {"command-password", "hunter2"}.
void FindUserPasswords(std::string_view lines, std::vector<Assignment>& pairs,
                       size_t limit = 20'000);

}  // namespace keysteward::detection
