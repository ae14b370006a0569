// CallHooks: faults and observers around every call of the fake API server, and its call log.
//
// A fault before the effect leaves the server unchanged; a fault after the effect is the reply that
// got lost. Thread-safe; hooks run without any lock, so they may call the server.
//
//   hooks.FailNext("update", "secrets", Error::UnknownOutcome("connection reset"),
//                  CallPhase::kAfter);
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/mutex.h"
#include "kube/client/client.h"

namespace keysteward::kube {

enum class CallPhase {
  kBefore,  // nothing has happened yet
  kAfter,   // done; only the reply is missing
};

struct CallRecord {
  std::string verb;         // get, list, watch, create, update, patch, delete
  std::string resource;     // "secrets" or "deployments.apps"
  std::string subresource;  // "status" or empty
  ObjectKey key;            // of list and watch: the namespace alone

  bool mutates() const { return verb != "get" && verb != "list" && verb != "watch"; }
};

// Ends the call with the returned error; success lets it go on.
using CallObserver = std::function<Result<void>(const CallRecord& call, CallPhase phase)>;

class CallHooks {
 public:
  // Fails the next call of that verb and resource ("" matches any) once.
  void FailNext(std::string verb, std::string resource, Error error, CallPhase phase);
  // Replaces the observer; an empty function removes it.
  void OnCall(CallObserver observer);

  // Called by the server around each call.
  Result<void> Enter(const CallRecord& call);
  Result<void> Leave(const CallRecord& call);

  std::vector<CallRecord> Calls() const;
  size_t Count(const std::string& verb, const std::string& resource) const;
  void ForgetCalls();

 private:
  struct Fault {
    std::string verb;
    std::string resource;
    Error error;
    CallPhase phase;
  };
  Result<void> Pass(const CallRecord& call, CallPhase phase);

  mutable Mutex mutex_;
  std::vector<Fault> faults_ GUARDED_BY(mutex_);
  CallObserver observer_ GUARDED_BY(mutex_);
  std::vector<CallRecord> calls_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::kube
