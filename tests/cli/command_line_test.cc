#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/exit_codes.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::v1alpha1::Cause;
using testing::ElementsAre;
using testing::HasSubstr;

class CommandLineTest : public testing::Test {
 protected:
  ParsedCommandLine Parse(std::vector<const char*> arguments, const char* program = "keysteward") {
    std::ostringstream out;
    std::ostringstream err;
    arguments.insert(arguments.begin(), program);
    ParsedCommandLine parsed =
        ParseCommandLine(static_cast<int>(arguments.size()), arguments.data(), out, err);
    out_ = out.str();
    err_ = err.str();
    return parsed;
  }
  template <typename T>
  T Options(const std::vector<const char*>& arguments) {
    const ParsedCommandLine parsed = Parse(arguments);
    EXPECT_TRUE(parsed.run) << err_;
    const T* options = std::get_if<T>(&parsed.line.command);
    EXPECT_NE(options, nullptr);
    return options == nullptr ? T() : *options;
  }

  std::string out_;
  std::string err_;
};

TEST(ProgramNameOf, IsTheOneItWasCalledBy) {
  EXPECT_EQ(ProgramName("/usr/bin/keysteward"), "keysteward");
  EXPECT_EQ(ProgramName("kubectl-keysteward"), "kubectl keysteward");
  EXPECT_EQ(ProgramName("/opt/kubectl-keysteward"), "kubectl keysteward");
  EXPECT_EQ(ProgramName(""), "keysteward");
}

TEST_F(CommandLineTest, TheUsageShowsTheNameItWasCalledBy) {
  const ParsedCommandLine parsed = Parse({"--help"}, "/usr/bin/kubectl-keysteward");
  EXPECT_FALSE(parsed.run);
  EXPECT_EQ(parsed.exit_code, kExitOk);
  EXPECT_THAT(out_, HasSubstr("Usage: kubectl keysteward [OPTIONS] [SUBCOMMAND]"));
  EXPECT_THAT(out_,
              HasSubstr("Exit status: 0 yes, 1 no, 2 wrong usage or input, 3 no answer, 4 left "
                        "open."));
}

TEST_F(CommandLineTest, KubectlsFlagsAreTakenBeforeAndBehindTheVerb) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"--context", "prod", "-n", "payments", "--as", "alice", "--as-group", "a", "--as-group",
            "b", "--request-timeout", "5s", "list"},
           {"list", "--context", "prod", "-n", "payments", "--as", "alice", "--as-group", "a",
            "--as-group", "b", "--request-timeout", "5s"}}) {
    const ParsedCommandLine parsed = Parse(arguments);
    ASSERT_TRUE(parsed.run) << err_;
    EXPECT_EQ(parsed.line.flags.context, "prod");
    EXPECT_EQ(parsed.line.flags.namespace_name, "payments");
    EXPECT_EQ(parsed.line.flags.as, "alice");
    EXPECT_THAT(parsed.line.flags.as_groups, ElementsAre("a", "b"));
    EXPECT_EQ(parsed.line.request_timeout, 5s);
  }
}

TEST_F(CommandLineTest, EveryFlagOfTheConnectionIsHandedOn) {
  const auto line = Parse({"check",
                           "--kubeconfig",
                           "/k",
                           "--cluster",
                           "c",
                           "--user",
                           "u",
                           "-s",
                           "https://h",
                           "--token",
                           "t",
                           "--certificate-authority",
                           "ca",
                           "--client-certificate",
                           "cc",
                           "--client-key",
                           "ck",
                           "--tls-server-name",
                           "tn",
                           "--insecure-skip-tls-verify",
                           "--as-uid",
                           "7",
                           "--operator-namespace",
                           "ops"})
                        .line;
  EXPECT_EQ(line.flags.kubeconfig, "/k");
  EXPECT_EQ(line.flags.cluster, "c");
  EXPECT_EQ(line.flags.user, "u");
  EXPECT_EQ(line.flags.server, "https://h");
  EXPECT_EQ(line.flags.token, "t");
  EXPECT_EQ(line.flags.certificate_authority, "ca");
  EXPECT_EQ(line.flags.client_certificate, "cc");
  EXPECT_EQ(line.flags.client_key, "ck");
  EXPECT_EQ(line.flags.tls_server_name, "tn");
  EXPECT_TRUE(line.flags.insecure_skip_tls_verify);
  EXPECT_EQ(line.flags.as_uid, "7");
  EXPECT_EQ(line.operator_namespace, "ops");
}

