// Manager: starts the parts of a process in order and stops them in the reverse order.
//
//   runnables → informers → wait for the first listing → leader election → controllers
//
// Promises: no controller runs before every informer has synced, nor without leadership; when any
// part fails, or leadership is lost, everything stops and Run returns the reason, so that the
// process ends and is started anew. A part that does not stop in time cannot be waited for (a rival
// may lead by then): on_stuck is called, which ends the process.
// Everything added must outlive Run. Add before Run; Run once. `stop` may be fired from any thread,
// but not from inside a signal handler.
//
//   Manager manager(runtime, {});
//   manager.Add(credentials); manager.Add(controller);
//   Result<void> done = manager.Run(stop, elector.get());
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "common/mutex.h"
#include "kube/cache/informer_base.h"
#include "kube/controller/controller.h"
#include "kube/leaderelection/leader_elector.h"

namespace keysteward::kube {

struct ManagerOptions {
  Duration sync_timeout = std::chrono::minutes(2);   // for the first listing of all informers
  Duration stop_timeout = std::chrono::seconds(30);  // for an orderly stop
  // Must not return into a process that goes on. Default: log, then end the process at once.
  std::function<void(std::string_view why)> on_stuck = {};
};

// Runs until `stop` fires; returning an Error stops the whole process, returning success does not.
using Runnable = std::function<Result<void>(const std::stop_token& stop)>;

class Manager {
 public:
  Manager(const Runtime& runtime, ManagerOptions options);

  void Add(InformerBase& informer) { informers_.push_back(&informer); }
  void Add(Controller& controller) { controllers_.push_back(&controller); }
  // On every replica, from first to last: metrics server, certificate reload.
  void AddRunnable(std::string name, Runnable run);
  // Only while leading, beside the controllers: sweeper.
  void AddLeaderRunnable(std::string name, Runnable run);

  // Blocks. Success: `stop` fired and all parts ended. Without an elector the process leads.
  Result<void> Run(const std::stop_token& stop, LeaderElector* elector = nullptr);

 private:
  struct Part {
    std::string name;
    Runnable run;
  };

  Result<void> RunParts(LeaderElector* elector);
  Result<void> WaitForSync();
  void Lead(const std::stop_token& leading, Duration grace);
  std::vector<std::jthread> StartAll(const std::vector<Part>& parts);
  void RunPart(const Part& part, const std::stop_token& stop);
  void Fail(const Error& error);
  void StopBegins(Duration timeout);
  void GuardStop(const std::stop_token& finished);

  const Runtime runtime_;
  ManagerOptions options_;
  std::vector<InformerBase*> informers_;
  std::vector<Controller*> controllers_;
  std::vector<Part> runnables_;
  std::vector<Part> leader_runnables_;
  std::stop_source ending_;  // fired when everything is to stop, for whatever reason

  Mutex mutex_;
  CondVar changed_;
  std::optional<Error> failure_ GUARDED_BY(mutex_);           // the first one
  std::optional<MonoTime> stop_deadline_ GUARDED_BY(mutex_);  // set once the stop began
};

}  // namespace keysteward::kube
