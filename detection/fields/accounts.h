// FindAccounts: passwords in files that list accounts: pgbouncer's userlist.txt, chap-secrets,
// Postfix' sasl_passwd, ActiveMQ's users.properties, Jetty's realm.properties, Redis' users.acl.
//
// Their lines hold a user and a password without a word that says so: the file's name does, or a
// line that nothing else looks like. Where other files look alike, only generated values count,
// under a name that says little.
//
//   FindAccounts("userlist.txt", "\"app\" \"hunter2\"\n", pairs);   // {"password", "hunter2"}
#pragma once

#include <string_view>
#include <vector>

#include "detection/fields/assignments.h"

namespace keysteward::detection {

// Appends to `pairs`, at most `limit` in all. Linear in the text.
void FindAccounts(std::string_view file, std::string_view text, std::vector<Assignment>& pairs,
                  size_t limit = 20'000);

// Whether a file of that name lists accounts.
bool ListsAccounts(std::string_view file);

}  // namespace keysteward::detection
