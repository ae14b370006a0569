// ScanOptions: what `keysteward scan` was asked for. docs/scan.md describes each flag.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/clock.h"
#include "policy/policy.h"

namespace keysteward::cli {

enum class ScanOutput : uint8_t {
  kText,
  kJson,
  kSarif,
  kJunit,
  kGithub,
  kGitlab,
  kPolicyReport,
};

enum class FixMode : uint8_t { kNone, kPrint, kWrite };

struct ScanOptions {
  // Where manifests come from: exactly one of paths, helm_chart, kustomize_folder, staged, since
  // and cluster; paths beside staged or since narrow them.
  std::vector<std::string> paths;  // files, directories or "-"
  std::vector<std::string> exclude;
  std::string helm_chart;
  std::vector<std::string> values_files;
  std::vector<std::string> set_values;
  std::string kustomize_folder;
  bool staged = false;
  std::string since;
  bool cluster = false;
  std::string namespace_name;  // empty: every namespace, or that of the context for a chart
  bool all_namespaces = false;

  ScanOutput output = ScanOutput::kText;
  policy::Action fail_on = policy::Action::kDeny;  // kDeny or kWarn
  std::string policy_file;      // CredentialPolicy manifests; empty: the built-in default
  std::string exceptions_file;  // CredentialException manifests
  std::string baseline_file;
  bool write_baseline = false;
  bool all = false;  // findings of low confidence too
  FixMode fix = FixMode::kNone;
  unsigned threads = 0;  // 0: as many as the machine has for us
  WallTime now;          // for expiries
};

}  // namespace keysteward::cli
