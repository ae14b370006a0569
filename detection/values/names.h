// What a name promises about the value beside it: STRIPE_API_KEY a credential, TOKEN_TTL not.
//
// A name is split at `_ - . /`, blanks and case changes; its last word decides, after words such
// as `prod`, `old` or `2` are dropped. Pure functions.
//
//   ClassifyName("stripeApiKey").strength == NameStrength::kStrong
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keysteward::detection {

enum class NameStrength : uint8_t {
  kNone,
  kWeak,    // key, auth, salt, session …: needs a random-looking value
  kStrong,  // password, secret, token, api key …
};

enum class NameKind : uint8_t {
  kOther,
  kPassword,
  kSecret,
  kToken,
  kKey,
  kLogin,      // user:password, as in BASIC_AUTH
  kUsers,      // several logins, as in SFTP_USERS
  kPasswords,  // several passwords, with users or without
};

struct NameClass {
  NameStrength strength = NameStrength::kNone;
  NameKind kind = NameKind::kOther;
};

NameClass ClassifyName(std::string_view name);

// Whether a word ends as names of credentials do: DB_PASSWORD, x-api-key, auth. Asked of words that
// are mostly none, so it takes nothing apart.
bool EndsLikeCredential(std::string_view word);

// "stripeApiKey_2" = {"stripe","api","key","2"}, lower case.
std::vector<std::string> NameWords(std::string_view name);
// Lower case without separators: "stripeapikey2"; kept in `room`, which is used again and again.
std::string_view SquashName(std::string_view name, std::string& room);

}  // namespace keysteward::detection
