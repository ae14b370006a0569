#include "operator/rotation/phase_timers.h"

namespace keysteward::op {

Duration PhaseTimers::Elapsed(const std::string& phase) {
  const MonoTime now = clock_.MonoNow();
  MutexLock lock(mutex_);
  const auto [entry, fresh] = since_.try_emplace(phase, now);
  return now - entry->second;
}

void PhaseTimers::Reset(const std::string& phase) {
  MutexLock lock(mutex_);
  since_.erase(phase);
}

void PhaseTimers::Forget(const std::string& prefix) {
  MutexLock lock(mutex_);
  auto entry = since_.lower_bound(prefix);
  while (entry != since_.end() && entry->first.starts_with(prefix)) entry = since_.erase(entry);
}

}  // namespace keysteward::op
