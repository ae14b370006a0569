// Watcher: keeps a handler told about every object of one kind, by list and watch, for ever.
//
// It is in one of two states: it has to list, or it watches from a resourceVersion. Bookmarks and
// events move that version on; a broken or silent connection resumes from it; 410 goes back to the
// list. A restart is visible as one call, so that a store can swap its content atomically. Waiting
// is left to the given back-off, but a server that cannot be reached is asked every 8 s; two lists
// are at least `list_interval` apart.
//
//   Watcher watcher(client, clock, Backoff({}, random), {.resource = kSecrets}, handler);
//   std::jthread thread([&](std::stop_token stop) { watcher.Run(stop); });
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "common/backoff.h"
#include "common/clock.h"
#include "kube/client/client.h"

namespace keysteward::kube {

// Called from the thread that runs the watcher, one call at a time. May not throw.
class WatchHandler {
 public:
  virtual ~WatchHandler() = default;

  // All objects there are: whatever else was known is gone.
  virtual void OnRestart(std::vector<nlohmann::json> items,
                         const std::string& resource_version) = 0;
  // kAdded, kModified or kDeleted; never kBookmark. After a resume an event may come again.
  virtual void OnEvent(EventType type, nlohmann::json object) = 0;
  // A list or watch failed and is tried again.
  virtual void OnFailure(const Error& error) = 0;
};

struct WatchTarget {
  Resource resource;
  std::string namespace_name;  // empty: all namespaces
  std::string label_selector;
  std::string field_selector;
  bool metadata_only = false;
  Duration list_timeout = std::chrono::minutes(1);
  // A cluster whose history is compacted all the time must not be listed all the time.
  Duration list_interval = std::chrono::seconds(30);
  Duration server_timeout = std::chrono::seconds(45);
  Duration idle_timeout = std::chrono::seconds(55);
};

// What follows a watch that has ended.
enum class AfterWatch { kResume, kResumeLater, kRestart };

// How a watch ended. Failures count since the last event.
struct WatchEnd {
  Result<void> result;
  bool progressed = false;  // at least one event or bookmark came
  Duration lasted{};
  int failures = 0;  // ends without progress in a row, this one included
};

// Pure: resume at once after an orderly end, later after a failure, restart on 410, and also when
// the server keeps refusing this version (as after a restore of an older etcd snapshot).
AfterWatch NextAfterWatch(const WatchEnd& end);

// Not thread-safe: one thread runs it.
class Watcher {
 public:
  Watcher(Client& client, const Clock& clock, Backoff backoff, WatchTarget target,
          WatchHandler& handler);

  // Until `stop` fires.
  void Run(const std::stop_token& stop);

 private:
  struct MustList {};
  struct Watching {
    std::string resource_version;
    int failures = 0;
  };
  using State = std::variant<MustList, Watching>;

  State Step(const MustList& state, const std::stop_token& stop);
  State Step(const Watching& state, const std::stop_token& stop);
  void PauseAfter(const Result<void>& result, const std::stop_token& stop);
  void AwaitListInterval(const std::stop_token& stop);
  WatchEnd WatchOnce(std::string& resource_version, const std::stop_token& stop);

  Client& client_;
  const Clock& clock_;
  Backoff backoff_;
  const WatchTarget target_;
  WatchHandler& handler_;
  std::optional<MonoTime> next_list_;  // not before
};

}  // namespace keysteward::kube
