#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include "cli/exit_codes.h"
#include "common/duration.h"
#include "common/version.h"

namespace keysteward::cli {
namespace {

using api::v1alpha1::Cause;

// CLI11 keeps pointers to what it fills, so everything stands still in one place.
struct Targets {
  CommandLine line;
  std::string timeout = "30s";
  VersionOptions version;
  CheckOptions check;
  ListOptions list;
  StatusOptions status;
  RotateOptions rotate;
  std::string wait_timeout = "15m";
  ScanOptions scan;
  EvidenceExportOptions evidence_export;
  EvidenceVerifyOptions evidence_verify;
  UninstallPrepareOptions uninstall_prepare;
  UninstallFinishOptions uninstall_finish;
  RulesExplainOptions rules_explain;
  RulesCheckOptions rules_check;
};

const std::map<std::string, OutputFormat> kFormats = {{"table", OutputFormat::kTable},
                                                      {"wide", OutputFormat::kWide},
                                                      {"json", OutputFormat::kJson},
                                                      {"yaml", OutputFormat::kYaml}};
const std::map<std::string, ScanOutput> kScanOutputs = {
    {"text", ScanOutput::kText},
    {"json", ScanOutput::kJson},
    {"sarif", ScanOutput::kSarif},
    {"junit", ScanOutput::kJunit},
    {"github", ScanOutput::kGithub},
    {"gitlab", ScanOutput::kGitlab},
    {"policyreport", ScanOutput::kPolicyReport}};
const std::map<std::string, Cause> kCauses = {{"Manual", Cause::kManual},
                                              {"Leak", Cause::kLeak},
                                              {"OwnerChange", Cause::kOwnerChange},
                                              {"Decommission", Cause::kDecommission}};

std::string CheckDuration(const std::string& text) {
  const Result<Duration> duration = ParseDuration(text == "0" ? "0s" : text);
  return duration ? "" : duration.error().message;
}

// One of the named values; the names are all that the help shows.
template <typename T>
CLI::Option* AddChoice(CLI::App& app, const std::string& flags, T& target,
                       const std::map<std::string, T>& choices, const std::string& help) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) names.push_back(name);
  return app
      .add_option_function<std::string>(
          flags, [&target, choices](const std::string& name) { target = choices.at(name); }, help)
      ->check(CLI::IsMember(names));
}

void AddGlobalFlags(CLI::App& app, Targets& targets) {
  kube::KubeconfigFlags& flags = targets.line.flags;
  app.add_option("--kubeconfig", flags.kubeconfig, "Kubeconfig file")->group("Cluster");
  app.add_option("--context", flags.context, "Context of the kubeconfig")->group("Cluster");
  app.add_option("--cluster", flags.cluster, "Cluster of the kubeconfig")->group("Cluster");
  app.add_option("--user", flags.user, "User of the kubeconfig")->group("Cluster");
  app.add_option("-s,--server", flags.server, "URL of the API server")->group("Cluster");
  app.add_option("--token", flags.token, "Bearer token; visible to other processes of this machine")
      ->group("Cluster");
  app.add_option("--certificate-authority", flags.certificate_authority,
                 "PEM file of the API server's CA")
      ->group("Cluster");
  app.add_option("--client-certificate", flags.client_certificate, "PEM file of your certificate")
      ->group("Cluster");
  app.add_option("--client-key", flags.client_key, "PEM file of its key")->group("Cluster");
  app.add_option("--tls-server-name", flags.tls_server_name,
                 "Name the API server's certificate must have")
      ->group("Cluster");
  app.add_flag("--insecure-skip-tls-verify", flags.insecure_skip_tls_verify,
               "Do not authenticate the API server")
      ->group("Cluster");
  app.add_option("--as", flags.as, "User to act as")->group("Cluster");
  app.add_option("--as-uid", flags.as_uid, "UID to act as")->group("Cluster");
  app.add_option("--as-group", flags.as_groups, "Group to act as; repeatable")->group("Cluster");
  app.add_option("--request-timeout", targets.timeout, "Longest wait for one answer; 0: a day")
      ->check(CheckDuration)
      ->group("Cluster");
  app.add_option("-n,--namespace", flags.namespace_name, "Namespace; default as the context says");
  app.add_option("--operator-namespace", targets.line.operator_namespace,
                 "Namespace of Keysteward itself")
      ->capture_default_str();
}

