// Prove: the provider itself is asked with the condemned value, until it refuses. A delete that
// "succeeded" while the key still works is an alarm, and is repeated.
#include "operator/rotation/harmful_call.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

using api::v1alpha1::PreviousState;

Result<StepReport> ActProve(StepContext& context) {
  auto& status = context.rotation().status;
  const CondemnedKey condemned = CondemnedBy(status);
  KS_ASSIGN_OR_RETURN(const std::optional<StagedKey> staged,
                      ReadStaged(context.env, context.credential().metadata.uid,
                                 condemned.generation, context.call));
  if (!staged) {
    return StepReport::Done("the value is no longer held, so its refusal cannot be shown");
  }
  KS_ASSIGN_OR_RETURN(const ProbeReply reply, context.issuer.Probe(staged->value, context.call));
  if (reply.answer == ProbeAnswer::kRefused) {
    context.NotePrevious(condemned.generation, PreviousState::kRevoked);
    JournalEntry(status, Step::kProve).proof = kRefusedProof;
    context.Note("OldKeyRefused", {{"keyId", staged->key_id}, {"status", reply.status}});
    return StepReport::Done("the provider refuses key " + staged->key_id);
  }
  if (reply.answer == ProbeAnswer::kAccepted) {
    context.NotePrevious(condemned.generation, PreviousState::kUnrevoked);
    KS_ASSIGN_OR_RETURN(const kube::Call bounded, HarmfulCall(context.env, context.call));
    KS_RETURN_IF_ERROR(context.issuer.Delete(staged->key_id, bounded));
    return StepReport::Blocked("ProviderRefuses", "the provider confirmed the deletion of key " +
                                                      staged->key_id +
                                                      " but still accepts it; deleting again");
  }
  const std::string unclear = "the provider answered " + std::to_string(reply.status) +
                              " to the old key, which proves nothing; asking again";
  if (context.state.in_step >= context.credential().spec.verification.timeout) {
    return StepReport::Blocked("ProviderUnavailable", unclear);
  }
  return StepReport::Again("RefusalUnclear", unclear, std::chrono::seconds(2));
}

}  // namespace keysteward::op
