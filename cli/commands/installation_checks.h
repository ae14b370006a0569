// The single checks of `keysteward check`. Judging is pure; reading is in AddInstallationChecks.
//
//   results.push_back(CheckServer(server));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "api/coordination/lease_types.h"
#include "api/core/webhook_configurations.h"
#include "cli/commands/check_command.h"
#include "cli/commands/server_info.h"

namespace keysteward::cli {

// Names that the chart and the operator give.
inline constexpr const char* kOperatorLease = "keysteward-operator";
using api::core::kMutatingConfigurations;
using api::core::kValidatingConfigurations;

inline constexpr int kOldestMinor = 30;
inline constexpr int kNewestMinor = 36;

CheckResult CheckServer(const ServerInfo& server);
// Every kind of crds/ is served.
CheckResult CheckKinds(const ServerInfo& server);
// Held and renewed within its duration.
CheckResult CheckLease(const api::coordination::Lease& lease, WallTime now);
// `configuration`: a ValidatingWebhookConfiguration or MutatingWebhookConfiguration.
CheckResult CheckWebhooks(const std::string& what, const nlohmann::json& configuration);

// Lease, switch, installation record and webhook registrations. What may not be read (403) or is
// absent becomes a line; other errors end the check.
Result<void> AddInstallationChecks(const CommandContext& context,
                                   std::vector<CheckResult>& results);

}  // namespace keysteward::cli
