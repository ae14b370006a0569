// What a scan prints: for people, as JSON, or as SARIF 2.1.0.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/commands/scan_command.h"
#include "cli/commands/scan_inputs.h"
#include "policy/judge.h"

namespace keysteward::cli {

struct ScanFinding {
  std::string file;
  uint32_t document = 0;  // in the file, from 0
  detection::ObjectIdentity object;
  policy::Judgement judgement;
};

struct ScanReport {
  std::vector<ScanFinding> findings;  // in order of file and line
  std::vector<InputError> errors;
  size_t files = 0;
  size_t documents = 0;
  size_t bytes = 0;
};

void PrintReport(const ScanReport& report, ScanOutput output, std::ostream& out);

}  // namespace keysteward::cli
