#include "kube/controller/manager.h"

#include <algorithm>
#include <cstdlib>
#include <exception>

#include "common/heap.h"

namespace keysteward::kube {
namespace {

constexpr Duration kLongWait = std::chrono::hours(1);

Result<void> Contained(const Runnable& run, const std::stop_token& stop) {
  try {
    return run(stop);
  } catch (const std::exception& thrown) {
    return Error::Internal(std::string("threw ") + thrown.what());
  } catch (...) {
    return Error::Internal("threw an object that is not a std::exception");
  }
}

}  // namespace

Manager::Manager(const Runtime& runtime, ManagerOptions options)
    : runtime_(runtime), options_(std::move(options)) {
  // _Exit: destructors would wait for the very threads that are stuck.
  if (!options_.on_stuck) options_.on_stuck = [](std::string_view) { std::_Exit(1); };
}

void Manager::AddRunnable(std::string name, Runnable run) {
  runnables_.push_back({std::move(name), std::move(run)});
}

void Manager::AddLeaderRunnable(std::string name, Runnable run) {
  leader_runnables_.push_back({std::move(name), std::move(run)});
}

Result<void> Manager::Run(const std::stop_token& stop, LeaderElector* elector) {
  const std::stop_callback from_outside(stop, [this] { ending_.request_stop(); });
  const std::stop_callback begins(ending_.get_token(),
                                  [this] { StopBegins(options_.stop_timeout); });
  std::jthread guard([this](const std::stop_token& finished) { GuardStop(finished); });
  {
    const std::vector<std::jthread> threads = StartAll(runnables_);
    if (Result<void> ran = RunParts(elector); !ran) Fail(ran.error());
    for (InformerBase* informer : informers_) informer->Stop();
    ending_.request_stop();
  }
  MutexLock lock(mutex_);
  if (failure_) return *failure_;
  return {};
}

Result<void> Manager::RunParts(LeaderElector* elector) {
  for (InformerBase* informer : informers_) informer->Start();
  if (Result<void> synced = WaitForSync(); !synced) {
    // Told to stop while waiting is no failure.
    if (ending_.stop_requested()) return {};
    return std::move(synced).error().WithContext("start");
  }
  const std::stop_token ending = ending_.get_token();
  if (elector == nullptr) {
    Lead(ending, options_.stop_timeout);
    return {};
  }
  return elector->Run(
      ending, [this, elector](const std::stop_token& leading) { Lead(leading, elector->grace()); });
}

Result<void> Manager::WaitForSync() {
  const MonoTime deadline = runtime_.clock.MonoNow() + options_.sync_timeout;
  for (const InformerBase* informer : informers_) {
    KS_RETURN_IF_ERROR(informer->WaitForSync(ending_.get_token(), deadline));
  }
  runtime_.log.Info("informers synced", {{"informers", informers_.size()}});
  // The listings as text and as trees are several times what is kept of them.
  ReturnFreeMemory();
  return {};
}

void Manager::Lead(const std::stop_token& leading, Duration grace) {
  // Leadership lost while nobody asked us to stop: a rival begins after `grace`.
  const std::stop_callback lost(leading, [this, grace] {
    if (!ending_.stop_requested()) StopBegins(grace);
    ending_.request_stop();
  });
  std::vector<std::jthread> threads = StartAll(leader_runnables_);
  for (Controller* controller : controllers_) controller->Start();
  while (!leading.stop_requested()) runtime_.clock.SleepFor(kLongWait, leading);
  // Everybody is told before anybody is waited for.
  for (std::jthread& thread : threads) thread.request_stop();
  for (Controller* controller : controllers_) controller->RequestStop();
  for (Controller* controller : controllers_) controller->Stop();
}

std::vector<std::jthread> Manager::StartAll(const std::vector<Part>& parts) {
  std::vector<std::jthread> threads;
  for (const Part& part : parts) {
    threads.emplace_back([this, &part](const std::stop_token& stop) { RunPart(part, stop); });
  }
  return threads;
}

void Manager::RunPart(const Part& part, const std::stop_token& stop) {
  Result<void> ran = Contained(part.run, stop);
  if (!ran) Fail(std::move(ran).error().WithContext(part.name));
}

void Manager::Fail(const Error& error) {
  runtime_.log.Error("a part failed, everything stops", {{"error", error.ToString()}});
  {
    MutexLock lock(mutex_);
    if (!failure_) failure_ = error;
  }
  ending_.request_stop();
}

void Manager::StopBegins(Duration timeout) {
  MutexLock lock(mutex_);
  const MonoTime deadline = runtime_.clock.MonoNow() + timeout;
  stop_deadline_ = std::min(stop_deadline_.value_or(deadline), deadline);
  changed_.notify_all();
}

void Manager::GuardStop(const std::stop_token& finished) {
  {
    MutexLock lock(mutex_);
    while (!finished.stop_requested()) {
      const MonoTime now = runtime_.clock.MonoNow();
      const MonoTime until = stop_deadline_.value_or(now + kLongWait);
      if (now >= until) break;
      runtime_.clock.WaitUntil(changed_, mutex_, finished, until);
    }
  }
  if (finished.stop_requested()) return;
  runtime_.log.Error("a part did not stop in time, the process ends");
  options_.on_stuck("a part did not stop in time");
}

}  // namespace keysteward::kube
