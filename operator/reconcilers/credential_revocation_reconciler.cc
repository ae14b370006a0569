#include "operator/reconcilers/credential_revocation_reconciler.h"

#include <algorithm>

#include "api/v1alpha1/conditions.h"
#include "operator/rotation/harmful_call.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/status_writer.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using v1::CredentialRevocation;
using v1::RevocationState;

namespace {

constexpr Duration kFirstPause = std::chrono::seconds(2);
constexpr Duration kLongestPause = std::chrono::minutes(5);

Duration PauseAfter(int64_t attempts) {
  const int64_t doublings = std::min<int64_t>(attempts, 10);
  return std::min<Duration>(kFirstPause * (int64_t{1} << doublings), kLongestPause);
}

void NoteTry(CredentialRevocation& revocation, const Result<void>& tried, WallTime now) {
  auto& status = revocation.status;
  status.observed_generation = revocation.metadata.generation;
  ++status.attempts;
  status.last_attempt_time = std::chrono::floor<std::chrono::seconds>(now);
  status.state = tried ? RevocationState::kRevoked : RevocationState::kUnrevoked;
  status.message = tried ? "the key is gone at the provider" : tried.error().message.substr(0, 512);
  if (tried) status.revoked_at = status.last_attempt_time;
  api::SetCondition(status.conditions,
                    {.type = std::string(v1::condition::kComplete),
                     .status = tried ? "True" : "False",
                     .reason = std::string(EnumName(status.state)),
                     .message = status.message,
                     .observed_generation = revocation.metadata.generation},
                    now);
}

}  // namespace

Result<void> CredentialRevocationReconciler::DeleteKeys(const CredentialRevocation& revocation,
                                                        Issuer& issuer,
                                                        const kube::Call& call) const {
  const auto& spec = revocation.spec;
  const auto end = [&](const std::string& id) -> Result<void> {
    KS_ASSIGN_OR_RETURN(const kube::Call bounded, HarmfulCall(env_, call));
    return issuer.Delete(id, bounded);
  };
  if (!spec.key.id.empty()) return end(spec.key.id);
  if (!issuer.capabilities().lists) {
    return Error::FailedPrecondition(
        "the key's id was never read and this issuer cannot list keys by label; look for token " +
        KeyToken(env_.installation, spec.credential.uid, spec.key.generation, 1) +
        " at the provider, end the key by hand and delete this object");
  }
  const std::string prefix = LabelPrefix(env_.installation, spec.credential.uid) +
                             std::to_string(spec.key.generation) + "-";
  KS_ASSIGN_OR_RETURN(const std::vector<ListedKey> keys, issuer.List(prefix, call));
  for (const ListedKey& key : keys) KS_RETURN_IF_ERROR(end(key.id));
  return {};
}

Result<void> CredentialRevocationReconciler::TryRevoke(const CredentialRevocation& revocation,
                                                       const kube::Call& call) const {
  if (revocation.spec.issuer.secret_name.empty()) {
    return Error::FailedPrecondition(
        "no copy of issuer " + revocation.spec.issuer.name +
        " was kept; end the key by hand at the provider and delete this object");
  }
  KS_ASSIGN_OR_RETURN(const std::shared_ptr<Issuer> issuer,
                      resolver_.FromSnapshot(revocation.spec.issuer.secret_name, call));
  if (issuer->capabilities().revokes) {
    KS_RETURN_IF_ERROR(DeleteKeys(revocation, *issuer, call));
  }
  KS_ASSIGN_OR_RETURN(
      const std::optional<StagedKey> staged,
      ReadStaged(env_, revocation.spec.credential.uid, revocation.spec.key.generation, call));
  if (!staged || !issuer->capabilities().probes || !issuer->capabilities().revokes) return {};
  KS_ASSIGN_OR_RETURN(const ProbeReply reply, issuer->Probe(staged->value, call));
  if (reply.answer == ProbeAnswer::kRefused) return {};
  return Error::FailedPrecondition("the provider confirmed the deletion but answers " +
                                   std::to_string(reply.status) + " to the key");
}

Result<kube::ReconcileResult> CredentialRevocationReconciler::Reconcile(
    const kube::Request& request, const kube::Call& call) {
  const auto stored = revocations_.Get(request);
  if (stored == nullptr || stored->metadata.deleting()) return kube::ReconcileResult{};
  if (stored->status.state == RevocationState::kRevoked) {
    KS_RETURN_IF_ERROR(
        DeleteStaged(env_, stored->spec.credential.uid, stored->spec.key.generation, call));
    return kube::ReconcileResult{};
  }
  if (env_.effects_disabled()) return kube::ReconcileResult::RequeueAfter(std::chrono::seconds(5));
  const WallTime now = env_.clock.WallNow();
  if (stored->status.last_attempt_time) {
    const Duration left =
        *stored->status.last_attempt_time + PauseAfter(stored->status.attempts) - now;
    // A wall clock that jumped back must not stop the tries: never wait longer than one pause.
    if (left > Duration::zero() && left <= kLongestPause) {
      return kube::ReconcileResult::RequeueAfter(left);
    }
  }
  const Result<void> tried = TryRevoke(*stored, call);
  if (!tried && tried.error().code == ErrorCode::kCancelled) return tried.error();
  CredentialRevocation revocation = *stored;
  NoteTry(revocation, tried, now);
  KS_RETURN_IF_ERROR(WriteStatus(env_.client, *stored, revocation, call));
  if (!tried) return kube::ReconcileResult::RequeueAfter(PauseAfter(revocation.status.attempts));
  KS_RETURN_IF_ERROR(
      DeleteStaged(env_, stored->spec.credential.uid, stored->spec.key.generation, call));
  return kube::ReconcileResult{};
}

}  // namespace keysteward::op
