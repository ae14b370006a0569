// Controller: feeds the objects that changed to a Reconciler, through a work queue, with a number
// of workers.
//
// Promises: one request is with one worker at a time; an exception of a reconciler costs that one
// request a retry and nothing else, and is logged and counted; what the first listing brings waits
// in the periodic lane, so fresh changes overtake it. For, Owns and Watches come before the
// informers are started; Start once; Stop asks running reconciles to end and waits for them.
//
//   Controller controller({.name = "managedcredential", .workers = 4}, reconciler, runtime);
//   controller.For(credentials, GenerationChanged());
//   controller.Owns(rotations, "ManagedCredential");
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/mutex.h"
#include "kube/cache/informer.h"
#include "kube/controller/predicate.h"
#include "kube/controller/reconciler.h"
#include "kube/runtime.h"
#include "kube/workqueue/rate_limiting_queue.h"

namespace keysteward::kube {

struct ControllerOptions {
  std::string name;  // of the kind, lower case; label of metrics and field of log lines
  int workers = 1;   // ≥ 1
  Duration reconcile_timeout = std::chrono::minutes(2);  // given to the reconciler as call.timeout
};

// The requests an object stands for.
template <typename T>
using MapFunction = std::function<std::vector<Request>(const T& object)>;

class Controller {
 public:
  // Reconciler and runtime must outlive the controller.
  Controller(ControllerOptions options, Reconciler& reconciler, const Runtime& runtime);
  ~Controller();

  const std::string& name() const { return options_.name; }

  // Changes of the kind itself.
  template <typename T>
  void For(Informer<T>& informer, Predicate predicate = EveryChange()) {
    Watches<T>(
        informer, [](const T& object) { return std::vector<Request>{object.metadata.key()}; },
        std::move(predicate));
  }

  // Changes of objects whose controlling owner is of `owner_kind`, in the same namespace.
  template <typename T>
  void Owns(Informer<T>& informer, std::string owner_kind, Predicate predicate = EveryChange()) {
    Watches<T>(
        informer,
        [kind = std::move(owner_kind)](const T& object) {
          return ControllerOwner(object.metadata, kind);
        },
        std::move(predicate));
  }

  // Changes of anything else; of an update, both the old and the new object are mapped.
  template <typename T>
  void Watches(Informer<T>& informer, MapFunction<T> map, Predicate predicate = EveryChange());

  // For sources that are not informers.
  void Enqueue(const Request& request, Lane lane = Lane::kUrgent) { queue_.Add(request, lane); }

  void Start();
  // Tells running reconciles to end; takes on nothing more.
  void RequestStop();
  // RequestStop, then waits until no reconcile runs. What still waits in the queue is left: the
  // next process lists anew.
  void Stop();

 private:
  using Item = WorkQueue<Request>::Item;

  static std::vector<Request> ControllerOwner(const api::ObjectMeta& meta,
                                              const std::string& owner_kind);
  void Work(const std::stop_token& stop);
  void ReconcileOne(const Item& item, const std::stop_token& stop);
  void AddActive(int change);
  Result<ReconcileResult> Contained(const Request& request, const std::stop_token& stop);
  void React(const Item& item, const Result<ReconcileResult>& result);
  void Report(const Request& request, const Result<ReconcileResult>& result);

  const ControllerOptions options_;
  Reconciler& reconciler_;
  const Runtime runtime_;
  RateLimitingQueue<Request> queue_;
  Mutex active_mutex_;
  int active_ GUARDED_BY(active_mutex_) = 0;
  std::vector<std::jthread> workers_;  // last: they use everything above
};

template <typename T>
void Controller::Watches(Informer<T>& informer, MapFunction<T> map, Predicate predicate) {
  informer.AddEventHandler([this, map = std::move(map), predicate = std::move(predicate)](
                               const typename Store<T>::Change& change, bool first_listing) {
    if (!predicate(change.before ? &change.before->metadata : nullptr,
                   change.after ? &change.after->metadata : nullptr)) {
      return;
    }
    const Lane lane = first_listing ? Lane::kPeriodic : Lane::kUrgent;
    for (const auto& object : {change.before, change.after}) {
      if (object == nullptr) continue;
      for (const Request& request : map(*object)) queue_.Add(request, lane);
    }
  });
}

}  // namespace keysteward::kube
