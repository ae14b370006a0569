// LeaseServer: one Lease as an API server keeps it (resourceVersion guards every write), reached
// through any number of ScriptedClients, each of which can be made to fail. Thread-safe.
//
//   LeaseServer server;
//   ScriptedClient a, b;
//   server.Serve(a); server.Serve(b);
//   server.Refuse(a, Error::Unavailable("refused"));   // until Allow(a)
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api/coordination/lease_types.h"
#include "common/mutex.h"
#include "tests/fakes/scripted_client.h"

namespace keysteward::kube {

class LeaseServer {
 public:
  void Serve(ScriptedClient& client);

  // Every call of this client fails so, without effect.
  void Refuse(ScriptedClient& client, Error error);
  // Writes are applied, but their answer is lost.
  void LoseAnswers(ScriptedClient& client);
  void Allow(ScriptedClient& client);
  // Runs in each write of this client, before the server looks at it, outside the lock.
  void BeforeWrite(ScriptedClient& client, std::function<void()> hook);

  std::optional<api::coordination::Lease> Lease() const;
  std::string Holder() const;
  void DeleteLease();
  // As if another process had written it.
  void Put(api::coordination::LeaseSpec spec);
  int writes() const;
  int reads() const;

 private:
  struct Faults {
    std::optional<Error> refuse;
    bool lose_answers = false;
    std::function<void()> before_write;
  };

  Result<nlohmann::json> Get(ScriptedClient& client);
  Result<nlohmann::json> Write(ScriptedClient& client, const nlohmann::json& object, bool create);
  Faults FaultsOf(ScriptedClient& client);
  void StoreLocked(api::coordination::LeaseSpec spec) REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::optional<api::coordination::Lease> lease_ GUARDED_BY(mutex_);
  std::map<ScriptedClient*, Faults> faults_ GUARDED_BY(mutex_);
  int version_ GUARDED_BY(mutex_) = 0;
  int writes_ GUARDED_BY(mutex_) = 0;
  int reads_ GUARDED_BY(mutex_) = 0;
};

}  // namespace keysteward::kube
