// The owner-and-end rule: a Secret used as environment variables has an owner and an expiry.
//
// Pure: object, policy, lookup and time give the findings. The rules' ids are stable.
//
//   FindingsOf(FindSecretReferences(object), identity, policy.references, lookup, now)
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "detection/engine/finding.h"
#include "detection/fields/secret_references.h"
#include "policy/policy.h"
#include "policy/secret_lookup.h"

namespace keysteward::policy {

inline constexpr std::string_view kSecretMissing = "secret-missing";
inline constexpr std::string_view kSecretWithoutOwner = "secret-without-owner";
inline constexpr std::string_view kSecretWithoutExpiry = "secret-without-expiry";
inline constexpr std::string_view kSecretExpiryMalformed = "secret-expiry-malformed";
inline constexpr std::string_view kSecretExpired = "secret-expired";
inline constexpr std::string_view kSecretLivesTooLong = "secret-lives-too-long";
inline constexpr std::string_view kSecretExpiresSoon = "secret-expires-soon";

struct ReferenceFinding {
  detection::Finding finding;
  Action action = Action::kDeny;
};

// RFC 3339, or YYYY-MM-DD for the end of that day in UTC.
Result<WallTime> ParseExpiry(std::string_view text);

// `identity` is that of the object which uses them.
std::vector<ReferenceFinding> FindingsOf(std::span<const detection::SecretReference> uses,
                                         const detection::ObjectIdentity& identity,
                                         const ReferencePolicy& policy, const SecretLookup& lookup,
                                         WallTime now);

}  // namespace keysteward::policy
