// Revoke: the condemned key is deleted at the provider, for ever if need be. Going forward, only
// behind a freshly read gate; rolling back, every key of the new generation, also those whose id
// was never read.
#include <set>

#include "operator/rotation/harmful_call.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/steps/old_key_guard.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::PreviousState;

bool NeedsGate(const StepContext& context) {
  return context.state.rotation.spec.revoke != api::v1alpha1::RevokeOrder::kFirst;
}

// Ids to delete: the condemned key and, rolling back, whatever stands under the new label.
Result<std::set<std::string>> Targets(StepContext& context, const CondemnedKey& condemned) {
  std::set<std::string> ids;
  if (!condemned.id.empty()) ids.insert(condemned.id);
  if (!StepBegun(context.rotation().status, Step::kRollBack)) return ids;
  if (!context.issuer.capabilities().lists) return ids;
  const std::string prefix =
      LabelPrefix(context.env.installation, context.credential().metadata.uid) +
      std::to_string(condemned.generation) + "-";
  KS_ASSIGN_OR_RETURN(const std::vector<ListedKey> keys, context.issuer.List(prefix, context.call));
  for (const ListedKey& key : keys) ids.insert(key.id);
  return ids;
}

}  // namespace

Result<StepReport> ActRevoke(StepContext& context) {
  const CondemnedKey condemned = CondemnedBy(context.rotation().status);
  const bool delivered = StepBegun(context.rotation().status, Step::kDeliver);
  if (NeedsGate(context) && delivered) {
    KS_ASSIGN_OR_RETURN(const GuardAnswer held, NobodyHolds(context, condemned));
    if (!held.permitted) return NotYet(context, held);
  }
  if (!condemned.id.empty()) {
    KS_ASSIGN_OR_RETURN(const GuardAnswer ours, IsOurs(context, condemned));
    if (!ours.permitted) return StepReport::Blocked("ProviderRefuses", ours.message);
  }
  KS_ASSIGN_OR_RETURN(const std::set<std::string> ids, Targets(context, condemned));
  for (const std::string& id : ids) {
    KS_ASSIGN_OR_RETURN(const kube::Call bounded, HarmfulCall(context.env, context.call));
    const Result<void> deleted = context.issuer.Delete(id, bounded);
    if (!deleted) {
      context.NotePrevious(condemned.generation, PreviousState::kUnrevoked);
      return deleted.error();
    }
    context.Note("OldKeyDeleted", {{"keyId", id}});
  }
  context.NotePrevious(condemned.generation, PreviousState::kRevoked);
  return StepReport::Done("key " + condemned.id + " deleted at the provider");
}

}  // namespace keysteward::op
