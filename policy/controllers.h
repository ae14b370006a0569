// Which objects are the work of Kubernetes' own controllers: they carry what their owner's template
// says, and denying them would stop a drain or an autoscaler.
#pragma once

#include <string_view>

#include "detection/reader/node.h"

namespace keysteward::policy {

// True when `user` is a built-in workload controller (or the controller manager itself) and the
// object has a controller reference to a kind that is judged itself. Names are compared exactly.
bool IsControllersWork(const detection::Node& object, std::string_view user);

}  // namespace keysteward::policy
