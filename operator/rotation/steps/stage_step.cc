// Stage: the value is durable in our namespace; read back and compared with what the journal names.
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActStage(StepContext& context) {
  const auto& status = context.rotation().status;
  KS_ASSIGN_OR_RETURN(
      const std::optional<StagedKey> staged,
      ReadStaged(context.env, context.credential().metadata.uid, status.generation, context.call));
  if (!staged) {
    return StepReport::GoBack("StagedKeyLost", "the staged value disappeared before it was used");
  }
  if (!status.new_key || staged->key_id != status.new_key->id ||
      DigestOf(context.env.installation, staged->value) != status.new_key->digest) {
    return StepReport::GoBack("StagedKeyDiffers", "the staged value is not the one issued");
  }
  context.Note("ValueStaged", {{"keyId", staged->key_id}, {"digest", status.new_key->digest}});
  return StepReport::Done("value staged");
}

}  // namespace keysteward::op
