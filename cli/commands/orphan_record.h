// The record of keys that an uninstall left alive: ConfigMap keysteward-orphans, one entry for each
// credential, with what is needed to end the key by hand at its provider. Ids, never values.
//
//   KS_RETURN_IF_ERROR(WriteOrphanRecord(context, credentials));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "cli/commands/command_context.h"

namespace keysteward::cli {

inline constexpr const char* kOrphansConfigMap = "keysteward-orphans";

bool HasOurFinalizer(const nlohmann::json& object);
// `finalizers`: an array of strings; those of others stay, in order.
nlohmann::json WithoutOurFinalizers(const nlohmann::json& finalizers);

// {"<namespace>.<name>": "issuer=CredentialIssuer/keyserver key=key_123 expires=…"}; only
// credentials that hold our finalizer.
nlohmann::json OrphanEntries(const std::vector<nlohmann::json>& credentials);

// Adds the entries to the record; those of an earlier uninstall stay. Nothing to add: no record.
Result<void> WriteOrphanRecord(const CommandContext& context,
                               const std::vector<nlohmann::json>& credentials);

}  // namespace keysteward::cli