CLI::App* AddCommand(CLI::App& app, const std::string& name, const std::string& help) {
  CLI::App* command = app.add_subcommand(name, help);
  command->fallthrough();
  return command;
}

void AddOutput(CLI::App& command, Targets& targets) {
  AddChoice(command, "-o,--output", targets.line.output, kFormats, "Form of the answer");
}

void AddReadCommands(CLI::App& app, Targets& targets) {
  CLI::App* version =
      AddCommand(app, "version", "Print the version of this program and the cluster");
  version->add_flag("--client", targets.version.client_only, "Only of this program");
  AddOutput(*version, targets);
  CLI::App* check = AddCommand(app, "check", "Check that Keysteward works in this cluster");
  check->add_option("--refuses-in", targets.check.refuses_in,
                    "Prove by a dry run that a pod with a key is refused in this namespace");
  AddChoice(*check, "--fail-on", targets.check.fail_on,
            std::map<std::string, CheckLevel>{{"warning", CheckLevel::kWarning},
                                              {"failure", CheckLevel::kFailure}},
            "Least level that makes the exit status other than 0; default warning");
  AddOutput(*check, targets);
  CLI::App* list = AddCommand(app, "list", "List credentials, their owners and when they end");
  list->add_flag("-A,--all-namespaces", targets.line.all_namespaces, "Of every namespace");
  list->add_option("-l,--selector", targets.list.selector, "Label selector, as in kubectl");
  AddOutput(*list, targets);
  CLI::App* status = AddCommand(app, "status", "Show one credential in full and what comes next");
  status->add_option("NAME", targets.status.name, "ManagedCredential")->required();
  AddOutput(*status, targets);
}

void AddRotate(CLI::App& app, Targets& targets) {
  RotateOptions& options = targets.rotate;
  CLI::App* rotate = AddCommand(app, "rotate", "Replace a key now");
  rotate->add_option("NAME", options.name, "ManagedCredential");
  rotate->add_option("--reason", options.reason, "Why, in words; kept with the evidence");
  AddChoice(*rotate, "--cause", options.cause, kCauses, "Kind of reason; default Manual");
  rotate->add_flag("--emergency", options.emergency, "Skip the overlap; needs the verb emergency");
  rotate->add_flag("--revoke-first", options.revoke_first,
                   "End the old key before consumers have moved: an outage; needs --emergency");
  rotate->add_flag("--wait", options.wait, "Follow it to its end");
  rotate->add_option("--timeout", targets.wait_timeout, "Longest wait; the rotation goes on")
      ->check(CheckDuration)
      ->capture_default_str();
  rotate->add_option("--attach", options.attach, "Follow this CredentialRotation instead");
  AddOutput(*rotate, targets);
}

void AddScanSources(CLI::App& scan, Targets& targets) {
  ScanOptions& options = targets.scan;
  constexpr const char* kGroup = "What to scan";
  scan.add_option("PATH", options.paths, "Files or folders; - reads standard input");
  scan.add_option("--exclude", options.exclude, "Glob of names or paths to leave out; repeatable")
      ->group(kGroup);
  scan.add_option("--helm", options.helm_chart, "Chart folder, rendered with your helm")
      ->group(kGroup);
  scan.add_option("-f,--values", options.values_files, "Values file for the chart; repeatable")
      ->group(kGroup);
  scan.add_option("--set", options.set_values, "Value for the chart, as helm takes it; repeatable")
      ->group(kGroup);
  scan.add_option("--kustomize", options.kustomize_folder,
                  "Folder of a kustomization, rendered with your kustomize or kubectl")
      ->group(kGroup);
  scan.add_flag("--staged", options.staged, "Staged versions of files, as git would commit them")
      ->group(kGroup);
  scan.add_option("--since", options.since, "What changed since this branch left a git revision")
      ->group(kGroup);
  scan.add_flag("--cluster", options.cluster, "Live objects of the namespace, or of all with -A")
      ->group(kGroup);
  scan.add_flag("-A,--all-namespaces", targets.line.all_namespaces, "With --cluster: every one")
      ->group(kGroup);
}

