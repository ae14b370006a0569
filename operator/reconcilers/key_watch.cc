#include "operator/reconcilers/key_watch.h"

#include <functional>

#include "operator/rotation/staged_secret.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::ManagedCredential;

constexpr Duration kAskAgain = std::chrono::seconds(5);
constexpr int kConvinced = 2;

// The interval plus up to a quarter of it, the same for a uid every time: a thousand credentials do
// not call their provider in the same second.
Duration SpreadInterval(const ManagedCredential& credential) {
  const Duration interval = credential.spec.verification.interval;
  const size_t spread = std::hash<std::string>{}(credential.metadata.uid) % 256;
  return interval + interval / 1024 * static_cast<int64_t>(spread);
}

}  // namespace

int KeyWatch::Refusals(const std::string& uid) const {
  MutexLock lock(mutex_);
  const auto found = refusals_.find(uid);
  return found == refusals_.end() ? 0 : found->second;
}

void KeyWatch::Note(const std::string& uid, bool refused) {
  MutexLock lock(mutex_);
  if (refused) {
    ++refusals_[uid];
  } else {
    refusals_.erase(uid);
  }
}

void KeyWatch::Forget(const std::string& credential_uid) {
  timers_.Forget(credential_uid + "/probe");
  Note(credential_uid, false);
}

std::optional<bool> KeyWatch::Ask(const ManagedCredential& credential,
                                  const kube::Call& call) const {
  Result<std::shared_ptr<Issuer>> issuer =
      env_.issuers.Resolve(credential.metadata.namespace_name, credential.spec.issuer_ref, call);
  if (!issuer || !(*issuer)->capabilities().probes) return std::nullopt;
  const Result<std::optional<StagedKey>> staged =
      ReadStaged(env_, credential.metadata.uid, credential.status.current->generation, call);
  if (!staged || !*staged) return std::nullopt;
  const Result<ProbeReply> reply = (*issuer)->Probe((*staged)->value, call);
  if (!reply || reply->answer == ProbeAnswer::kUnclear) return std::nullopt;
  return reply->answer == ProbeAnswer::kRefused;
}

KeyHealth KeyWatch::Look(const ManagedCredential& credential, const kube::Call& call) {
  const std::string& uid = credential.metadata.uid;
  const std::string phase = uid + "/probe";
  const Duration interval = Refusals(uid) > 0 ? kAskAgain : SpreadInterval(credential);
  const Duration passed = timers_.Elapsed(phase);
  if (passed < interval) return {Refusals(uid) >= kConvinced, interval - passed};
  timers_.Reset(phase);
  (void)timers_.Elapsed(phase);
  if (const std::optional<bool> refused = Ask(credential, call)) Note(uid, *refused);
  const int refusals = Refusals(uid);
  return {refusals >= kConvinced, refusals > 0 ? kAskAgain : SpreadInterval(credential)};
}

}  // namespace keysteward::op
