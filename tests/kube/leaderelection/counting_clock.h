// CountingClock: a FakeClock that also tells how many threads have followed it, so that a test can
// let time pass in steps however slow the machine is.
//
//   clock.Advance(100ms);
//   ASSERT_TRUE(Eventually([&] { return clock.waiting() == 3; }));  // all that fell due is done
#pragma once

#include <set>
#include <thread>

#include "tests/fakes/fake_clock.h"

namespace keysteward::kube {

class CountingClock final : public Clock {
 public:
  void Advance(Duration duration) {
    MutexLock lock(waiting_mutex_);
    waiting_.clear();
    time_.Advance(duration);
  }
  void JumpWall(Duration duration) { time_.JumpWall(duration); }

  WallTime WallNow() const override { return time_.WallNow(); }
  MonoTime MonoNow() const override { return time_.MonoNow(); }
  void WaitUntil(CondVar& changed, Mutex& mutex, const std::stop_token& stop,
                 MonoTime deadline) const override REQUIRES(mutex) {
    {
      MutexLock lock(waiting_mutex_);
      if (stop.stop_requested() || MonoNow() >= deadline) return;
      waiting_.insert(std::this_thread::get_id());
    }
    time_.WaitUntil(changed, mutex, stop, deadline);
    MutexLock lock(waiting_mutex_);
    waiting_.erase(std::this_thread::get_id());
  }

  // Threads inside WaitUntil that know the present time.
  size_t waiting() const {
    MutexLock lock(waiting_mutex_);
    return waiting_.size();
  }

 private:
  FakeClock time_;
  mutable Mutex waiting_mutex_;
  mutable std::set<std::thread::id> waiting_ GUARDED_BY(waiting_mutex_);
};

}  // namespace keysteward::kube
