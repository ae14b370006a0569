#include "operator/reconcilers/status_summary.h"

#include "api/v1alpha1/conditions.h"
#include "common/duration.h"

namespace keysteward::op {

namespace condition = api::v1alpha1::condition;
namespace reason = api::v1alpha1::reason;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::PreviousState;
using api::v1alpha1::RotationResult;
using api::v1alpha1::StandingType;

namespace {

constexpr size_t kMaxWaiting = 10;

// Sets one condition of the credential, stamped with the generation it speaks of.
class Conditions {
 public:
  Conditions(ManagedCredential& credential, WallTime now) : credential_(credential), now_(now) {}

  void Set(std::string_view type, bool holds, std::string_view why, std::string message) {
    api::SetCondition(credential_.status.conditions,
                      {.type = std::string(type),
                       .status = holds ? "True" : "False",
                       .reason = std::string(why),
                       .message = std::move(message),
                       .observed_generation = credential_.metadata.generation},
                      now_);
  }
  void Remove(std::string_view type) { api::RemoveCondition(credential_.status.conditions, type); }

 private:
  ManagedCredential& credential_;
  const WallTime now_;
};

// Why the first key is not there yet, in the words of the rotation that should bring it.
std::string FirstKeyMessage(const CredentialView& view) {
  if (view.secret_foreign) return "";
  if (!view.rotating) return "the first key was not asked for yet";
  return "first key" + (view.rotating->step.empty() ? "" : ": step " + view.rotating->step) +
         (view.rotating->message.empty() ? "" : ": " + view.rotating->message);
}

void SetReady(Conditions& set, const ManagedCredential& credential, const CredentialView& view,
              WallTime now) {
  const auto& current = credential.status.current;
  if (!current) {
    if (view.secret_foreign) {
      set.Set(
          condition::kReady, false, reason::kSecretConflict,
          "Secret " + credential.spec.delivery.secret_name +
              " exists and belongs to somebody else; it is left untouched. Delete or rename it, "
              "or choose another spec.delivery.secretName in a new ManagedCredential");
    } else {
      set.Set(condition::kReady, false,
              view.rotating && view.rotating->blocked ? std::string_view(view.rotating->reason)
                                                      : reason::kFirstKeyPending,
              FirstKeyMessage(view));
    }
  } else if (current->expires_at && *current->expires_at <= now) {
    set.Set(condition::kReady, false, reason::kKeyExpired,
            "the delivered key expired at " + FormatTime(*current->expires_at));
  } else if (view.key_refused) {
    set.Set(condition::kReady, false, reason::kKeyRefused,
            "the provider refuses the delivered key; it is being replaced");
  } else {
    set.Set(condition::kReady, true, reason::kKeyDelivered,
            "key " + current->key_id + " is delivered in Secret " +
                credential.spec.delivery.secret_name);
  }
}

void SetDelivered(Conditions& set, const ManagedCredential& credential,
                  const CredentialView& view) {
  if (credential.status.current && view.secret_intact) {
    set.Set(condition::kDelivered, true, reason::kKeyDelivered,
            "revision " + std::to_string(credential.status.revision));
  } else if (view.secret_foreign) {
    set.Set(condition::kDelivered, false, reason::kSecretConflict,
            "a Secret of that name belongs to somebody else");
  } else if (credential.status.current) {
    set.Set(condition::kDelivered, false, reason::kSecretDrifted,
            "the Secret was changed or deleted; it is being restored");
  } else {
    set.Set(condition::kDelivered, false, reason::kFirstKeyPending, "no key was delivered yet");
  }
}

void SetConsumers(Conditions& set, ManagedCredential& credential, const GateSummary& gate) {
  auto& counts = credential.status.consumers;
  counts = {.total = gate.total, .current = gate.current};
  for (const auto& detail : gate.details) {
    if (detail.gate == api::v1alpha1::Gate::kCurrent || counts.waiting.size() == kMaxWaiting) break;
    counts.waiting.push_back({detail.kind, detail.name, detail.reason});
  }
  if (gate.total == 0) {
    set.Set(condition::kConsumersCurrent, true, reason::kNoConsumers, "no pod uses the Secret");
  } else if (gate.holds() && credential.status.drift) {
    set.Set(condition::kConsumersCurrent, false, reason::kSecretDrifted,
            "the Secret was changed or deleted; pods that started meanwhile restart");
  } else {
    const std::string_view waiting =
        gate.blocked ? std::string_view(gate.blocked_reason) : reason::kRolloutInProgress;
    set.Set(condition::kConsumersCurrent, gate.holds(),
            gate.holds() ? reason::kAllCurrent : waiting,
            gate.Describe() + (gate.blocked ? "; " + gate.blocked_message : ""));
  }
}

void SetRotating(Conditions& set, const CredentialView& view) {
  if (!view.rotating) {
    set.Remove(condition::kRotating);
    return;
  }
  std::string message = "rotation " + view.rotating->rotation;
  if (!view.rotating->step.empty()) message += ", step " + view.rotating->step;
  // What changes with every look (a time left, a count) is not told here: it would be written each
  // time.
  if (view.rotating->blocked) message += ": " + view.rotating->message;
  set.Set(
      condition::kRotating, true,
      view.rotating->reason.empty() ? reason::kRunning : std::string_view(view.rotating->reason),
      std::move(message));
}

void SetPrevious(Conditions& set, const ManagedCredential& credential) {
  const auto& previous = credential.status.previous;
  if (!previous) {
    set.Set(condition::kPreviousRevoked, true, reason::kNoPrevious, "there was no older key");
  } else if (previous->state == PreviousState::kRevoked) {
    set.Set(condition::kPreviousRevoked, true, reason::kRevoked,
            "key " + previous->key_id + " is revoked");
  } else if (previous->state == PreviousState::kRetired) {
    set.Set(condition::kPreviousRevoked, true, reason::kNothingToRevoke,
            "no pod holds key " + previous->key_id + " any more, and its issuer cannot revoke");
  } else if (previous->state == PreviousState::kDisabled) {
    set.Set(condition::kPreviousRevoked, false, reason::kQuietRunning,
            "key " + previous->key_id + " is disabled and watched for use before it is revoked");
  } else if (previous->state == PreviousState::kUnrevoked) {
    set.Set(condition::kPreviousRevoked, false, reason::kUnrevoked,
            "key " + previous->key_id + " could not be revoked yet");
  } else if (previous->state == PreviousState::kKept) {
    set.Set(condition::kPreviousRevoked, false, reason::kKept,
            "key " + previous->key_id +
                " stays alive at the provider: spec.revocation was None when it was replaced; end "
                "it there by hand");
  } else {
    set.Set(condition::kPreviousRevoked, false, reason::kOverlapRunning,
            "key " + previous->key_id + " is still live");
  }
}

void SetCompliant(Conditions& set, const ManagedCredential& credential, WallTime now) {
  const auto& standing = credential.spec.standing;
  if (!standing) {
    set.Set(condition::kCompliant, false, reason::kStandingMissing,
            "say in spec.standing why a static key may exist here");
  } else if (standing->type == StandingType::kTransitional && standing->until &&
             *standing->until <= now) {
    set.Set(condition::kCompliant, false, reason::kStandingExpired,
            "spec.standing.until has passed: renew the justification or remove the key");
  } else if (standing->approved_by.empty()) {
    set.Set(condition::kCompliant, false, reason::kApprovalMissing,
            "name in spec.standing.approvedBy who accepted this key");
  } else {
    set.Set(condition::kCompliant, true, reason::kPolicySatisfied,
            "approval claimed by " + standing->approved_by);
  }
}

// kstatus: in progress until the first key is there; stalled only while nothing works and nobody
// but a person can help.
void SetKstatus(Conditions& set, const ManagedCredential& credential, const CredentialView& view) {
  const bool has_key = credential.status.current.has_value();
  set.Set(condition::kReconciling, !has_key, has_key ? reason::kObserved : reason::kFirstKeyPending,
          has_key ? "the spec is observed" : FirstKeyMessage(view));
  if (!has_key && view.secret_foreign) {
    set.Set(condition::kStalled, true, reason::kSecretConflict,
            "a Secret of that name belongs to somebody else");
  } else if (!has_key && view.rotating && view.rotating->reason == reason::kInvalidParameters) {
    set.Set(condition::kStalled, true, reason::kInvalidParameters, view.rotating->message);
  } else {
    set.Remove(condition::kStalled);
  }
}

}  // namespace

void Summarise(ManagedCredential& credential, const CredentialView& view, WallTime now) {
  Conditions set(credential, now);
  credential.status.observed_generation = credential.metadata.generation;
  SetReady(set, credential, view, now);
  SetDelivered(set, credential, view);
  SetConsumers(set, credential, view.gate);
  SetRotating(set, view);
  SetPrevious(set, credential);
  SetCompliant(set, credential, now);
  SetKstatus(set, credential, view);
}

void SummariseResult(ManagedCredential& credential,
                     const api::v1alpha1::CredentialRotation& rotation, WallTime now) {
  const RotationResult result = *rotation.status.result;
  const api::Condition* complete =
      api::FindCondition(rotation.status.conditions, condition::kComplete);
  const std::string message =
      rotation.metadata.name + ": " + (complete == nullptr ? "" : complete->message);
  Conditions set(credential, now);
  auto& failures = credential.status.failures;
  if (result == RotationResult::kProven || result == RotationResult::kCompleted) {
    set.Set(condition::kRotationSucceeded, true, EnumName(result), message);
    failures = {};
  } else if (result != RotationResult::kSuperseded) {
    set.Set(condition::kRotationSucceeded, false, EnumName(result), message);
    ++failures.count;
    failures.last_time = std::chrono::floor<std::chrono::seconds>(now);
    failures.reason = EnumName(result);
  }
}

}  // namespace keysteward::op
