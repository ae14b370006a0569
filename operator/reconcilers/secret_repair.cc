#include "operator/reconcilers/secret_repair.h"

#include "operator/reconcilers/fresh_objects.h"
#include "operator/reconcilers/rotation_request.h"
#include "operator/restart/restarter.h"
#include "operator/rotation/announce.h"
#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/gate_query.h"
#include "operator/rotation/state_gatherer.h"
#include "operator/rotation/steps/delivery.h"

namespace keysteward::op {

using api::v1alpha1::ManagedCredential;
using api::v1alpha1::SecretDrift;

namespace {

constexpr Duration kSoon = std::chrono::milliseconds(10);
constexpr Duration kPoll = std::chrono::seconds(1);
constexpr Duration kHalted = std::chrono::seconds(5);

bool Holds(const ManagedCredential& credential, const DeliveredSecret& secret) {
  return secret.intact && secret.generation == credential.status.current->generation;
}

ConsumerQuery QueryOf(const ManagedCredential& credential) {
  return {.secret = credential.spec.delivery.secret_name,
          .credential = credential.metadata.name,
          .include = credential.spec.consumers.include};
}

// An older view could take the Secret of a newer key for a wrong one.
Result<void> ExpectNewest(const Environment& env, const ManagedCredential& credential,
                          const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const ManagedCredential newest,
                      Fresh<ManagedCredential>(env, credential.metadata.key(), call));
  if (newest.metadata.resource_version == credential.metadata.resource_version) return {};
  return Error::Conflict("the credential changed while its Secret was looked at");
}

std::string StandingPhase(const ManagedCredential& credential) {
  return credential.metadata.uid + "/restored";
}

}  // namespace

void SecretRepair::SawIntact(const ManagedCredential& credential) {
  MutexLock lock(mutex_);
  intact_[credential.metadata.key()] = {credential.metadata.uid, env_.clock.WallNow()};
}

std::optional<WallTime> SecretRepair::LastIntact(const ManagedCredential& credential) const {
  MutexLock lock(mutex_);
  const auto found = intact_.find(credential.metadata.key());
  if (found == intact_.end() || found->second.uid != credential.metadata.uid) return std::nullopt;
  return found->second.at;
}

void SecretRepair::Forget(const api::ObjectKey& credential) {
  MutexLock lock(mutex_);
  intact_.erase(credential);
}

Result<DriftFacts> SecretRepair::Gather(const ManagedCredential& credential,
                                        const DeliveredSecret& secret, const kube::Call& call) {
  const auto& status = credential.status;
  const auto& drift = status.drift;
  DriftFacts facts;
  facts.intact = Holds(credential, secret);
  facts.foreign = secret.exists && !secret.ours;
  facts.halted = credential.spec.rotation.suspend || env_.effects_disabled();
  facts.settled = status.settled_revision >= status.current->revision;
  facts.secret_staleness = env_.installation.secret_staleness;
  if (WasRestored(drift)) facts.standing = timers_.Elapsed(StandingPhase(credential));
  const bool begins = !facts.intact && (!drift || WasRestored(drift));
  const std::optional<WallTime> since = begins || !drift ? LastIntact(credential) : drift->since;
  std::vector<Consumer> consumers =
      env_.consumers.Cached(credential.metadata.namespace_name, QueryOf(credential));
  facts.consumers_current = CachedGate(env_, credential).holds();
  // What lets the drift be forgotten is read from the server.
  const bool last_look = facts.intact && WasRestored(drift) &&
                         facts.standing >= facts.secret_staleness &&
                         (drift->revision == 0 || facts.consumers_current);
  if (last_look) {
    KS_ASSIGN_OR_RETURN(consumers, env_.consumers.Fresh(credential.metadata.namespace_name,
                                                        QueryOf(credential), call));
    facts.consumers_current = JudgeGate(consumers, GateQueryOf(env_, credential)).holds();
  }
  facts.pod_started = AnyStartedSince(consumers, since);
  return facts;
}

