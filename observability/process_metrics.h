// ProcessMetrics: memory, CPU time, open files and start of this process, under the names every
// Prometheus client library uses.
//
// Not thread-safe: whoever answers /metrics updates and then renders.
//
//   ProcessMetrics process(metrics, clock);
//   process.Update();
//   reply.body = metrics.Render();
#pragma once

#include <cstdint>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"
#include "observability/metrics.h"

namespace keysteward {

struct ProcessUsage {
  double cpu_seconds = 0;  // user and system
  int64_t resident_bytes = 0;
  int64_t threads = 0;
};

// Reads a line of /proc/<pid>/stat (see proc(5)): fields are split by blanks, but the second, the
// program's name in parentheses, may itself hold blanks and parentheses.
Result<ProcessUsage> ParseProcessStat(std::string_view stat, int64_t ticks_per_second,
                                      int64_t page_bytes);

class ProcessMetrics {
 public:
  // The start time is that of this call.
  ProcessMetrics(Metrics& metrics, const Clock& clock);

  // Without /proc the last values stay.
  void Update();

 private:
  Metrics& metrics_;
  double cpu_seconds_ = 0;  // already counted
};

}  // namespace keysteward
