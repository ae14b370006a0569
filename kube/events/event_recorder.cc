#include "kube/events/event_recorder.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "common/backoff.h"
#include "observability/metric_names.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

constexpr Resource kEvents{"events.k8s.io", "v1", "events", "Event"};
constexpr Duration kCallTimeout = std::chrono::seconds(10);
constexpr Duration kLookForEnded = std::chrono::minutes(1);
constexpr int kTries = 3;

// The server is not at its best; the same call may work a little later.
bool MayHelpToWait(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kResourceExhausted ||
         error.code == ErrorCode::kUnknownOutcome;
}

}  // namespace

EventRecorder::EventRecorder(EventSource source, const Runtime& runtime)
    : source_(std::move(source)),
      runtime_(runtime),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

EventRecorder::~EventRecorder() {
  thread_.request_stop();
  thread_.join();
}

void EventRecorder::Record(Event event) {
  {
    MutexLock lock(mutex_);
    if (queue_.size() < kLongestQueue) {
      queue_.push_back(std::move(event));
      changed_.notify_all();
      return;
    }
  }
  Drop("queue_full");
}

void EventRecorder::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (const std::optional<Event> event = Next(stop)) Write(*event, stop);
    WriteEnded(stop);
  }
}

// Nothing after a while without events, so that ended series are looked for.
std::optional<Event> EventRecorder::Next(const std::stop_token& stop) {
  const MonoTime until = runtime_.clock.MonoNow() + kLookForEnded;
  MutexLock lock(mutex_);
  while (queue_.empty()) {
    if (stop.stop_requested() || runtime_.clock.MonoNow() >= until) return std::nullopt;
    runtime_.clock.WaitUntil(changed_, mutex_, stop, until);
  }
  Event event = std::move(queue_.front());
  queue_.pop_front();
  return event;
}

void EventRecorder::Write(const Event& event, const std::stop_token& stop) {
  const EventAggregator::Decision decision = aggregator_.Take(event, runtime_.clock.MonoNow());
  switch (decision.step) {
    case EventAggregator::Step::kCreate:
      Create(event, stop);
      break;
    case EventAggregator::Step::kPatch: {
      const Result<json> patched = SendSeries(decision.key, decision.count, stop);
      if (patched || patched.error().code != ErrorCode::kNotFound) break;
      // The server forgets events after an hour; the series goes on in a new one.
      aggregator_.Forget(event);
      Create(event, stop);
      break;
    }
    case EventAggregator::Step::kCount:
      break;
    case EventAggregator::Step::kDrop:
      Drop("rate_limited");
      break;
  }
}

void EventRecorder::Create(const Event& event, const std::stop_token& stop) {
  const api::ObjectKey key = EventKey(event, runtime_.random.Text(16, "0123456789abcdef"));
  const json object = ToJson(event, key.name, source_, runtime_.clock.WallNow());
  const Result<json> created = Retried(
      [&] {
        return runtime_.client.Create(kEvents, object, {}, {stop, kCallTimeout});
      },
      stop);
  // A repeated create that meets its own earlier success.
  if (created || created.error().code == ErrorCode::kAlreadyExists) {
    aggregator_.Created(event, key, runtime_.clock.MonoNow());
    return;
  }
  Drop("failed");
  runtime_.log.Warn("event could not be written", {{"namespace", key.namespace_name},
                                                   {"regarding", event.regarding.name},
                                                   {"reason", event.reason},
                                                   {"error", created.error().ToString()}});
}

void EventRecorder::WriteEnded(const std::stop_token& stop) {
  for (const auto& ended : aggregator_.TakeEnded(runtime_.clock.MonoNow())) {
    const Result<json> patched = SendSeries(ended.key, ended.count, stop);
    if (!patched && patched.error().code != ErrorCode::kNotFound) Drop("failed");
  }
}

Result<json> EventRecorder::SendSeries(const api::ObjectKey& key, int count,
                                       const std::stop_token& stop) {
  const json patch = SeriesPatch(count, runtime_.clock.WallNow());
  return Retried(
      [&] {
        return runtime_.client.Patch(kEvents, key, PatchType::kMerge, patch, {},
                                     {stop, kCallTimeout});
      },
      stop);
}

template <typename Send>
Result<json> EventRecorder::Retried(const Send& send, const std::stop_token& stop) {
  Backoff backoff({.first = std::chrono::seconds(1)}, runtime_.random);
  Result<json> answer = send();
  for (int tries = 1; !answer && tries < kTries && MayHelpToWait(answer.error()); ++tries) {
    if (!runtime_.clock.SleepFor(backoff.Next(), stop)) break;
    answer = send();
  }
  return answer;
}

void EventRecorder::Drop(std::string_view reason) {
  runtime_.metrics.Increment(kEventsDropped, {{"reason", std::string(reason)}});
}

}  // namespace keysteward::kube
