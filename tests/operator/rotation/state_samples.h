// StateSamples: an ObservedState in one line, changed where a row of a table cares.
//
//   Observed(Replacing()).Done({Step::kIssue}).Running(Step::kOverlap).In(30s).Build()
#pragma once

#include <functional>
#include <initializer_list>
#include <string>

#include "operator/rotation/journal.h"
#include "operator/rotation/observed_state.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::op {

class Observed {
 public:
  // A rotation to generation 2 of a credential whose key 1 is delivered, with every capability.
  Observed() : start_(FakeClock().WallNow()) {
    using namespace std::chrono_literals;  // NOLINT: test durations
    state_.credential = builders::ManagedCredentialBuilder("stripe-live")
                            .WithOverlapAndQuiet(60s, 30s)
                            .WithCurrentKey(1, "key_1")
                            .Build();
    state_.credential.spec.rotation.rollout_timeout = 5min;
    state_.rotation = builders::CredentialRotationBuilder("by-hand")
                          .Because(api::v1alpha1::Cause::kManual, "asked for in a test")
                          .ForGeneration(2, "token")
                          .WithOldKey(1, "key_1")
                          .WithNewKey("key_2")
                          .Build();
    state_.issuer = {.lists = true,
                     .disables = true,
                     .revokes = true,
                     .probes = true,
                     .last_use = true,
                     .idempotent = true};
    state_.secret_staleness = 2s;
  }

  Observed& FirstKey() {
    state_.rotation.status.old_key.reset();
    state_.credential.status.current.reset();
    return *this;
  }
  Observed& Done(std::initializer_list<Step> steps) {
    for (const Step step : steps) {
      BeginStep(state_.rotation.status, step, start_);
      CompleteStep(state_.rotation.status, step, "", start_);
    }
    return *this;
  }
  // Everything up to and without `step`.
  Observed& Before(Step step) {
    for (int i = 0; i < static_cast<int>(step); ++i) {
      if (static_cast<Step>(i) == Step::kRollBack ||
          static_cast<Step>(i) == Step::kRollBackRestart) {
        continue;
      }
      Done({static_cast<Step>(i)});
    }
    return *this;
  }
  Observed& Running(Step step) {
    BeginStep(state_.rotation.status, step, start_);
    return *this;
  }
  Observed& At(Step step) { return Before(step).Running(step); }
  Observed& In(Duration in_step) {
    state_.in_step = in_step;
    state_.gate_held = in_step;
    return *this;
  }
  // Consumers: `current` of `total`; blocked with a reason when one is given.
  Observed& Gate(int64_t current, int64_t total, const std::string& blocked = "") {
    state_.gate.current = current;
    state_.gate.total = total;
    state_.gate.blocked = !blocked.empty();
    state_.gate.blocked_reason = blocked;
    state_.gate.blocked_message = blocked.empty() ? "" : "Deployment api: " + blocked;
    return *this;
  }
  Observed& Delivered() {
    state_.credential.status.current->generation = 2;
    state_.secret = {.exists = true, .ours = true, .generation = 2, .revision = 2, .intact = true};
    return *this;
  }
  Observed& With(const std::function<void(ObservedState&)>& change) {
    change(state_);
    return *this;
  }
  ObservedState Build() const { return state_; }

 private:
  WallTime start_;
  ObservedState state_;
};

inline void AsEmergency(ObservedState& state) {
  state.rotation.spec.urgency = api::v1alpha1::Urgency::kEmergency;
  state.rotation.status.urgency = api::v1alpha1::Urgency::kEmergency;
}

inline void AsFirst(ObservedState& state) {
  AsEmergency(state);
  state.rotation.spec.revoke = api::v1alpha1::RevokeOrder::kFirst;
}

}  // namespace keysteward::op