void AddScan(CLI::App& app, Targets& targets) {
  ScanOptions& options = targets.scan;
  CLI::App* scan =
      AddCommand(app, "scan", "Look for literal keys in manifests, charts, commits and clusters");
  AddScanSources(*scan, targets);
  AddChoice(*scan, "-o,--output", options.output, kScanOutputs, "Form of the report");
  AddChoice(*scan, "--fail-on", options.fail_on,
            std::map<std::string, policy::Action>{{"deny", policy::Action::kDeny},
                                                  {"warn", policy::Action::kWarn}},
            "Least severity that makes the exit status 1; default deny");
  scan->add_option("--policy", options.policy_file, "File of CredentialPolicy manifests");
  scan->add_option("--exceptions", options.exceptions_file,
                   "File of CredentialException manifests");
  CLI::Option* baseline = scan->add_option("--baseline", options.baseline_file,
                                           "File of findings that do not fail the scan");
  scan->add_flag("--write-baseline", options.write_baseline, "Write what is found to that file")
      ->needs(baseline);
  scan->add_flag("--all", options.all, "Show findings of low confidence too");
  CLI::Option* fix = scan->add_flag_callback(
      "--fix", [&options] { options.fix = std::max(options.fix, FixMode::kPrint); },
      "Print the ManagedCredential and secretKeyRef that replace each value");
  scan->add_flag_callback(
          "--write", [&options] { options.fix = FixMode::kWrite; },
          "Write what --fix would print into the files")
      ->needs(fix);
  scan->add_option("--threads", options.threads, "Most threads to use; default: one per processor")
      ->check(CLI::Range(1, 256));
}

void AddEvidence(CLI::App& app, Targets& targets) {
  CLI::App* evidence = AddCommand(app, "evidence", "Export and verify what happened to keys");
  evidence->require_subcommand(1);
  CLI::App* save = AddCommand(*evidence, "export", "Write a credential's evidence to a file");
  save->add_option("NAME", targets.evidence_export.name, "ManagedCredential")->required();
  save->add_option("-f,--file", targets.evidence_export.file, "File; default standard output");
  CLI::App* verify = AddCommand(*evidence, "verify", "Check a bundle, offline");
  verify->add_option("FILE", targets.evidence_verify.file, "Bundle; - reads standard input")
      ->required();
  CLI::Option* key = verify->add_option("--key", targets.evidence_verify.key_file,
                                        "PEM file of the public key to trust");
  verify
      ->add_option("--fingerprint", targets.evidence_verify.fingerprint,
                   "Fingerprint of the key to trust: 64 hexadecimal digits")
      ->excludes(key);
  AddOutput(*verify, targets);
}

void AddUninstallFlags(CLI::App& command, UninstallOptions& options) {
  command.add_flag("--orphan", options.orphan,
                   "Leave keys alive: record them and take our finalizers off");
  command.add_flag("--remove-kinds", options.remove_kinds,
                   "The CustomResourceDefinitions go too, and every credential with them");
  command.add_option("--release", options.release, "Prefix of the names of Keysteward's objects")
      ->capture_default_str();
}

void AddUninstall(CLI::App& app, Targets& targets) {
  CLI::App* uninstall = AddCommand(app, "uninstall", "The chart's steps around helm uninstall");
  uninstall->require_subcommand(1);
  AddUninstallFlags(*AddCommand(*uninstall, "prepare",
                                "Before: refuse while keys need the operator, else unregister"),
                    targets.uninstall_prepare);
  AddUninstallFlags(*AddCommand(*uninstall, "finish", "After: remove what the operator made"),
                    targets.uninstall_finish);
}

