// ServiceDifference: what of the webhook's Service is not as the chart declares it: where it leads
// and by which ports. Pure.
//
//   ServiceDifferences(live, wanted)  // {"selector", "ports"}
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace keysteward::op {

// Names of fields of spec; what the API server fills in is no difference.
std::vector<std::string> ServiceDifferences(const nlohmann::json& live,
                                            const nlohmann::json& wanted);

}  // namespace keysteward::op
