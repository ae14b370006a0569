// Served kinds: which of our kinds the API server serves no more, because somebody deleted their
// CustomResourceDefinition.
//
//   KS_ASSIGN_OR_RETURN(const std::vector<std::string> gone, MissingKinds(client, call));
#pragma once

#include <string>
#include <vector>

#include "kube/client/client.h"

namespace keysteward::op {

// Plurals, in the order of the alphabet. Discovery answers, which everybody logged in may read.
Result<std::vector<std::string>> MissingKinds(kube::Client& client, const kube::Call& call);

}  // namespace keysteward::op
