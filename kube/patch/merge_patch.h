// Merge patches (RFC 7386): what turns one object into another.
//
// Lists are replaced as a whole; a null in `after` cannot be expressed, since null means "remove".
//
//   MergePatch({{"a", 1}, {"b", 2}}, {{"a", 1}, {"c", 3}})  ==  {"b": null, "c": 3}
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace keysteward::kube {

// An empty object when nothing differs. Preconditions: both are objects.
nlohmann::json MergePatch(const nlohmann::json& before, const nlohmann::json& after);

// The patch for the status subresource, or nothing when the status is the same and need not be
// written. With a resourceVersion the server refuses it (kConflict) when the object has changed
// since: always so when the new status guards a step.
std::optional<nlohmann::json> StatusPatch(const nlohmann::json& before, const nlohmann::json& after,
                                          const std::string& resource_version = "");

}  // namespace keysteward::kube
