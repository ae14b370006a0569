// WatchedCollection: the objects of one kind behind a ScriptedClient's list and watch, driven by
// the test. Thread-safe.
//
//   WatchedCollection pods(client);
//   pods.Put(PodJson("default", "web"));     // every watcher hears of it
//   pods.FailNextList(Error::Unavailable("refused"));
//   pods.ExpireWatches();                    // 410: informers list again
#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/mutex.h"
#include "tests/fakes/scripted_client.h"

namespace keysteward::kube {

class WatchedCollection {
 public:
  // Answers every list and watch of `client`, whatever the resource.
  explicit WatchedCollection(ScriptedClient& client);

  // Stores with the next resourceVersion.
  void Put(nlohmann::json object);
  void Delete(const ObjectKey& key);
  // As Put and Delete, but no watcher hears of it: as if the watch had been cut before.
  void PutUnseen(nlohmann::json object);
  void DeleteUnseen(const ObjectKey& key);
  void FailNextList(Error error);
  void ExpireWatches();
  // Ends every watch with an error; they resume.
  void CutWatches();

  std::vector<ListOptions> Lists() const;
  std::vector<WatchOptions> Watches() const;

 private:
  struct Event {
    int64_t version;
    EventType type;
    nlohmann::json object;
  };

  Result<ObjectList> List(const ListOptions& options);
  Result<void> Watch(const WatchOptions& options, const WatchSink& sink,
                     const std::stop_token& stop);
  std::optional<Event> NextEvent(int64_t after, int64_t epoch, const std::stop_token& stop);
  void Store(EventType type, nlohmann::json object, bool seen);

  mutable Mutex mutex_;
  CondVar changed_;
  std::map<ObjectKey, nlohmann::json> objects_ GUARDED_BY(mutex_);
  std::deque<Event> events_ GUARDED_BY(mutex_);
  int64_t version_ GUARDED_BY(mutex_) = 100;
  int64_t epoch_ GUARDED_BY(mutex_) = 0;   // rises with each cut
  int64_t oldest_ GUARDED_BY(mutex_) = 0;  // versions below are 410
  std::deque<Error> list_errors_ GUARDED_BY(mutex_);
  std::vector<ListOptions> lists_ GUARDED_BY(mutex_);
  std::vector<WatchOptions> watches_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::kube
