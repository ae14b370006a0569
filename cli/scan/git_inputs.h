// GitInputs: what a commit would add: the staged versions of files, or what changed since a
// revision, each beside its older version.
//
//   KS_ASSIGN_OR_RETURN(ScanInputs inputs, GitInputs(options, clock, stop));
#pragma once

#include <stop_token>

#include "cli/scan/scan_inputs.h"
#include "cli/scan/scan_options.h"

namespace keysteward::cli {

// For options.staged or options.since. Paths of the inputs are from the root of the repository.
// Errors: kInvalidArgument for no repository, no such revision, no git.
Result<ScanInputs> GitInputs(const ScanOptions& options, const Clock& clock,
                             const std::stop_token& stop);

}  // namespace keysteward::cli
