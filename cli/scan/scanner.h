// ScanAll: every object of every input judged, over several threads, into one report whose order
// does not depend on them.
//
// What an object says of Secrets is judged when all inputs are read, since the Secret may stand in
// the last one; all else is judged at once, and no more texts are held than there are threads.
//
//   ScanReport report = ScanAll(std::move(inputs), {.engine = *engine, .snapshot = snapshot, …});
#pragma once

#include <map>
#include <string>

#include "cli/scan/scan_inputs.h"
#include "cli/scan/scan_report.h"
#include "cli/scan/source_place.h"
#include "detection/engine/engine.h"
#include "policy/secret_lookup.h"

namespace keysteward::cli {

struct ScanSetting {
  const detection::Engine& engine;
  const policy::PolicySnapshot& snapshot;
  WallTime now;
  bool all = false;                               // findings of low confidence too
  unsigned threads = 1;                           // at most
  const policy::SecretLookup* secrets = nullptr;  // nullptr: those that the inputs create
  const std::map<std::string, policy::Labels>* namespaces = nullptr;  // labels, when known
  bool text_digests = false;       // findings carry that of what is to be mended
  SourceMapper* mapper = nullptr;  // for rendered inputs
};

// `threads` 0 means as many as this process may run on; few inputs are not worth one each.
unsigned ChooseThreads(unsigned threads, size_t inputs);

ScanReport ScanAll(ScanInputs inputs, const ScanSetting& setting);

}  // namespace keysteward::cli
