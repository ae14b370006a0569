// WorkloadPatch: the one change we make to a workload, as a server-side apply of field manager
// "keysteward": the full set of its template's revision annotations, and on the workload itself
// when it was restarted last.
//
// Server-side apply drops what its manager leaves out, so every revision annotation that the live
// template carries is sent again. uid and resourceVersion guard against a workload that was
// replaced or moved since it was read. No field of anybody else is touched or forced.
//
//   client.Patch(resource, key, PatchType::kApply,
//                RestartPatch(workload, {{"stripe-live", 12}}, clock.WallNow()), …);
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/meta/kind.h"
#include "common/clock.h"
#include "operator/consumers/workload.h"

namespace keysteward::op {

// `revisions`: credential name → delivery its pods must start with or after; a higher one that the
// template carries already stays.
nlohmann::json RestartPatch(const Workload& workload,
                            const std::map<std::string, int64_t>& revisions, WallTime now);

// The resource of "Deployment", "StatefulSet" or "DaemonSet".
const api::Resource& WorkloadResource(const std::string& kind);

}  // namespace keysteward::op
