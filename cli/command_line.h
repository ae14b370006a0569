// CommandLine: what the user typed, as one value. Parsing touches nothing but the streams.
//
//   const ParsedCommandLine parsed = ParseCommandLine(argc, argv, std::cout, std::cerr);
//   if (!parsed.run) return parsed.exit_code;
#pragma once

#include <iosfwd>
#include <string>
#include <variant>

#include "cli/commands/check_command.h"
#include "cli/commands/evidence_export_command.h"
#include "cli/commands/evidence_verify_command.h"
#include "cli/commands/list_command.h"
#include "cli/commands/rotate_command.h"
#include "cli/commands/rules_command.h"
#include "cli/commands/scan_command.h"
#include "cli/commands/status_command.h"
#include "cli/commands/uninstall_command.h"
#include "cli/output/format.h"
#include "kube/config/rest_config.h"

namespace keysteward::cli {

struct VersionOptions {
  bool client_only = false;
};

using CommandOptions =
    std::variant<VersionOptions, CheckOptions, ListOptions, StatusOptions, RotateOptions,
                 ScanOptions, EvidenceExportOptions, EvidenceVerifyOptions, UninstallPrepareOptions,
                 UninstallFinishOptions, RulesListOptions, RulesExplainOptions, RulesCheckOptions>;

struct CommandLine {
  std::string program;  // "keysteward" or "kubectl keysteward"
  kube::KubeconfigFlags flags;
  bool all_namespaces = false;
  std::string operator_namespace = "keysteward-system";
  Duration request_timeout = std::chrono::seconds(30);
  OutputFormat output = OutputFormat::kTable;
  CommandOptions command;
};

struct ParsedCommandLine {
  CommandLine line;
  bool run = false;   // false: everything is said, e.g. help
  int exit_code = 0;  // then
};

// kubectl runs plug-ins by file name, so the name tells how we were called.
std::string ProgramName(const std::string& argv0);

// Times of ScanOptions are left to the caller.
ParsedCommandLine ParseCommandLine(int argc, const char* const* argv, std::ostream& out,
                                   std::ostream& err);

}  // namespace keysteward::cli
