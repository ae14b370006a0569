// RegistrationDifference: what of a webhook configuration is not as the chart declares it, and what
// to write so that it is. Pure.
//
// Every field that decides whether and how the API server asks us counts: entries, rules,
// failurePolicy, selectors, matchConditions, where requests go, timeouts. What the API server fills
// in by itself is no difference, nor is the caBundle, which operator/serving_certificate keeps.
//
//   const auto differences = RegistrationDifferences(live, wanted);
//   // {"webhook pods.keysteward.dev: failurePolicy, rules"}
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace keysteward::op {

// Field manager of what is written here, apart from that of the caBundle.
inline constexpr const char* kRestorer = "keysteward-restore";

// For people, one piece for each webhook; empty when `live` is as `wanted`.
std::vector<std::string> RegistrationDifferences(const nlohmann::json& live,
                                                 const nlohmann::json& wanted);

// The webhooks of `wanted` with the caBundle that those of `live` have.
nlohmann::json RestoredWebhooks(const nlohmann::json& live, const nlohmann::json& wanted);

// The object to create in place of one that is gone. Labels and annotations it was last seen with
// stay, so that tools that know their objects by them know this one; `last_seen` is null when it
// was never seen. It goes with `owner`.
nlohmann::json MadeAgain(const nlohmann::json& wanted, const nlohmann::json& last_seen,
                         const nlohmann::json& owner);

// metadata.managedFields in which kRestorer owns nothing of what the chart declares; nothing when
// that is so already. Otherwise a later server-side apply of other values would be a conflict.
std::optional<nlohmann::json> OwnersWithoutRestorer(const nlohmann::json& live);

}  // namespace keysteward::op
