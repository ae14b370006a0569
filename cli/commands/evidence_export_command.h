// `keysteward evidence export NAME [-f FILE]`: everything needed to check offline what happened to
// a credential's keys.
//
// The fingerprint of the signing key is printed to `err`: who verifies later pins it, and must get
// it on another way than with the file.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunEvidenceExport(context, {.name = "stripe-live"}));
#pragma once

#include <string>

#include "cli/commands/command_context.h"

namespace keysteward::cli {

struct EvidenceExportOptions {
  std::string name;
  std::string file;  // empty or "-": standard output; an existing file is replaced
};

Result<int> RunEvidenceExport(const CommandContext& context, const EvidenceExportOptions& options);

}  // namespace keysteward::cli
