#include "observability/health.h"

#include <algorithm>

#include "common/strings.h"

namespace keysteward {

void HealthChecks::Add(std::string name, Check check) {
  MutexLock lock(mutex_);
  const auto found = std::find_if(checks_.begin(), checks_.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (found == checks_.end()) {
    checks_.emplace_back(std::move(name), std::move(check));
  } else {
    found->second = std::move(check);
  }
}

HealthReport HealthChecks::Run() const {
  std::vector<std::pair<std::string, Check>> checks;
  {
    MutexLock lock(mutex_);
    checks = checks_;  // a check may take a lock of its own
  }
  HealthReport report;
  for (const auto& [name, check] : checks) {
    const Result<void> result = check();
    report.healthy = report.healthy && result.has_value();
    report.text += result ? "[+]" + name + " ok\n"
                          : "[-]" + name + " failed: " + Printable(result.error().message) + "\n";
  }
  report.text += report.healthy ? "ok\n" : "failed\n";
  return report;
}

}  // namespace keysteward
