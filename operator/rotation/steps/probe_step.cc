// Probe: the provider must accept the new key before any consumer can see it.
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActProbe(StepContext& context) {
  const auto& status = context.rotation().status;
  KS_ASSIGN_OR_RETURN(
      const std::optional<StagedKey> staged,
      ReadStaged(context.env, context.credential().metadata.uid, status.generation, context.call));
  if (!staged) {
    return StepReport::GoBack("StagedKeyLost", "the staged value disappeared before it was used");
  }
  KS_ASSIGN_OR_RETURN(const ProbeReply reply, context.issuer.Probe(staged->value, context.call));
  if (reply.answer == ProbeAnswer::kAccepted) {
    if (!reply.key_id.empty() && reply.key_id != staged->key_id) {
      return StepReport::GoBack("KeyIdDiffers", "the provider knows the new value as key " +
                                                    reply.key_id + ", not " + staged->key_id);
    }
    context.Note("NewKeyProven", {{"keyId", staged->key_id}});
    return StepReport::Done("new key accepted");
  }
  return StepReport::Again(
      "NewKeyNotAccepted",
      "the provider answered " + std::to_string(reply.status) + " to the new key; trying again",
      std::chrono::seconds(1));
}

}  // namespace keysteward::op
