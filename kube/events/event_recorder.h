// EventRecorder: tells people about objects through events.k8s.io/v1, without ever holding up the
// caller.
//
// Record only puts the event into a bounded queue; a thread of its own writes it, repetitions as a
// series on one object. Events are best effort: a full queue, the hourly limit of an object or an
// API server that refuses three times drops them, each counted in keysteward_events_dropped_total.
// Thread-safe.
//
//   EventRecorder events({"keysteward.dev/operator", identity}, runtime);
//   events.Record({.level = EventLevel::kWarning, .regarding = ReferenceTo(credential), …});
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <thread>

#include "common/mutex.h"
#include "kube/events/event.h"
#include "kube/events/event_aggregator.h"
#include "kube/runtime.h"

namespace keysteward::kube {

class EventRecorder {
 public:
  static constexpr size_t kLongestQueue = 1000;

  EventRecorder(EventSource source, const Runtime& runtime);
  // Events still waiting are dropped.
  ~EventRecorder();

  void Record(Event event);

 private:
  void Run(const std::stop_token& stop);
  std::optional<Event> Next(const std::stop_token& stop);
  void Write(const Event& event, const std::stop_token& stop);
  void Create(const Event& event, const std::stop_token& stop);
  void WriteEnded(const std::stop_token& stop);
  // Tries three times what may help by itself.
  template <typename Send>
  Result<nlohmann::json> Retried(const Send& send, const std::stop_token& stop);
  Result<nlohmann::json> SendSeries(const api::ObjectKey& key, int count,
                                    const std::stop_token& stop);
  void Drop(std::string_view reason);

  const EventSource source_;
  const Runtime runtime_;
  EventAggregator aggregator_;  // of the thread
  Mutex mutex_;
  CondVar changed_;
  std::deque<Event> queue_ GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace keysteward::kube
