// Placeholders: the ${name} syntax of delivery entries and issuer requests, and which names may
// stand where. There is no other template language and no escape.
//
//   ParsePlaceholders("Bearer ${key}")  ->  {"key"}
//   CheckPlaceholders("${kye}", kDeliveryPlaceholders)  ->  "may hold only ${key}, …"
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace keysteward::api::v1alpha1 {

// ${param.NAME} may stand in each of these places too.
inline constexpr std::array<std::string_view, 3> kDeliveryPlaceholders = {"key", "keyId",
                                                                          "expiresAt"};
inline constexpr std::array<std::string_view, 3> kCreatePlaceholders = {"token", "label",
                                                                        "expiresAt"};
inline constexpr std::array<std::string_view, 1> kListPlaceholders = {"label"};
// Disable, enable, delete and lastUsed.
inline constexpr std::array<std::string_view, 3> kKeyPlaceholders = {"keyId", "token", "label"};
inline constexpr std::array<std::string_view, 2> kProbePlaceholders = {"key", "keyId"};
// A key value never stands in a URL.
inline constexpr std::array<std::string_view, 1> kProbePathPlaceholders = {"keyId"};

// The names in order of appearance ("key", "param.scope"). kInvalidArgument for "${" without "}"
// and for a name that is not letters, digits, "-", "_" and at most one "param." in front.
Result<std::vector<std::string>> ParsePlaceholders(std::string_view text);

// What is wrong with `text` where only `allowed` and ${param.NAME} may stand, or nullopt.
std::optional<std::string> CheckPlaceholders(std::string_view text,
                                             std::span<const std::string_view> allowed);

// NAME of a "param.NAME", else nullopt.
std::optional<std::string_view> ParameterOf(std::string_view placeholder);

}  // namespace keysteward::api::v1alpha1
