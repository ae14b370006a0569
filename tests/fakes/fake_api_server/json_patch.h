// JSON Patch (RFC 6902) with the two liberties the API server takes: "replace" adds a missing
// member of an existing map, and "test" for null holds where nothing is.
//
//   KS_ASSIGN_OR_RETURN(nlohmann::json next, ApplyJsonPatch(live, patch));
#pragma once

#include <nlohmann/json.hpp>

#include "common/result.h"

namespace keysteward::kube {

// kInvalidArgument when `patch` is no list; kConflict for a failed test, a missing path or an
// unknown operation, as RestClient maps the server's answer.
Result<nlohmann::json> ApplyJsonPatch(const nlohmann::json& live, const nlohmann::json& patch);

}  // namespace keysteward::kube
