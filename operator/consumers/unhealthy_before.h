// UnhealthyBefore: what ails a workload with the key it has, before it gets another. Pure.
//
// Asked before a delivery only: later the new key may be what makes it unhealthy, and then its
// restart must not wait.
//
//   if (std::string ailment = UnhealthyBefore(consumer); !ailment.empty()) …do not deliver
#pragma once

#include <string>

#include "operator/consumers/consumer_gate.h"

namespace keysteward::op {

// What was seen and the way out, for people; "" for a healthy workload and for one whose own
// rollout is under way. Precondition: consumer.workload.
std::string UnhealthyBefore(const Consumer& consumer);

}  // namespace keysteward::op
