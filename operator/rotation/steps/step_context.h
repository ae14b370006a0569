// StepContext and StepReport: what a step is given and what it tells back.
//
// A step does one idempotent effect and changes only the in-memory statuses; rotation_driver
// persists them afterwards, guarded by resourceVersion. One function per step, each in its own
// file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "operator/rotation/environment.h"
#include "operator/rotation/observed_state.h"

namespace keysteward::op {

struct EvidenceNote {
  std::string type;
  nlohmann::json data;  // no secret material
};

struct StepContext {
  const Environment& env;
  Issuer& issuer;
  // The state as gathered; its credential and rotation are the ones to change.
  ObservedState& state;
  const kube::Call& call;
  // This pass wrote the intent of the step: no earlier process can have begun its effect.
  bool fresh_intent = false;
  std::vector<EvidenceNote> notes;

  api::v1alpha1::ManagedCredential& credential() { return state.credential; }
  api::v1alpha1::CredentialRotation& rotation() { return state.rotation; }
  void Note(std::string type, nlohmann::json data) {
    notes.push_back({std::move(type), std::move(data)});
  }
  // What became of the previous key, when `generation` is its.
  void NotePrevious(int64_t generation, api::v1alpha1::PreviousState reached) {
    auto& previous = credential().status.previous;
    if (previous && previous->generation == generation) previous->state = reached;
  }
};

struct StepReport {
  enum class Outcome { kDone, kAgain, kGoBack };
  Outcome outcome = Outcome::kAgain;
  std::string reason;   // CamelCase, with kAgain and kGoBack
  std::string message;  // for people
  bool blocked = false;
  Duration requeue_after = std::chrono::seconds(1);

  static StepReport Done(std::string message) {
    return {.outcome = Outcome::kDone, .message = std::move(message)};
  }
  static StepReport Again(std::string reason, std::string message, Duration after) {
    return {.reason = std::move(reason), .message = std::move(message), .requeue_after = after};
  }
  static StepReport Blocked(std::string reason, std::string message) {
    return {.reason = std::move(reason),
            .message = std::move(message),
            .blocked = true,
            .requeue_after = std::chrono::seconds(5)};
  }
  static StepReport GoBack(std::string reason, std::string message) {
    return {
        .outcome = Outcome::kGoBack, .reason = std::move(reason), .message = std::move(message)};
  }
};

}  // namespace keysteward::op
