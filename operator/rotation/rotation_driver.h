// RotationDriver: carries one rotation forward: gather, decide, act once, persist, and again, until
// it has to wait or is over.
//
// Level-based: it keeps nothing between calls but timers that can only make it wait longer. Killed
// at any instruction, the next process goes on from the journal. One caller at a time per
// credential.
//
//   KS_ASSIGN_OR_RETURN(Progress progress, driver.Drive(credential, rotation, {}, call));
//   if (progress.finished) …else requeue after progress.requeue_after
#pragma once

#include <map>
#include <string>

#include "common/mutex.h"
#include "operator/rotation/next_step.h"
#include "operator/rotation/state_gatherer.h"
#include "operator/rotation/steps/step_context.h"

namespace keysteward::op {

struct Progress {
  bool finished = false;
  Duration requeue_after{};
  std::string reason;   // what it waits for, CamelCase
  std::string message;  // for people
  bool blocked = false;
};

class RotationDriver {
 public:
  RotationDriver(const Environment& env, PhaseTimers& timers)
      : env_(env), timers_(timers), gatherer_(env, timers) {}

  // Both objects must have been read from the server just now; they hold what was persisted when it
  // returns. `superseded_by` names a stronger request that waits, or is empty. Errors are those of
  // the cluster's API; trouble at the provider is told in Progress.
  Result<Progress> Drive(api::v1alpha1::ManagedCredential& credential,
                         api::v1alpha1::CredentialRotation& rotation,
                         const std::string& superseded_by, const kube::Call& call);

 private:
  struct Pass;

  // One decision carried out; nothing = go on with the next one.
  Result<std::optional<Progress>> RunPass(Pass& pass);
  Result<std::optional<Progress>> Begin(Pass& pass, Step step);
  Result<std::optional<Progress>> ActOn(Pass& pass, Step step);
  Result<std::optional<Progress>> Complete(Pass& pass, Step step, const std::string& message);
  Result<std::optional<Progress>> GoBack(Pass& pass, const std::string& reason,
                                         const std::string& message);
  Result<std::optional<Progress>> End(Pass& pass, const Decision& decision);
  Result<std::optional<Progress>> Wait(Pass& pass, Progress progress);
  // Writes condition Blocked of a rotation whose state could not even be gathered.
  Result<void> TellBlocked(api::v1alpha1::CredentialRotation& rotation, const Progress& progress,
                           const kube::Call& call);
  Progress AfterFailure(const Pass& pass, const Error& error);
  bool ProviderFails(const api::v1alpha1::CredentialRotation& rotation) const;
  void ForgetFailures(const api::v1alpha1::CredentialRotation& rotation);
  Result<void> Persist(Pass& pass);

  const Environment& env_;
  PhaseTimers& timers_;
  StateGatherer gatherer_;
  mutable Mutex mutex_;
  std::map<std::string, int> failures_ GUARDED_BY(mutex_);  // rotation uid → failures in a row
};

}  // namespace keysteward::op
