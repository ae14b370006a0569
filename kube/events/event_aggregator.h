// EventAggregator: decides what an event costs the API server: a new object, a higher count on one
// that is there, or nothing.
//
// Rules: a repetition (same SeriesKey) within kSeriesEnds of the last one belongs to its series;
// the count is written at the second time and then at most once per kSeriesRefresh; per object at
// most kWarningsPerHour writes of warnings and kNormalsPerHour of normal events in any hour. A
// repetition that may not be written now is still counted. Memory is bounded by kMostSeries; pure
// but for its memory; not thread-safe.
//
//   switch (aggregator.Take(event, now).step) …
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "kube/events/event.h"

namespace keysteward::kube {

class EventAggregator {
 public:
  static constexpr Duration kSeriesEnds = std::chrono::minutes(6);
  static constexpr Duration kSeriesRefresh = std::chrono::minutes(6);
  static constexpr size_t kWarningsPerHour = 6;
  static constexpr size_t kNormalsPerHour = 60;
  static constexpr size_t kMostSeries = 4096;

  enum class Step {
    kCreate,  // then tell Created
    kPatch,   // set `count` on the object `key`
    kCount,   // nothing now: the count goes out with a later write
    kDrop,    // over the limit of its object
  };
  struct Decision {
    Step step;
    api::ObjectKey key = {};
    int count = 1;
  };
  struct Ended {
    api::ObjectKey key;
    int count;
  };

  Decision Take(const Event& event, MonoTime now);
  // The event stands as object `key`; its repetitions go there.
  void Created(const Event& event, api::ObjectKey key, MonoTime now);
  // Its object is gone; the next repetition is a new one.
  void Forget(const Event& event);
  // Series that ended with a count not yet written. Call about once a minute.
  std::vector<Ended> TakeEnded(MonoTime now);

 private:
  struct Series {
    api::ObjectKey key;
    int count = 1;
    int written_count = 1;
    MonoTime last_seen;
    MonoTime last_written;
  };

  // Takes one write of this object and level, if the last hour has room.
  bool MayWrite(const Event& event, MonoTime now);

  std::map<std::string, Series> series_;
  // Times of the last writes, by level and object.
  std::map<std::pair<EventLevel, std::string>, std::deque<MonoTime>> writes_;
};

}  // namespace keysteward::kube