TEST_F(CommandLineTest, DefaultsAreThoseOfTheDocs) {
  const auto line = Parse({"check"}).line;
  EXPECT_EQ(line.request_timeout, 30s);
  EXPECT_EQ(line.operator_namespace, "keysteward-system");
  EXPECT_EQ(line.output, OutputFormat::kTable);
  EXPECT_EQ(line.flags.namespace_name, "");
  EXPECT_FALSE(line.all_namespaces);
  EXPECT_EQ(Options<RotateOptions>({"rotate", "a"}).timeout, 15min);
  EXPECT_EQ(Parse({"check", "--request-timeout", "0"}).line.request_timeout, 24h);
}

TEST_F(CommandLineTest, EachVerbHasItsOptions) {
  EXPECT_TRUE(Options<VersionOptions>({"version", "--client"}).client_only);
  EXPECT_EQ(Options<StatusOptions>({"status", "stripe-live"}).name, "stripe-live");
  EXPECT_EQ(Options<ListOptions>({"list", "-A", "-l", "team=x"}).selector, "team=x");
  EXPECT_TRUE(Parse({"list", "-A"}).line.all_namespaces);
  EXPECT_EQ(Options<EvidenceExportOptions>({"evidence", "export", "a", "-f", "x.json"}).file,
            "x.json");
  const auto verify =
      Options<EvidenceVerifyOptions>({"evidence", "verify", "x.json", "--key", "k", "-o", "json"});
  EXPECT_EQ(verify.file, "x.json");
  EXPECT_EQ(verify.key_file, "k");
  EXPECT_EQ(verify.output, OutputFormat::kJson);
  Options<CheckOptions>({"check"});
}

TEST_F(CommandLineTest, RotateTakesItsFlags) {
  const auto options = Options<RotateOptions>({"rotate", "a", "--reason", "SEC-1: x", "--cause",
                                               "Leak", "--emergency", "--revoke-first", "--wait",
                                               "--timeout", "90s", "-n", "payments"});
  EXPECT_EQ(options.name, "a");
  EXPECT_EQ(options.reason, "SEC-1: x");
  EXPECT_EQ(options.cause, Cause::kLeak);
  EXPECT_TRUE(options.emergency && options.revoke_first && options.wait);
  EXPECT_EQ(options.timeout, 90s);
  EXPECT_EQ(Options<RotateOptions>({"rotate", "--attach", "a-8"}).attach, "a-8");
}

TEST_F(CommandLineTest, ScanTakesItsFlags) {
  const auto options = Options<ScanOptions>({"scan", "a", "b", "-o", "sarif", "--fail-on", "warn",
                                             "--policy", "p", "--exceptions", "e", "--all"});
  EXPECT_THAT(options.paths, ElementsAre("a", "b"));
  EXPECT_EQ(options.output, ScanOutput::kSarif);
  EXPECT_EQ(options.fail_on, policy::Action::kWarn);
  EXPECT_EQ(options.policy_file, "p");
  EXPECT_EQ(options.exceptions_file, "e");
  EXPECT_TRUE(options.all);
  EXPECT_THAT(Options<ScanOptions>({"scan", "-"}).paths, ElementsAre("-"));
  const auto chart = Options<ScanOptions>(
      {"scan", "--helm", "c", "-f", "a.yaml", "--values", "b.yaml", "--set", "x=y"});
  EXPECT_EQ(chart.helm_chart, "c");
  EXPECT_THAT(chart.values_files, ElementsAre("a.yaml", "b.yaml"));
  EXPECT_THAT(chart.set_values, ElementsAre("x=y"));
  EXPECT_TRUE(Options<ScanOptions>({"scan", "--staged"}).staged);
  EXPECT_EQ(Options<ScanOptions>({"scan", "--since", "main", "a"}).since, "main");
  EXPECT_TRUE(Options<ScanOptions>({"scan", "--cluster"}).cluster);
}

// Before the verb it is the kubeconfig's cluster, behind it the source of the scan.
TEST_F(CommandLineTest, ClusterOfAScanIsNoNameOfTheKubeconfig) {
  EXPECT_TRUE(Parse({"--cluster", "prod", "scan", "--cluster"}).run);
  EXPECT_EQ(Parse({"--cluster", "prod", "scan", "--cluster"}).line.flags.cluster, "prod");
  EXPECT_FALSE(Options<ScanOptions>({"--cluster", "prod", "scan", "a"}).cluster);
}