void AddRules(CLI::App& app, Targets& targets) {
  CLI::App* rules =
      AddCommand(app, "rules", "The detector rules, built in or in files of your own");
  rules->require_subcommand(1);
  AddOutput(*AddCommand(*rules, "list", "List the built-in rules"), targets);
  CLI::App* explain = AddCommand(*rules, "explain", "What a rule finds, why, and what to do then");
  explain->add_option("ID", targets.rules_explain.id, "Rule, as a finding names it")->required();
  AddOutput(*explain, targets);
  CLI::App* check = AddCommand(*rules, "check", "Try rule files: ours, gitleaks or Kingfisher");
  check->add_option("FILE", targets.rules_check.files, "Rule files")->required();
}

// Names what was not understood. A value behind a misspelt flag may be a token, so when there is a
// flag only flags are named, without what follows their "=".
std::string NotExpected(const std::vector<std::string>& arguments) {
  std::string flags;
  std::string all;
  for (const std::string& argument : arguments) {
    all += " " + argument;
    if (argument.starts_with("-")) flags += " " + argument.substr(0, argument.find('='));
  }
  return "not expected:" + (flags.empty() ? all : flags) +
         "\nRun with --help for more information.\n";
}

CommandOptions Chosen(const CLI::App& app, const Targets& targets) {
  if (app.got_subcommand("check")) return targets.check;
  if (app.got_subcommand("list")) return targets.list;
  if (app.got_subcommand("status")) return targets.status;
  if (app.got_subcommand("rotate")) return targets.rotate;
  if (app.got_subcommand("scan")) return targets.scan;
  if (app.got_subcommand("uninstall")) {
    if (app.get_subcommand("uninstall")->got_subcommand("prepare")) {
      return targets.uninstall_prepare;
    }
    return targets.uninstall_finish;
  }
  if (app.got_subcommand("rules")) {
    const CLI::App* rules = app.get_subcommand("rules");
    if (rules->got_subcommand("explain")) return targets.rules_explain;
    if (rules->got_subcommand("check")) return targets.rules_check;
    return RulesListOptions();
  }
  if (!app.got_subcommand("evidence")) return targets.version;
  if (app.get_subcommand("evidence")->got_subcommand("export")) return targets.evidence_export;
  return targets.evidence_verify;
}

void Finish(Targets& targets) {
  if (targets.timeout == "0" || targets.timeout == "0s") targets.timeout = "24h";
  targets.line.request_timeout = *ParseDuration(targets.timeout);
  targets.rotate.timeout = *ParseDuration(targets.wait_timeout);
  targets.evidence_verify.output = targets.line.output;
}

}  // namespace

std::string ProgramName(const std::string& argv0) {
  const std::string file = argv0.substr(argv0.find_last_of('/') + 1);
  constexpr std::string_view kPlugin = "kubectl-";
  return file.starts_with(kPlugin) ? "kubectl " + file.substr(kPlugin.size()) : "keysteward";
}

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv, std::ostream& out,
                                   std::ostream& err) {
  Targets targets;
  targets.line.program = ProgramName(argc > 0 ? argv[0] : "");
  CLI::App app("Gives every API key an owner, an end and a proof of its end.",
               targets.line.program);
  app.set_version_flag("--version", std::string(kVersion));
  app.footer("Exit status: 0 yes, 1 no, 2 wrong usage or input, 3 no answer, 4 left open.");
  AddGlobalFlags(app, targets);
  AddReadCommands(app, targets);
  AddRotate(app, targets);
  AddScan(app, targets);
  AddEvidence(app, targets);
  AddUninstall(app, targets);
  AddRules(app, targets);
  ParsedCommandLine parsed;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError&) {
    err << NotExpected(app.remaining(true));
    parsed.exit_code = kExitUsage;
    return parsed;
  } catch (const CLI::ParseError& failure) {
    parsed.exit_code = app.exit(failure, out, err) == 0 ? kExitOk : kExitUsage;
    return parsed;
  }
  // Not left to CLI11, which would answer a misspelt verb in the same words.
  if (app.get_subcommands().empty()) {
    err << "A subcommand is required\nRun with --help for more information.\n";
    parsed.exit_code = kExitUsage;
    return parsed;
  }
  Finish(targets);
  targets.line.command = Chosen(app, targets);
  parsed.line = std::move(targets.line);
  parsed.run = true;
  return parsed;
}

}  // namespace keysteward::cli
