// Finalizer: keeps an object until our clean-up of the outside world is done.
//
// Four cases of two facts decide what is due (FinalizerStep). Guarantees: clean-up is never due
// before our finalizer was stored, and an object never goes before our finalizer was taken off.
// Both writes are JSON patches guarded by tests, so they hit the very object (uid) and finalizer
// list that was looked at: a race with another writer is kConflict, to be decided again.
// Assumption: nobody else adds or removes our finalizer.
//
//   switch (NextFinalizerStep(object.metadata, kFinalizer)) {
//     case FinalizerStep::kAdd: return AddFinalizer(client, resource, object.metadata, kFinalizer,
//                                                   call);
//     case FinalizerStep::kCleanUp: …; return RemoveFinalizer(…);
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "kube/client/client.h"

namespace keysteward::kube {

enum class FinalizerStep {
  kAdd,        // live, without our finalizer: store it before doing anything outside
  kReconcile,  // live, with it
  kCleanUp,    // being deleted, with it: clean up, then remove it
  kNothing,    // being deleted, without it: others hold it, no longer ours
};

FinalizerStep NextFinalizerStep(const api::ObjectMeta& meta, std::string_view finalizer);

// The patches (RFC 6902). Precondition of the second: meta has the finalizer.
nlohmann::json AddFinalizerPatch(const api::ObjectMeta& meta, std::string_view finalizer);
nlohmann::json RemoveFinalizerPatch(const api::ObjectMeta& meta, std::string_view finalizer);

// kConflict when the object is no longer as in `meta`, kNotFound when it is gone.
Result<void> AddFinalizer(Client& client, const Resource& resource, const api::ObjectMeta& meta,
                          std::string_view finalizer, const Call& call);
// As above, but an object that is gone is success: that was the purpose.
Result<void> RemoveFinalizer(Client& client, const Resource& resource, const api::ObjectMeta& meta,
                             std::string_view finalizer, const Call& call);

}  // namespace keysteward::kube
