// Restarter: tells consumers of a settled delivery to restart, within the governor's limits.
//
//   KS_ASSIGN_OR_RETURN(RestartOutcome outcome, RestartConsumers(env, {.credential = c}, call));
#pragma once

#include <string>
#include <vector>

#include "operator/rotation/environment.h"

namespace keysteward::op {

struct RestartRequest {
  const api::v1alpha1::ManagedCredential& credential;
  bool emergency = false;  // raises every limit and waits for nothing
  bool restrained = true;  // false: no obstacle holds a restart back, the limits do
};

struct RestartOutcome {
  std::vector<std::string> patched;  // "Deployment api"
  std::vector<Error> failed;         // per workload; the others were patched all the same
};

// Decides on the cache and patches under uid and resourceVersion, so a stale view can only fail
// with a conflict, which is left for the next look and not reported.
Result<RestartOutcome> RestartConsumers(const Environment& env, const RestartRequest& request,
                                        const kube::Call& call);

}  // namespace keysteward::op
