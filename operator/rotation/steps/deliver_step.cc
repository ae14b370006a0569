// Deliver: the new value reaches the Secret that consumers read. Go forward only: whoever finds the
// Secret with this generation takes it over instead of writing again.
#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/delivery.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> ActDeliver(StepContext& context) {
  auto& status = context.rotation().status;
  KS_ASSIGN_OR_RETURN(
      const std::optional<StagedKey> staged,
      ReadStaged(context.env, context.credential().metadata.uid, status.generation, context.call));
  if (!staged) {
    return StepReport::Blocked("StagedKeyLost",
                               "the staged value disappeared while it was being delivered");
  }
  KS_ASSIGN_OR_RETURN(context.state.secret,
                      DeliverKey(context.env, context.credential(), *staged,
                                 context.rotation().metadata.name, context.call));
  const int64_t revision = context.state.secret.revision;
  status.revision = revision;
  context.Note("Delivered", {{"keyId", staged->key_id}, {"revision", revision}});
  return StepReport::Again("SettlingSecret", "delivered as revision " + std::to_string(revision),
                           Duration::zero());
}

}  // namespace keysteward::op
