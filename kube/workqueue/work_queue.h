// WorkQueue: which keys need work, each handed to one worker at a time (client-go's rules).
//
// Promises: a key waits at most once however often it is added; a key that is being worked on is
// not handed out again, an Add meanwhile makes it wait after Done; keys of one lane leave in the
// order they came; after ShutDown what waits is still handed out and nothing is accepted.
// Two lanes: kUrgent goes first, but after kUrgentInARow urgent keys one waiting kPeriodic key
// goes, so neither lane starves. An urgent Add lifts a key that waits in the periodic lane.
// Thread-safe. T needs <, copy, and an instantiation in work_queue.cc.
//
//   queue.Add(key);
//   while (auto item = queue.Get(stop)) { Reconcile(item->key); queue.Done(item->key); }
#pragma once

#include <list>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "api/meta/object_meta.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "observability/metrics.h"

namespace keysteward::kube {

enum class Lane {
  kUrgent,    // something changed
  kPeriodic,  // first listing, timed looks
};

inline constexpr int kUrgentInARow = 4;

template <typename T>
class WorkQueue {
 public:
  struct Item {
    T key;
    Lane lane;
  };

  // `name` is the label of the workqueue_* metrics. Clock and metrics must outlive the queue.
  WorkQueue(std::string name, const Clock& clock, Metrics& metrics);
  virtual ~WorkQueue() = default;
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  void Add(const T& key, Lane lane = Lane::kUrgent);

  // Blocks for the next key; every key got must be given to Done. Nothing: `stop` fired, or the
  // queue was shut down and is empty.
  std::optional<Item> Get(const std::stop_token& stop);
  // Precondition: got and not yet done; anything else is ignored.
  void Done(const T& key);

  void ShutDown();
  // ShutDown, then waits until everything handed out or waiting is done. False: `stop` or
  // `deadline` came first.
  bool ShutDownWithDrain(const std::stop_token& stop, MonoTime deadline);
  bool shutting_down() const;

  // Keys that wait, without those being worked on.
  size_t size() const;
  // Sets the two gauges of work in progress; called now and then, since stuck work calls nothing.
  void ReportUnfinishedWork() const;

 protected:
  const Clock& clock() const { return clock_; }
  void CountRetry();

 private:
  using Order = std::list<T>;
  struct Dirty {
    Lane lane;
    MonoTime since;
    // Its place in a lane; none while the key is being worked on.
    std::optional<typename Order::iterator> place;
  };

  Order& OrderOf(Lane lane) REQUIRES(mutex_) { return lane == Lane::kUrgent ? urgent_ : periodic_; }
  void Enqueue(const T& key, Dirty& dirty) REQUIRES(mutex_);
  void Lift(Dirty& dirty) REQUIRES(mutex_);
  Item TakeNext() REQUIRES(mutex_);
  size_t WaitingCount() const REQUIRES(mutex_) { return urgent_.size() + periodic_.size(); }
  void ReportDepth() const REQUIRES(mutex_);

  const std::string name_;
  const Clock& clock_;
  Metrics& metrics_;
  mutable Mutex mutex_;
  CondVar changed_;  // a key waits, or the queue was shut down; one Get is woken per key
  CondVar drained_;  // nothing is left, after ShutDown
  // Every key that needs work: those in a lane, and those added while being worked on.
  std::map<T, Dirty> dirty_ GUARDED_BY(mutex_);
  std::map<T, MonoTime> processing_ GUARDED_BY(mutex_);  // with the time it was handed out
  Order urgent_ GUARDED_BY(mutex_);
  Order periodic_ GUARDED_BY(mutex_);
  int urgent_in_a_row_ GUARDED_BY(mutex_) = 0;  // while a periodic key waited
  bool shutting_down_ GUARDED_BY(mutex_) = false;
};

extern template class WorkQueue<api::ObjectKey>;
extern template class WorkQueue<std::string>;

}  // namespace keysteward::kube
