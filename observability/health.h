// HealthChecks: named conditions of the process behind /healthz and /readyz.
//
// Checks are asked on the caller's thread, so they look at a flag and never wait. Thread-safe.
//
//   HealthChecks ready;
//   ready.Add("informers", [&] { return cache.CheckSynced(); });
//   const HealthReport report = ready.Run();      // 200 or 500 with report.text
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/mutex.h"
#include "common/result.h"

namespace keysteward {

struct HealthReport {
  bool healthy = true;
  // One line per check in the order they were added, the form of the API server's own endpoints:
  // "[+]informers ok", "[-]leader failed: no lease yet", at the end "ok" or "failed".
  std::string text;
};

class HealthChecks {
 public:
  using Check = std::function<Result<void>()>;

  // A check of the same name is replaced.
  void Add(std::string name, Check check);
  // Without checks: healthy.
  HealthReport Run() const;

 private:
  mutable Mutex mutex_;
  std::vector<std::pair<std::string, Check>> checks_ GUARDED_BY(mutex_);
};

}  // namespace keysteward
