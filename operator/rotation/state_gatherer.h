// StateGatherer: reads the world once into an ObservedState.
//
//   KS_ASSIGN_OR_RETURN(ObservedState state, gatherer.Gather(credential, rotation, issuer, call));
#pragma once

#include "operator/rotation/environment.h"
#include "operator/rotation/observed_state.h"
#include "operator/rotation/phase_timers.h"
#include "operator/rotation/step.h"

namespace keysteward::op {

class StateGatherer {
 public:
  StateGatherer(const Environment& env, PhaseTimers& timers) : env_(env), timers_(timers) {}

  // The gate comes from the cache; the Secret is read afresh while it is being delivered.
  Result<ObservedState> Gather(const api::v1alpha1::ManagedCredential& credential,
                               const api::v1alpha1::CredentialRotation& rotation,
                               const Issuer& issuer, const kube::Call& call) const;

 private:
  void GatherTimes(ObservedState& state) const;

  const Environment& env_;
  PhaseTimers& timers_;
};

// Name of the timer of a running step: a new attempt at it starts from zero.
std::string StepPhase(const api::v1alpha1::CredentialRotation& rotation, Step step);

// The gate of the credential's consumers against its current delivery, from the cache.
GateSummary CachedGate(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
                       bool restrained = true);

}  // namespace keysteward::op
