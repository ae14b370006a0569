// Reconciler: brings one object to its wanted state. The only interface a controller knows.
//
// Contract. Reconcile is level-based: the request says which object, never what happened; read its
// state from a lister, decide, act once, return. It must be idempotent: it runs again after every
// change, after a restart, and after a crash in the middle. One request is never with two workers
// at once; different requests are, so a reconciler is thread-safe. It returns soon after call.stop
// fires and does not block beyond call.timeout. What the outcome means is decided in one place
// (NextQueueAction):
//
//   ReconcileResult{}                     done; the next change brings it back
//   ReconcileResult::RequeueAfter(5min)   waiting for time or for the outside; look again then
//   ReconcileResult::Stalled(error)       only a change of the object can help: no retry
//   an Error                              transient: retried with growing delay, not before
//                                         error.retry_after
//
// An object that is gone (lister gives null) is done.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "api/meta/object_meta.h"
#include "common/result.h"
#include "kube/client/client.h"

namespace keysteward::kube {

using Request = api::ObjectKey;

struct ReconcileResult {
  std::optional<Duration> requeue_after;  // > 0
  std::optional<Error> stalled;

  static ReconcileResult RequeueAfter(Duration delay) { return {delay, std::nullopt}; }
  static ReconcileResult Stalled(Error error) { return {std::nullopt, std::move(error)}; }
};

class Reconciler {
 public:
  virtual ~Reconciler() = default;

  // `call` may be handed to the client as it is.
  virtual Result<ReconcileResult> Reconcile(const Request& request, const Call& call) = 0;
};

// What the queue does with a request after it was reconciled.
enum class QueueAction { kForget, kAddAfter, kAddRateLimited };

struct QueueDecision {
  QueueAction action;
  Duration delay;            // kAddAfter: the delay; kAddRateLimited: the shortest delay
  std::string_view outcome;  // label "result" of controller_runtime_reconcile_total
};

QueueDecision NextQueueAction(const Result<ReconcileResult>& result);

}  // namespace keysteward::kube