TEST_F(CommandLineTest, EveryOutputIsKnown) {
  for (const auto& [name, format] :
       std::map<const char*, OutputFormat>{{"table", OutputFormat::kTable},
                                           {"wide", OutputFormat::kWide},
                                           {"json", OutputFormat::kJson},
                                           {"yaml", OutputFormat::kYaml}}) {
    EXPECT_EQ(Parse({"list", "-o", name}).line.output, format) << name;
  }
}

TEST_F(CommandLineTest, WrongUsageExitsTwoAndIsNamed) {
  const std::vector<std::pair<std::vector<const char*>, const char*>> rows = {
      {{}, "A subcommand is required"},
      {{"lst"}, "lst"},
      {{"status"}, "NAME is required"},
      {{"evidence"}, "A subcommand is required"},
      {{"evidence", "verify"}, "FILE is required"},
      {{"scan", "a", "--write-baseline"}, "--baseline"},
      {{"scan", "a", "--threads", "0"}, "--threads"},
      {{"list", "-o", "xml"}, "xml"},
      {{"rotate", "a", "--cause", "Schedule"}, "Schedule"},
      {{"rotate", "a", "--timeout", "soon"}, "soon"},
      {{"list", "--no-such-flag"}, "--no-such-flag"},
      {{"list", "--request-timeout", "-5s"}, "-5s"},
      {{"evidence", "verify", "f", "--key", "k", "--fingerprint", "x"}, "excludes"},
      {{"status", "a", "b"}, "b"}};
  for (const auto& [arguments, named] : rows) {
    const ParsedCommandLine parsed = Parse(arguments);
    EXPECT_FALSE(parsed.run);
    EXPECT_EQ(parsed.exit_code, kExitUsage) << named;
    EXPECT_THAT(err_, HasSubstr(named));
    EXPECT_EQ(out_, "");
  }
}

TEST_F(CommandLineTest, AValueBehindAMisspeltFlagIsNotRepeated) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"list", "--tokn", "canary-value"},
                                             {"list", "--tokn=canary-value"},
                                             {"--tokn", "canary-value", "list"},
                                             {"rotate", "a", "--reson", "canary-value"}}) {
    EXPECT_EQ(Parse(arguments).exit_code, kExitUsage);
    EXPECT_THAT(err_, testing::Not(HasSubstr("canary")));
    EXPECT_THAT(err_, HasSubstr("not expected: --"));
  }
  EXPECT_EQ(Parse({"lst"}).exit_code, kExitUsage);
  EXPECT_EQ(err_, "not expected: lst\nRun with --help for more information.\n");
}

TEST_F(CommandLineTest, TheVersionFlagPrintsTheVersion) {
  EXPECT_EQ(Parse({"--version"}).exit_code, kExitOk);
  EXPECT_EQ(out_, "0.1.0\n");
}

TEST_F(CommandLineTest, EveryVerbHelps) {
  for (const char* verb : {"version", "check", "list", "status", "rotate", "scan", "evidence"}) {
    EXPECT_EQ(Parse({verb, "--help"}).exit_code, kExitOk);
    EXPECT_THAT(out_, HasSubstr(std::string("keysteward ") + verb));
  }
}

TEST_F(CommandLineTest, UninstallHasTwoStepsWithTheSameFlags) {
  const auto prepare = Options<UninstallPrepareOptions>({"uninstall", "prepare"});
  EXPECT_FALSE(prepare.orphan);
  EXPECT_FALSE(prepare.remove_kinds);
  EXPECT_EQ(prepare.release, "keysteward");
  const auto finish = Options<UninstallFinishOptions>(
      {"uninstall", "finish", "--orphan", "--remove-kinds", "--release", "ks"});
  EXPECT_TRUE(finish.orphan);
  EXPECT_TRUE(finish.remove_kinds);
  EXPECT_EQ(finish.release, "ks");
  EXPECT_EQ(Parse({"uninstall"}).exit_code, kExitUsage);
}

TEST_F(CommandLineTest, CheckMayProveARefusalAndCountFailuresAlone) {
  const auto options =
      Options<CheckOptions>({"check", "--refuses-in", "default", "--fail-on", "failure"});
  EXPECT_EQ(options.refuses_in, "default");
  EXPECT_EQ(options.fail_on, CheckLevel::kFailure);
  EXPECT_EQ(Options<CheckOptions>({"check"}).fail_on, CheckLevel::kWarning);
}

}  // namespace
}  // namespace keysteward::cli
