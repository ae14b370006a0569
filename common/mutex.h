// Mutex and MutexLock: std::mutex with clang thread-safety annotations, and CondVar for them.
//
// One private mutex per class; fields it guards are marked GUARDED_BY(mutex_). Nothing that does
// I/O runs while a Mutex is held.
//
//   mutable Mutex mutex_;
//   int count_ GUARDED_BY(mutex_) = 0;
//   void Add() { MutexLock lock(mutex_); ++count_; }
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define KS_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define KS_THREAD_ANNOTATION(x)
#endif
#define CAPABILITY(x) KS_THREAD_ANNOTATION(capability(x))
#define SCOPED_CAPABILITY KS_THREAD_ANNOTATION(scoped_lockable)
#define GUARDED_BY(x) KS_THREAD_ANNOTATION(guarded_by(x))
#define REQUIRES(...) KS_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define ACQUIRE(...) KS_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...) KS_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define EXCLUDES(...) KS_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS KS_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace keysteward {

class CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Lower case so that std::condition_variable_any accepts a Mutex.
  void lock() ACQUIRE() { mutex_.lock(); }      // NOLINT: standard name
  void unlock() RELEASE() { mutex_.unlock(); }  // NOLINT: standard name

 private:
  std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits are done through Clock::WaitUntil so that tests own the time.
using CondVar = std::condition_variable_any;

}  // namespace keysteward
