// MergeDiff: the RFC 7386 merge patch that turns one JSON value into another.
//
//   MergeDiff({{"a",1},{"b",2}}, {{"a",1},{"c",3}})  ==  {{"b",null},{"c",3}}
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace keysteward::kube {

// Both must be objects; members whose value in `after` is null cannot be expressed and are left out.
// An empty object means no difference. Lists are replaced whole.
nlohmann::json MergeDiff(const nlohmann::json& before, const nlohmann::json& after);

}  // namespace keysteward::kube
