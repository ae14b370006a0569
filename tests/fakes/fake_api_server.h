// FakeApiServer: an API server in process, with the semantics a controller depends on: global
// resourceVersions, uid and generation, conflicts, status subresources, consistent lists, watches
// with history, bookmarks and 410, finalizers, owner-reference garbage collection, namespace
// deletion, server-side apply with field ownership, JSON and merge patch, selectors, dry run.
//
// tests/conformance/api_server runs one script against this class and against a real
// kube-apiserver. There is no schema: nothing is defaulted or pruned, except what is named in
// write_rules.h. Thread-safe. Time comes from the clock, names and uids from the random source, so
// runs repeat.
//
//   FakeApiServer server(clock, random);
//   server.FailNext("update", "secrets", Error::UnknownOutcome("reset"), CallPhase::kAfter);
//   server.Create(kSecrets, secret, {}, {});
//   server.EventsAfter(0);              // everything that ever happened, for invariants
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/mutex.h"
#include "common/random.h"
#include "kube/client/client.h"
#include "tests/fakes/fake_api_server/call_hooks.h"
#include "tests/fakes/fake_api_server/object_store.h"
#include "tests/fakes/fake_api_server/object_writer.h"
#include "tests/fakes/fake_api_server/selectors.h"

namespace keysteward::kube {

class FakeApiServer final : public Client {
 public:
  struct Options {
    // Objects need an existing Namespace, as on a real server ("default" exists from the start).
    bool strict_namespaces = false;
    // Dependents, namespace content and so on go in the same instant; otherwise CollectGarbage().
    bool automatic_garbage_collection = true;
  };
  FakeApiServer(const Clock& clock, Random& random) : FakeApiServer(clock, random, Options()) {}
  FakeApiServer(const Clock& clock, Random& random, Options options);

  // --- Client ---
  Result<nlohmann::json> Get(const Resource& resource, const ObjectKey& key,
                             const Call& call) override;
  Result<ObjectList> List(const Resource& resource, const ListOptions& options,
                          const Call& call) override;
  Result<nlohmann::json> Create(const Resource& resource, const nlohmann::json& object,
                                const WriteOptions& options, const Call& call) override;
  Result<nlohmann::json> Update(const Resource& resource, const nlohmann::json& object,
                                const WriteOptions& options, const Call& call) override;
  Result<nlohmann::json> Patch(const Resource& resource, const ObjectKey& key, PatchType type,
                               const nlohmann::json& patch, const PatchOptions& options,
                               const Call& call) override;
  Result<void> Delete(const Resource& resource, const ObjectKey& key, const DeleteOptions& options,
                      const Call& call) override;
  Result<void> Watch(const Resource& resource, const WatchOptions& options, const WatchSink& sink,
                     std::stop_token stop) override;
  Result<std::string> GetRaw(std::string_view path, const Call& call) override;

  // --- The world around it ---
  // Runs garbage collection to its end; how many objects it changed.
  size_t CollectGarbage();
  // Forgets the past: older resourceVersions and continue tokens answer 410.
  void Compact();
  // Sends the current resourceVersion to every open watch.
  void SendBookmarks();
  // Ends every open watch with that error: a broken connection, or kExpired for an ERROR event 410.
  void BreakWatches(Error error);
  // Answers a create of a kind that is not stored, such as SubjectAccessReview.
  using Responder = std::function<Result<nlohmann::json>(const nlohmann::json& object)>;
  void RespondToCreate(const Resource& resource, Responder responder);
  // Answers GetRaw of a path outside the resource model, such as discovery.
  void RespondToGetRaw(const std::string& path, Result<std::string> answer);

  // --- Faults and observation ---
  void FailNext(std::string verb, std::string resource, Error error, CallPhase phase) {
    hooks_.FailNext(std::move(verb), std::move(resource), std::move(error), phase);
  }
  void OnCall(CallObserver observer) { hooks_.OnCall(std::move(observer)); }
  std::vector<CallRecord> Calls() const { return hooks_.Calls(); }
  // "" counts any verb or any resource.
  size_t CallCount(const std::string& verb, const std::string& resource) const {
    return hooks_.Count(verb, resource);
  }
  void ForgetCalls() { hooks_.ForgetCalls(); }
  std::vector<StoredEvent> EventsAfter(int64_t revision) const;
  int64_t revision() const;
  // Watches that have started and not yet ended.
  size_t open_watches() const;

 private:
  struct WatchState {
    std::string resource;
    const WatchOptions& options;
    Selector selector;
    int64_t revision;
    int64_t bookmarks;
    int64_t breaks;
    MonoTime deadline;
  };
  struct Delivery {
    EventType type;
    nlohmann::json object;
  };
  using Writer = std::function<Result<StoredObject>(ObjectWriter&)>;

  Result<StoredObject> Mutate(const CallRecord& record, const Call& call, const Writer& write);
  Result<ObjectList> Snapshot(const Resource& resource, const ListOptions& options) const;
  Result<WatchState> OpenWatch(const Resource& resource, const WatchOptions& options);
  Result<void> FollowWatch(const Resource& resource, WatchState& state, const WatchSink& sink,
                           const std::stop_token& stop);
  // Waits for something to send. Empty: the server's time is over.
  Result<std::vector<Delivery>> Next(const Resource& resource, WatchState& state,
                                     const std::stop_token& stop);
  std::vector<Delivery> Pending(const Resource& resource, WatchState& state) REQUIRES(mutex_);
  size_t CollectGarbageLocked() REQUIRES(mutex_);

  const Clock& clock_;
  const Options options_;
  CallHooks hooks_;

  mutable Mutex mutex_;
  CondVar changed_;  // a new revision, bookmark or break
  ObjectStore store_ GUARDED_BY(mutex_);
  ObjectWriter writer_ GUARDED_BY(mutex_);
  std::map<std::string, Responder> responders_ GUARDED_BY(mutex_);
  std::map<std::string, Result<std::string>, std::less<>> raw_answers_ GUARDED_BY(mutex_);
  int64_t bookmarks_ GUARDED_BY(mutex_) = 0;
  int64_t breaks_ GUARDED_BY(mutex_) = 0;
  Error break_error_ GUARDED_BY(mutex_);
  size_t open_watches_ GUARDED_BY(mutex_) = 0;
};

}  // namespace keysteward::kube
