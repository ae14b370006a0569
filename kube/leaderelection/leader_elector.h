// LeaderElector: of many replicas, one works. Leadership is a Lease that the leader renews.
//
// Promises, given clocks whose rates differ by less than a third: the work of a leader is told to
// stop renew_deadline after the last successful renewal was sent, that is lease_duration −
// renew_deadline before anybody else may begin. A process that was frozen sees IsLeader() false in
// its first instruction after that, before any other thread ran. Nobody can fence a call that
// already left: a harmful step asks IsLeader(its own timeout) right before, and is guarded by
// resourceVersion besides. Once lost, leadership never comes back to this object: end the process.
// Thread-safe; Run is called once.
//
//   KS_ASSIGN_OR_RETURN(auto elector, LeaderElector::Create({.lease = key, .identity = id},
//   runtime)); auto done = elector->Run(stop, [&](const std::stop_token& leading) { Work(leading);
//   });
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/mutex.h"
#include "kube/leaderelection/lease_lock.h"
#include "kube/leaderelection/lease_observation.h"
#include "kube/runtime.h"

namespace keysteward::kube {

struct LeaderElectionConfig {
  ObjectKey lease = {};
  std::string identity = {};  // unique per process: LeaderIdentity
  // How long others wait after they saw the last renewal. Whole seconds.
  Duration lease_duration = std::chrono::seconds(15);
  // How long the leader works on without a renewal; < lease_duration.
  Duration renew_deadline = std::chrono::seconds(10);
  // Between two tries; 2.2 × retry_period < renew_deadline, so that one try may fail.
  Duration retry_period = std::chrono::seconds(2);
};

// "<hostname>_<16 random hex digits>"
std::string LeaderIdentity(std::string_view hostname, Random& random);

class LeaderElector {
 public:
  using Work = std::function<void(const std::stop_token& leading)>;

  // kInvalidArgument names the field that is wrong.
  static Result<std::unique_ptr<LeaderElector>> Create(LeaderElectionConfig config,
                                                       const Runtime& runtime);

  // Waits to lead, then runs `work` on a thread of its own until `stop` fires or it returns by
  // itself; then gives the lease free. Returns only after `work` returned.
  // kFailedPrecondition: leadership was lost, or work threw.
  Result<void> Run(const std::stop_token& stop, const Work& work);

  // Whether leadership is certain for at least `at_least` from now.
  bool IsLeader(Duration at_least = Duration::zero()) const { return Remaining() > at_least; }
  // How long the work may take to end after it was told to, before a rival may begin.
  Duration grace() const { return config_.lease_duration - config_.renew_deadline; }
  // Until renew_deadline, by the faster of both clocks; zero when not leading.
  Duration Remaining() const;

 private:
  // When the last successful write was sent: before the server, and so any rival, could see it.
  struct Renewal {
    MonoTime mono;
    WallTime wall;
  };

  LeaderElector(LeaderElectionConfig config, const Runtime& runtime);

  bool Acquire(const std::stop_token& stop);
  void Renew(const std::stop_token& stop);
  // True when the lease is ours after it.
  Result<bool> TryAcquireOrRenew(const std::stop_token& stop);
  Result<api::coordination::Lease> Write(std::optional<api::coordination::Lease> seen,
                                         const Call& call);
  bool WatchOver(const std::stop_token& stop);
  void Release();

  bool Renewed(Renewal sent);
  bool InTime();
  bool StillLeads(std::string failure);
  void Lose(std::string_view why);
  void LoseLocked(std::string_view why) REQUIRES(mutex_);
  Duration MonoRemaining() const REQUIRES(mutex_);
  void NoteHolder();
  void Warn(std::string_view message, const Error& error) const;
  void Finish();

  const LeaderElectionConfig config_;
  const Runtime runtime_;
  const LeaseLock lock_;
  // Of the thread that acquires or renews.
  LeaseObservation observation_;
  std::optional<api::coordination::Lease> ours_;  // as last written by us
  std::string known_holder_;

  mutable Mutex mutex_;
  CondVar changed_;
  std::optional<Renewal> renewal_ GUARDED_BY(mutex_);  // none: not leading
  bool lost_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;  // work returned
  std::string why_ GUARDED_BY(mutex_);        // the last failure
};

}  // namespace keysteward::kube
