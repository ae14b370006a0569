// Login texts: texts that hold a user and a password together: `user=app:x`, `auth=("app", "x")`,
// `db.auth("app", "x")`; and calls that set a password: `PASSWORD('x')`.
//
// Most such places hold other pairs of words as well: there only a generated password counts.
//
//   PasswordInPair("basic.auth.user.info", "app:Xk29…")   // "Xk29…"
#pragma once

#include <string_view>
#include <vector>

#include "detection/fields/assignments.h"

namespace keysteward::detection {

// The password of a pair that holds user:password, or "".
std::string_view PasswordInPair(std::string_view name, std::string_view value);

// Appends to `pairs` what the calls of one line pass on, at most `limit` in all. Linear in the
// line.
void FindLoginCalls(std::string_view line, std::vector<Assignment>& pairs, size_t limit = 20'000);

}  // namespace keysteward::detection
