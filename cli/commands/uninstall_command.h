// `keysteward uninstall prepare|finish`: what the chart's Jobs do before and after a release goes.
//
// prepare refuses, changing nothing, while something is left that only a running operator can end:
// a credential or rotation that is being deleted, and, when the kinds go with the release, every
// credential with a finalizer and every key that is not revoked yet. Otherwise it takes the webhook
// registrations away, so that nothing waits for a webhook that is about to go.
// finish, when the operator is gone, takes away what the operator made for itself. With --orphan it
// writes the keys that nobody ends any more to ConfigMap keysteward-orphans (ids, no values) and
// takes our finalizers off.
// Both may be repeated.
//
// Exit status: 0 done, 1 refused and the output says why and what to do.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunUninstallPrepare(context, options));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/commands/command_context.h"

namespace keysteward::cli {

struct UninstallOptions {
  bool orphan = false;                 // leave keys and take finalizers off
  bool remove_kinds = false;           // the CustomResourceDefinitions go too
  std::string release = "keysteward";  // prefix of our objects' names
};
struct UninstallPrepareOptions : UninstallOptions {};
struct UninstallFinishOptions : UninstallOptions {};

// One thing in the way, as a line: "ManagedCredential shop/stripe-live is being deleted".
// `credentials`, `rotations` and `revocations` are objects as stored.
std::vector<std::string> UninstallObstacles(const std::vector<nlohmann::json>& credentials,
                                            const std::vector<nlohmann::json>& rotations,
                                            const std::vector<nlohmann::json>& revocations,
                                            const UninstallOptions& options);

Result<int> RunUninstallPrepare(const CommandContext& context,
                                const UninstallPrepareOptions& options);
Result<int> RunUninstallFinish(const CommandContext& context,
                               const UninstallFinishOptions& options);

}  // namespace keysteward::cli
