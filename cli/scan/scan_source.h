// ScanSource: where the manifests of a scan come from, as its flags say, and what belongs to it.
//
//   KS_ASSIGN_OR_RETURN(ScanSource source, OpenScanSource(options, world));
#pragma once

#include <map>
#include <memory>
#include <string>

#include "cli/scan/scan_inputs.h"
#include "cli/scan/scan_options.h"
#include "cli/scan/scan_report.h"
#include "cli/scan/scan_world.h"
#include "cli/scan/source_place.h"

namespace keysteward::cli {

struct ScanSource {
  ScanInputs inputs;
  std::unique_ptr<SourceMapper> mapper;  // of rendered inputs
  // Of a cluster:
  std::unique_ptr<policy::SecretLookup> secrets;
  std::map<std::string, policy::Labels> namespaces;
  policy::PolicySnapshot snapshot;
};

// Errors: kInvalidArgument with the words of git, helm or kustomize; those of the API server.
Result<ScanSource> OpenScanSource(const ScanOptions& options, const ScanWorld& world);

// Comments in the sources of rendered findings count as those beside them do.
void ApplySourceExceptions(const ScanOptions& options, ScanReport& report);

}  // namespace keysteward::cli
