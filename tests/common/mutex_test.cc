#include "common/mutex.h"

#include <gtest/gtest.h>

#include <deque>
#include <thread>
#include <vector>

namespace keysteward {
namespace {

class Counter {
 public:
  void Add() {
    MutexLock lock(mutex_);
    ++count_;
  }
  int count() const {
    MutexLock lock(mutex_);
    return count_;
  }

 private:
  mutable Mutex mutex_;
  int count_ GUARDED_BY(mutex_) = 0;
};

TEST(Mutex, NoUpdateIsLost) {
  Counter counter;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&counter] {
      for (int i = 0; i < 1000; ++i) counter.Add();
    });
  }
  threads.clear();
  EXPECT_EQ(counter.count(), 4000);
}

// A queue of one place: the hand-over needs the mutex to be free while a side waits.
class Slot {
 public:
  void Put(int value) {
    MutexLock lock(mutex_);
    while (!values_.empty()) changed_.wait(mutex_);
    values_.push_back(value);
    changed_.notify_all();
  }
  int Take() {
    MutexLock lock(mutex_);
    while (values_.empty()) changed_.wait(mutex_);
    const int value = values_.front();
    values_.pop_front();
    changed_.notify_all();
    return value;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::deque<int> values_ GUARDED_BY(mutex_);
};

TEST(CondVar, GivesTheMutexUpWhileItWaits) {
  Slot slot;
  std::jthread producer([&slot] {
    for (int i = 0; i < 500; ++i) slot.Put(i);
  });
  for (int i = 0; i < 500; ++i) ASSERT_EQ(slot.Take(), i);
}

TEST(MutexLock, GivesTheMutexBackWhenItsScopeIsLeftByAnException) {
  Mutex mutex;
  try {
    MutexLock lock(mutex);
    throw 1;
  } catch (int) {
  }
  std::thread([&mutex] { MutexLock lock(mutex); }).join();
}

}  // namespace
}  // namespace keysteward
