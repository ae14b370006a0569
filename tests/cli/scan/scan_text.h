// Texts of manifests for tests of the scan, and what the scan finds in them.
//
//   const Scanned scanned(PodWith("hunter2-prod-9x"));
//   FixEnv(scanned.text, scanned.pointers(), names);
#pragma once

#include <string>
#include <vector>

#include "cli/scan/scanner.h"
#include "common/duration.h"
#include "detection/engine/engine.h"

namespace keysteward::cli {

// Made once: it is the same for all.
inline const detection::Engine& SharedEngine() {
  static const auto engine = detection::Engine::CreateDefault().value();
  return *engine;
}

inline ScanReport Scan(ScanInput input, SourceMapper* mapper = nullptr) {
  static const policy::PolicySnapshot kSnapshot;
  ScanInputs inputs;
  inputs.inputs.push_back(std::move(input));
  return ScanAll(std::move(inputs), {.engine = SharedEngine(),
                                     .snapshot = kSnapshot,
                                     .now = ParseTime("2026-11-26T12:00:00Z").value(),
                                     .text_digests = true,
                                     .mapper = mapper});
}

inline std::vector<const ScanFinding*> Pointers(const ScanReport& report) {
  std::vector<const ScanFinding*> out;
  for (const ScanFinding& finding : report.findings) out.push_back(&finding);
  return out;
}

inline ScanReport ScanText(const std::string& text, SourceMapper* mapper = nullptr) {
  return Scan({"a.yaml", text, std::nullopt}, mapper);
}

// A Deployment whose container has `env` as lines of its list, indented by eight.
inline std::string DeploymentWith(const std::string& env) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, namespace: shop}\nspec:\n"
         "  template:\n    spec:\n      containers:\n      - name: app\n        env:\n" +
         env;
}

}  // namespace keysteward::cli
