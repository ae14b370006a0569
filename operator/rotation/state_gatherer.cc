#include "operator/rotation/state_gatherer.h"

#include "operator/consumers/unhealthy_before.h"
#include "operator/issuers/parameters.h"
#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/gate_query.h"
#include "operator/rotation/next_step.h"

namespace keysteward::op {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;

namespace {

std::vector<Consumer> CachedConsumers(const Environment& env, const ManagedCredential& credential) {
  return env.consumers.Cached(credential.metadata.namespace_name,
                              {.secret = credential.spec.delivery.secret_name,
                               .credential = credential.metadata.name,
                               .include = credential.spec.consumers.include});
}

// The first workload that is unhealthy with the key it has, and how; "" when none is.
std::string UnhealthyConsumer(const std::vector<Consumer>& consumers) {
  for (const Consumer& consumer : consumers) {
    if (!consumer.workload || consumer.pods.empty()) continue;
    const std::string ailment = UnhealthyBefore(consumer);
    if (!ailment.empty()) return consumer.kind + " " + consumer.name + ": " + ailment;
  }
  return "";
}

}  // namespace

GateSummary CachedGate(const Environment& env, const ManagedCredential& credential,
                       bool restrained) {
  return JudgeGate(CachedConsumers(env, credential), GateQueryOf(env, credential, restrained));
}

std::string StepPhase(const CredentialRotation& rotation, Step step) {
  const auto* entry = rotation.status.FindStep(StepName(step));
  return rotation.metadata.uid + "/" + std::string(StepName(step)) + "-" +
         std::to_string(entry == nullptr ? 0 : entry->attempts);
}

void StateGatherer::GatherTimes(ObservedState& state) const {
  const std::string rotation = state.rotation.metadata.uid + "/";
  if (const std::optional<Step> step = CurrentStep(state);
      step && state.rotation.status.FindStep(StepName(*step)) != nullptr) {
    state.in_step = timers_.Elapsed(StepPhase(state.rotation, *step));
  }
  const std::string progress = rotation + "current-";
  if (state.gate.holds()) {
    timers_.Forget(progress);
  } else {
    timers_.Reset(rotation + "gate");
    state.without_progress =
        timers_.Elapsed(progress + std::to_string(state.credential.status.revision) + "-" +
                        std::to_string(state.gate.current));
  }
  state.gate_held = timers_.Elapsed(rotation + "gate");
  state.delivered_for =
      timers_.Elapsed(rotation + "revision-" + std::to_string(state.credential.status.revision));
}

Result<ObservedState> StateGatherer::Gather(const ManagedCredential& credential,
                                            const CredentialRotation& rotation,
                                            const Issuer& issuer, const kube::Call& call) const {
  ObservedState state;
  state.credential = credential;
  state.rotation = rotation;
  state.issuer = issuer.capabilities();
  state.gate = CachedGate(env_, credential, IsRestrained(rotation));
  state.emergency_disabled = env_.effects_disabled();
  state.secret_staleness = env_.installation.secret_staleness;
  if (CurrentStep(state) == Step::kIssue) {
    state.parameters_refused = RefusedParameters(credential.spec, issuer);
  }
  if (CurrentStep(state) == Step::kDeliver && DeliversToHealthyOnly(rotation)) {
    state.unhealthy_before = UnhealthyConsumer(CachedConsumers(env_, credential));
  }
  if (CurrentStep(state) == Step::kDeliver &&
      rotation.status.FindStep(StepName(Step::kDeliver)) != nullptr) {
    KS_ASSIGN_OR_RETURN(state.secret, ReadDelivered(env_, credential, call));
  }
  GatherTimes(state);
  return state;
}

}  // namespace keysteward::op
