// `keysteward scan`: the admission verdict over files, before anything reaches a cluster.
//
// Exit status: 0 nothing at or above fail_on, 1 findings, 2 unreadable or broken input (each named
// with its line, the other files are still judged). Errors are our own faults (exit 3).
//
//   KS_ASSIGN_OR_RETURN(const int status, RunScan(options, std::cin, std::cout, std::cerr));
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "policy/policy.h"

namespace keysteward::cli {

enum class ScanOutput : uint8_t { kText, kJson, kSarif };

struct ScanOptions {
  std::vector<std::string> paths;  // files, directories or "-"
  ScanOutput output = ScanOutput::kText;
  policy::Action fail_on = policy::Action::kDeny;  // kDeny or kWarn
  std::string policy_file;      // CredentialPolicy manifests; empty: the built-in default
  std::string exceptions_file;  // CredentialException manifests
  bool all = false;             // findings of low confidence too
  WallTime now;                 // for expiries
};

inline constexpr int kScanClean = 0;
inline constexpr int kScanFindings = 1;
inline constexpr int kScanBadInput = 2;

Result<int> RunScan(const ScanOptions& options, std::istream& in, std::ostream& out,
                    std::ostream& err);

}  // namespace keysteward::cli
