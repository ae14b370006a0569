// `keysteward scan`: the admission verdict over files, charts, commits and clusters.
//
// Exit status: 0 nothing at or above fail_on, 1 findings, 2 wrong usage or unreadable or broken
// input (each named with its line, the other files are still judged). Errors are our own faults
// (exit 3), or those of the API server.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunScan(options, {clock, std::cin, std::cout, …}));
#pragma once

#include <functional>
#include <iosfwd>
#include <stop_token>

#include "cli/scan/scan_options.h"
#include "common/result.h"
#include "kube/client/client.h"

namespace keysteward::cli {

struct ScanWorld {
  const Clock& clock;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  std::stop_token stop;
  kube::Client* client = nullptr;  // for options.cluster
  Duration request_timeout = std::chrono::seconds(30);
};

inline constexpr int kScanClean = 0;
inline constexpr int kScanFindings = 1;
inline constexpr int kScanBadInput = 2;

// kInvalidArgument says which flags do not go together.
Result<void> CheckScanOptions(const ScanOptions& options);

Result<int> RunScan(const ScanOptions& options, const ScanWorld& world);

}  // namespace keysteward::cli
