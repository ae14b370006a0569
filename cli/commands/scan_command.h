// `keysteward scan`: the admission verdict over files, charts, commits and clusters.
//
// Exit status: 0 nothing at or above fail_on, 1 findings, 2 wrong usage or unreadable or broken
// input (each named with its line, the other files are still judged). Errors are our own faults
// (exit 3), or those of the API server.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunScan(options, {clock, std::cin, std::cout, …}));
#pragma once

#include "cli/scan/scan_options.h"
#include "cli/scan/scan_world.h"
#include "common/result.h"

namespace keysteward::cli {

inline constexpr int kScanClean = 0;
inline constexpr int kScanFindings = 1;
inline constexpr int kScanBadInput = 2;

// kInvalidArgument says which flags do not go together.
Result<void> CheckScanOptions(const ScanOptions& options);

Result<int> RunScan(const ScanOptions& options, const ScanWorld& world);

}  // namespace keysteward::cli
