// KeyWatch: tries the delivered key at its provider now and then, so that a key ended by others is
// noticed. Thread-safe; one caller at a time per credential.
//
//   KS_ASSIGN_OR_RETURN(KeyHealth health, watch.Look(credential, call));
#pragma once

#include <map>
#include <string>

#include "common/mutex.h"
#include "operator/rotation/environment.h"
#include "operator/rotation/phase_timers.h"

namespace keysteward::op {

struct KeyHealth {
  bool refused = false;  // two definite refusals in a row
  Duration next_look{};  // when to call again
};

class KeyWatch {
 public:
  KeyWatch(const Environment& env, PhaseTimers& timers) : env_(env), timers_(timers) {}

  // Calls the provider when verification.interval, spread by uid, has passed; a refusal is asked
  // again after 5 s. Trouble on the way says nothing about the key and changes nothing.
  KeyHealth Look(const api::v1alpha1::ManagedCredential& credential, const kube::Call& call);
  void Forget(const std::string& credential_uid);

 private:
  int Refusals(const std::string& uid) const;
  void Note(const std::string& uid, bool refused);
  std::optional<bool> Ask(const api::v1alpha1::ManagedCredential& credential,
                          const kube::Call& call) const;

  const Environment& env_;
  PhaseTimers& timers_;
  mutable Mutex mutex_;
  std::map<std::string, int> refusals_ GUARDED_BY(mutex_);  // in a row, by credential uid
};

}  // namespace keysteward::op
