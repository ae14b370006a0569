#include "e2e/providers/keyserver/journal.h"

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/json.h"

namespace keysteward::keyserver {
namespace {

// A day of 50 calls a second would be 4 million; the oldest go first.
constexpr size_t kMaxEntries = 1'000'000;

std::string Line(const JournalEntry& entry) {
  return DumpJson({{"seq", entry.seq},
                   {"time", FormatMicroTime(entry.time)},
                   {"method", entry.method},
                   {"path", entry.path},
                   {"actor", entry.actor},
                   {"key_id", entry.key_id},
                   {"name", entry.name},
                   {"status", entry.status},
                   {"effect", entry.effect},
                   {"fault", entry.fault}}) +
         "\n";
}

}  // namespace

void Journal::Append(JournalEntry entry) {
  MutexLock lock(mutex_);
  entry.seq = next_++;
  entry.time = clock_.WallNow();
  entries_.push_back(std::move(entry));
  if (entries_.size() > kMaxEntries) entries_.pop_front();
}

std::string Journal::LinesAfter(uint64_t seq) const {
  std::deque<JournalEntry> wanted;
  {
    MutexLock lock(mutex_);
    const uint64_t first = entries_.empty() ? next_ : entries_.front().seq;
    const uint64_t skipped = seq < first ? 0 : seq - first + 1;
    if (skipped < entries_.size()) {
      wanted.assign(entries_.begin() + static_cast<ptrdiff_t>(skipped), entries_.end());
    }
  }
  std::string lines;
  for (const JournalEntry& entry : wanted) lines += Line(entry);
  return lines;
}

void Journal::Clear() {
  MutexLock lock(mutex_);
  entries_.clear();
  next_ = 1;
}

}  // namespace keysteward::keyserver
