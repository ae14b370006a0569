// StuckReason: why a pod cannot become ready by itself, as a reason of the closed list of
// docs/conditions.md. Pure.
#pragma once

#include <string>

#include "api/core/pod_types.h"

namespace keysteward::op {

// ImagePullFailed, CrashLooping, Unschedulable, NodeLost; "" for none of them.
std::string StuckReason(const api::core::Pod& pod);

}  // namespace keysteward::op
