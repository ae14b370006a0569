#include "kube/controller/reconciler.h"

namespace keysteward::kube {

QueueDecision NextQueueAction(const Result<ReconcileResult>& result) {
  if (!result) {
    const Duration asked = result.error().retry_after.value_or(std::chrono::milliseconds(0));
    return {QueueAction::kAddRateLimited, asked, "error"};
  }
  if (result->stalled) return {QueueAction::kForget, {}, "error"};
  if (result->requeue_after)
    return {QueueAction::kAddAfter, *result->requeue_after, "requeue_after"};
  return {QueueAction::kForget, {}, "success"};
}

}  // namespace keysteward::kube
