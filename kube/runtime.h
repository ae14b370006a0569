// Runtime: what every informer, controller, elector and recorder of a process needs from outside,
// handed on as one value. All of it must outlive what was made with it.
//
//   const kube::Runtime runtime{client, clock, random, log, metrics};
//   kube::Informer<core::Pod> pods(runtime);
#pragma once

#include "common/clock.h"
#include "common/random.h"
#include "kube/client/client.h"
#include "observability/log.h"
#include "observability/metrics.h"

namespace keysteward::kube {

struct Runtime {
  Client& client;
  const Clock& clock;
  Random& random;
  Logger& log;
  Metrics& metrics;
};

}  // namespace keysteward::kube
