#include "operator/rotation/steps/old_key_guard.h"

#include <algorithm>

#include "common/digest.h"
#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/gate_query.h"

namespace keysteward::op {
namespace {

GuardAnswer No(std::string reason, std::string message) {
  return {.reason = std::move(reason), .message = std::move(message)};
}

// Says what was read, so that the record can be compared later.
std::string ProofOf(const GateSummary& gate, const DeliveredSecret& secret) {
  std::string text = secret.uid + "/" + secret.resource_version;
  for (const auto& detail : gate.details) text += "|" + detail.kind + "/" + detail.name;
  return Sha256Hex(text).substr(0, 16);
}

}  // namespace

Result<GuardAnswer> NobodyHolds(StepContext& context, const CondemnedKey& condemned) {
  const auto& credential = context.credential();
  const auto& current = credential.status.current;
  if (!current || current->generation == condemned.generation) {
    return No("KeyInSecret", "the Secret still delivers this key");
  }
  KS_ASSIGN_OR_RETURN(const DeliveredSecret secret,
                      ReadDelivered(context.env, credential, context.call));
  if (secret.exists && secret.ours && secret.generation == condemned.generation) {
    return No("KeyInSecret", "the Secret still delivers this key");
  }
  // Pods may have started with whatever others wrote there, the condemned key not excluded.
  if (credential.status.drift || (secret.exists && !secret.intact)) {
    return No("SecretDrifted", "the Secret was changed by somebody else; its repair is waited for");
  }
  KS_ASSIGN_OR_RETURN(const std::vector<Consumer> consumers,
                      context.env.consumers.Fresh(credential.metadata.namespace_name,
                                                  {.secret = credential.spec.delivery.secret_name,
                                                   .credential = credential.metadata.name,
                                                   .include = credential.spec.consumers.include},
                                                  context.call));
  GateSummary gate =
      JudgeGate(consumers, GateQueryOf(context.env, credential, IsRestrained(context.rotation())));
  const bool holds = gate.holds();
  GuardAnswer answer = holds ? GuardAnswer{.permitted = true, .proof = ProofOf(gate, secret)}
                             : No("ConsumersWaiting", gate.Describe());
  context.state.gate = std::move(gate);
  return answer;
}

StepReport NotYet(const StepContext& context, const GuardAnswer& answer) {
  if (context.state.in_step < context.state.credential.spec.rotation.rollout_timeout) {
    return StepReport::Again(answer.reason, answer.message, std::chrono::seconds(1));
  }
  return StepReport::Blocked("InUse", answer.message);
}

Result<GuardAnswer> IsOurs(StepContext& context, const CondemnedKey& condemned) {
  if (!context.issuer.capabilities().lists) {
    // Without a list the id comes from the provider's own answer to our token; the staged Secret
    // holds it, not the status.
    KS_ASSIGN_OR_RETURN(const std::optional<StagedKey> staged,
                        ReadStaged(context.env, context.credential().metadata.uid,
                                   condemned.generation, context.call));
    if (staged && staged->key_id == condemned.id) return GuardAnswer{.permitted = true};
    return No("NotOurs", "key " + condemned.id + " is not the one staged for this credential");
  }
  const std::string prefix =
      LabelPrefix(context.env.installation, context.credential().metadata.uid);
  KS_ASSIGN_OR_RETURN(const std::vector<ListedKey> keys, context.issuer.List(prefix, context.call));
  const bool listed = std::any_of(keys.begin(), keys.end(),
                                  [&](const ListedKey& key) { return key.id == condemned.id; });
  if (listed) return GuardAnswer{.permitted = true};
  KS_ASSIGN_OR_RETURN(const std::optional<StagedKey> staged,
                      ReadStaged(context.env, context.credential().metadata.uid,
                                 condemned.generation, context.call));
  if (!staged || staged->key_id != condemned.id) {
    return No("NotOurs", "the provider lists no key " + condemned.id + " with our label");
  }
  if (!context.issuer.capabilities().probes) return GuardAnswer{.permitted = true};
  KS_ASSIGN_OR_RETURN(const ProbeReply reply, context.issuer.Probe(staged->value, context.call));
  const bool ours = reply.answer == ProbeAnswer::kRefused || reply.key_id == condemned.id;
  if (ours) return GuardAnswer{.permitted = true};
  return No("NotOurs", "the provider neither lists key " + condemned.id +
                           " with our label nor names it for the value we hold");
}

}  // namespace keysteward::op
