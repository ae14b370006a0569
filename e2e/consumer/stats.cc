#include "e2e/consumer/stats.h"

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/json.h"

namespace keysteward::consumer {

void Stats::Count(Outcome outcome, const std::string& key_id) {
  MutexLock lock(mutex_);
  ++calls_;
  switch (outcome) {
    case Outcome::kAccepted:
      key_id_ = key_id;
      ++accepted_[key_id];
      break;
    case Outcome::kRefused:
      ++refused_;
      break;
    case Outcome::kError:
      ++errors_;
      break;
  }
}

std::string Stats::Json() const {
  MutexLock lock(mutex_);
  return DumpJson({{"key_id", key_id_},
                   {"calls", calls_},
                   {"refused", refused_},
                   {"errors", errors_},
                   {"since", FormatTime(since_)},
                   {"key_ids", accepted_}});
}

std::string Stats::key_id() const {
  MutexLock lock(mutex_);
  return key_id_;
}

uint64_t Stats::refused() const {
  MutexLock lock(mutex_);
  return refused_;
}

}  // namespace keysteward::consumer