Result<RepairReport> SecretRepair::Restore(ManagedCredential& credential, const kube::Call& call) {
  auto& status = credential.status;
  KS_ASSIGN_OR_RETURN(const std::optional<StagedKey> staged,
                      ReadStaged(env_, credential.metadata.uid, status.current->generation, call));
  if (!staged) {
    // What cannot be restored is replaced.
    if (status.active_rotation.empty()) {
      KS_RETURN_IF_ERROR(RequestRotation(env_, credential, api::v1alpha1::Cause::kDrift, call));
    }
    return RepairReport{};
  }
  if (!env_.is_leader()) return Error::Unavailable("no longer leader");
  const int64_t target = std::max(status.drift->revision, status.revision);
  KS_RETURN_IF_ERROR(RestoreKey(env_, credential, *staged, target, call));
  if (status.drift->revision > 0) status.current->revision = status.drift->revision;
  status.drift->restored_at = std::chrono::floor<std::chrono::seconds>(env_.clock.WallNow());
  timers_.Reset(StandingPhase(credential));
  (void)timers_.Elapsed(StandingPhase(credential));
  env_.logger.Warn("Secret restored", {{"credential", credential.metadata.key().ToString()},
                                       {"revision", status.revision},
                                       {"restart", status.drift->revision > 0}});
  Announce(env_, credential,
           {.level = kube::EventLevel::kWarning,
            .reason = event::kSecretRestored,
            .action = "Deliver",
            .note = "Secret " + credential.spec.delivery.secret_name +
                    " was not as spec.delivery declares it (somebody changed or "
                    "deleted it, or spec.delivery was edited) and is written again" +
                    (status.drift->revision > 0 ? "; pods started meanwhile, so those that use it "
                                                  "restart"
                                                : "")});
  return RepairReport{.intact = true, .next = kSoon};
}

Result<void> SecretRepair::Restart(const ManagedCredential& credential, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const RestartOutcome outcome,
                      RestartConsumers(env_, {.credential = credential}, call));
  if (!outcome.failed.empty()) return outcome.failed.front();
  return {};
}

Result<RepairReport> SecretRepair::Keep(ManagedCredential& credential,
                                        const api::core::Secret* cached, const kube::Call& call) {
  auto& drift = credential.status.drift;
  if (cached != nullptr && !drift &&
      Holds(credential, JudgeDelivered(env_.installation, credential, *cached))) {
    SawIntact(credential);
    return RepairReport{.intact = true};
  }
  KS_RETURN_IF_ERROR(ExpectNewest(env_, credential, call));
  KS_ASSIGN_OR_RETURN(const DeliveredSecret secret, ReadDelivered(env_, credential, call));
  KS_ASSIGN_OR_RETURN(const DriftFacts facts, Gather(credential, secret, call));
  RepairReport report{.intact = facts.intact, .foreign = facts.foreign};
  const DriftStep step = NextDriftStep(credential.status, facts);
  switch (step.verb) {
    case DriftVerb::kNothing:
      if (drift && facts.halted) report.next = kHalted;
      break;
    case DriftVerb::kRecord: {
      const std::optional<WallTime> since = facts.intact ? drift->since : LastIntact(credential);
      drift = SecretDrift{.since = since, .revision = step.revision};
      report.next = kSoon;
      break;
    }
    case DriftVerb::kRestore:
      return Restore(credential, call);
    case DriftVerb::kWait:
      report.next = step.wait;
      break;
    case DriftVerb::kRestart:
      KS_RETURN_IF_ERROR(Restart(credential, call));
      report.next = kPoll;
      break;
    case DriftVerb::kForget:
      drift.reset();
      break;
  }
  // While a drift stands, the Secret was right at its repair and is now.
  if (facts.intact) SawIntact(credential);
  return report;
}

}  // namespace keysteward::op
