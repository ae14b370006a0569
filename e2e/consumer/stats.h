// Stats: what became of the sample application's calls. Thread-safe.
//
//   stats.Count({.outcome = Outcome::kAccepted, .key_id = "key_…"});
//   reply = HttpReply::Json(200, stats.Json());
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "common/clock.h"
#include "common/mutex.h"

namespace keysteward::consumer {

enum class Outcome {
  kAccepted,
  kRefused,  // 401 or 403: what a rotation must never cause
  kError,    // any other answer, or none
};

class Stats {
 public:
  explicit Stats(const Clock& clock) : since_(clock.WallNow()) {}

  // `key_id` is what the provider said, "" when it said nothing.
  void Count(Outcome outcome, const std::string& key_id);

  // {"key_id": of the last accepted call, "calls", "refused", "errors", "since",
  //  "key_ids": {id: accepted calls}}
  std::string Json() const;
  std::string key_id() const;  // of the last accepted call, or ""
  uint64_t refused() const;

 private:
  const WallTime since_;
  mutable Mutex mutex_;
  std::string key_id_ GUARDED_BY(mutex_);
  uint64_t calls_ GUARDED_BY(mutex_) = 0;
  uint64_t refused_ GUARDED_BY(mutex_) = 0;
  uint64_t errors_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, uint64_t> accepted_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::consumer
