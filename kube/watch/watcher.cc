#include "kube/watch/watcher.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace keysteward::kube {

using nlohmann::json;

namespace {

// A server that ends watches faster than this is in trouble and not to be asked again at once.
constexpr Duration kShortWatch = std::chrono::seconds(1);
constexpr int kRefusalsBeforeRestart = 3;
// While the server cannot be reached: its return must be noticed within ten seconds.
constexpr Duration kLongestOutageWait = std::chrono::seconds(8);

}  // namespace

AfterWatch NextAfterWatch(const WatchEnd& end) {
  if (end.result) {
    const bool useless = !end.progressed && end.lasted < kShortWatch;
    return useless ? AfterWatch::kResumeLater : AfterWatch::kResume;
  }
  const ErrorCode code = end.result.error().code;
  if (code == ErrorCode::kExpired) return AfterWatch::kRestart;
  // No connection says nothing about the version; an answer does.
  const bool refused = code != ErrorCode::kUnavailable && code != ErrorCode::kResourceExhausted;
  return refused && end.failures >= kRefusalsBeforeRestart ? AfterWatch::kRestart
                                                           : AfterWatch::kResumeLater;
}

Watcher::Watcher(Client& client, const Clock& clock, Backoff backoff, WatchTarget target,
                 WatchHandler& handler)
    : client_(client),
      clock_(clock),
      backoff_(backoff),
      target_(std::move(target)),
      handler_(handler) {}

void Watcher::Run(const std::stop_token& stop) {
  State state = MustList{};
  while (!stop.stop_requested()) {
    state = std::visit([&](const auto& current) { return Step(current, stop); }, state);
  }
}

void Watcher::AwaitListInterval(const std::stop_token& stop) {
  if (!next_list_) return;
  const Duration wait = *next_list_ - clock_.MonoNow();
  if (wait > Duration::zero()) clock_.SleepFor(wait, stop);
}

void Watcher::PauseAfter(const Result<void>& result, const std::stop_token& stop) {
  Duration wait = backoff_.Next();
  if (!result && result.error().code == ErrorCode::kUnavailable) {
    wait = std::min(wait, kLongestOutageWait);
  }
  clock_.SleepFor(wait, stop);
}

Watcher::State Watcher::Step(const MustList&, const std::stop_token& stop) {
  AwaitListInterval(stop);
  ListOptions options;
  options.namespace_name = target_.namespace_name;
  options.label_selector = target_.label_selector;
  options.field_selector = target_.field_selector;
  options.metadata_only = target_.metadata_only;
  Result<ObjectList> list = client_.List(target_.resource, options, {stop, target_.list_timeout});
  if (stop.stop_requested()) return MustList{};
  if (!list) {
    handler_.OnFailure(list.error());
    PauseAfter(list.error(), stop);
    return MustList{};
  }
  next_list_ = clock_.MonoNow() + target_.list_interval;
  backoff_.Reset();
  std::string resource_version = std::move(list->resource_version);
  handler_.OnRestart(std::move(list->items), resource_version);
  return Watching{std::move(resource_version)};
}

WatchEnd Watcher::WatchOnce(std::string& resource_version, const std::stop_token& stop) {
  WatchOptions options;
  options.namespace_name = target_.namespace_name;
  options.label_selector = target_.label_selector;
  options.field_selector = target_.field_selector;
  options.metadata_only = target_.metadata_only;
  options.server_timeout = target_.server_timeout;
  options.idle_timeout = target_.idle_timeout;
  options.resource_version = resource_version;
  WatchEnd end;
  const MonoTime started = clock_.MonoNow();
  const WatchSink sink = [&](EventType type, json object) -> Result<void> {
    end.progressed = true;
    std::string version = object["metadata"]["resourceVersion"].get<std::string>();
    if (type != EventType::kBookmark) handler_.OnEvent(type, std::move(object));
    resource_version = std::move(version);
    return {};
  };
  end.result = client_.Watch(target_.resource, options, sink, stop);
  end.lasted = clock_.MonoNow() - started;
  return end;
}

Watcher::State Watcher::Step(const Watching& state, const std::stop_token& stop) {
  Watching next = state;
  WatchEnd end = WatchOnce(next.resource_version, stop);
  if (stop.stop_requested()) return next;
  next.failures = end.progressed ? 0 : state.failures;
  if (!end.result) ++next.failures;
  end.failures = next.failures;
  if (end.progressed) backoff_.Reset();
  if (!end.result) handler_.OnFailure(end.result.error());
  switch (NextAfterWatch(end)) {
    case AfterWatch::kResume:
      return next;
    case AfterWatch::kResumeLater:
      PauseAfter(end.result, stop);
      return next;
    case AfterWatch::kRestart:
      // The failures of an outage before it must not delay the list, so the back-off starts anew.
      // Every replica meets the same 410 at the same moment; the jitter spreads their lists.
      backoff_.Reset();
      PauseAfter(end.result, stop);
      return MustList{};
  }
  return MustList{};
}

}  // namespace keysteward::kube
