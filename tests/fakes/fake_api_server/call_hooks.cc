#include "tests/fakes/fake_api_server/call_hooks.h"

#include <algorithm>

namespace keysteward::kube {
namespace {

bool Fits(const std::string& wanted, const std::string& actual) {
  return wanted.empty() || wanted == actual;
}

}  // namespace

void CallHooks::FailNext(std::string verb, std::string resource, Error error, CallPhase phase) {
  MutexLock lock(mutex_);
  faults_.push_back({std::move(verb), std::move(resource), std::move(error), phase});
}

void CallHooks::OnCall(CallObserver observer) {
  MutexLock lock(mutex_);
  observer_ = std::move(observer);
}

Result<void> CallHooks::Pass(const CallRecord& call, CallPhase phase) {
  CallObserver observer;
  {
    MutexLock lock(mutex_);
    const auto fault = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& candidate) {
      return candidate.phase == phase && Fits(candidate.verb, call.verb) &&
             Fits(candidate.resource, call.resource);
    });
    if (fault != faults_.end()) {
      Error error = std::move(fault->error);
      faults_.erase(fault);
      return error;
    }
    observer = observer_;
  }
  return observer ? observer(call, phase) : Result<void>();
}

Result<void> CallHooks::Enter(const CallRecord& call) {
  {
    MutexLock lock(mutex_);
    calls_.push_back(call);
  }
  return Pass(call, CallPhase::kBefore);
}

Result<void> CallHooks::Leave(const CallRecord& call) { return Pass(call, CallPhase::kAfter); }

std::vector<CallRecord> CallHooks::Calls() const {
  MutexLock lock(mutex_);
  return calls_;
}

size_t CallHooks::Count(const std::string& verb, const std::string& resource) const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(
      std::count_if(calls_.begin(), calls_.end(), [&](const CallRecord& call) {
        return Fits(verb, call.verb) && Fits(resource, call.resource);
      }));
}

void CallHooks::ForgetCalls() {
  MutexLock lock(mutex_);
  calls_.clear();
}

}  // namespace keysteward::kube
