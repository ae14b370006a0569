// Logins: the password in a value that holds user and password: admin:s3cret, alice:x1,bob:y2.
//
// Pure functions, linear in the value.
//
//   PasswordOfLogin("admin:Mango2022", NameKind::kLogin)           // Mango2022
//   PasswordOfLogin("backup:x9…:1001:100:upload", NameKind::kUsers)  // x9…
#pragma once

#include <string_view>

#include "detection/values/names.h"

namespace keysteward::detection {

// The first password of a value beside a name of `kind`, kLogin, kUsers or kPasswords; "" when it
// holds none, or one that is filled in elsewhere. Of users and of passwords only random ones and
// those that IsPasswordOfUser accuses.
std::string_view PasswordOfLogin(std::string_view value, NameKind kind);

// Whether what stands beside a user's name is a password; roles, groups, ids, addresses and hashes
// stand there too.
bool IsPasswordOfUser(std::string_view value);

}  // namespace keysteward::detection
