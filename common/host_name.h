// HostName: this machine's name; in a pod the pod's. Empty when the system tells none.
#pragma once

#include <string>

namespace keysteward {

std::string HostName();

}  // namespace keysteward
