// Journal: every request the service got and what it did, in order. Tests judge the product by it,
// so it is written by the service and never by the client. Holds no key value.
//
// Thread-safe.
//
//   journal.Append({.method = "POST", .path = "/v1/keys", .status = 201, .effect = "created"});
//   const std::string lines = journal.LinesAfter(0);   // one JSON object per line
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "common/clock.h"
#include "common/mutex.h"

namespace keysteward::keyserver {

struct JournalEntry {
  uint64_t seq = 0;  // from 1, without gaps
  WallTime time{};
  std::string method;
  std::string path;    // without query
  std::string actor;   // "admin", "key" or "none": whose authorization it carried
  std::string key_id;  // the key acted upon or used, "" when unknown
  std::string name;    // of that key
  int status = 0;      // 0: no answer was sent
  std::string
      effect;         // created replayed listed read disabled enabled deleted accepted refused none
  std::string fault;  // the fault applied, or ""
};

class Journal {
 public:
  explicit Journal(const Clock& clock) : clock_(clock) {}

  // Sets seq and time.
  void Append(JournalEntry entry);
  // Entries with a greater seq, as lines {"seq":1,"time":"…","method":…}.
  std::string LinesAfter(uint64_t seq) const;
  void Clear();

 private:
  const Clock& clock_;
  mutable Mutex mutex_;
  std::deque<JournalEntry> entries_ GUARDED_BY(mutex_);
  uint64_t next_ GUARDED_BY(mutex_) = 1;
};

}  // namespace keysteward::keyserver
