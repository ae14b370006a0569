#include "cli/commands/scan_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/duration.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using detection::MakeSample;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ScanCommand : public testing::Test {
 protected:
  ScanCommand() {
    folder_ =
        fs::temp_directory_path() / ("scan-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
    options_.paths = {folder_.string()};
    options_.now = ParseTime("2026-11-26T12:00:00Z").value();
  }
  ~ScanCommand() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  int Run(const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const Result<int> status =
        RunScan(options_, {.clock = clock_, .in = in, .out = out, .err = err});
    EXPECT_TRUE(status) << status.error().ToString();
    out_ = out.str();
    err_ = err.str();
    return status ? *status : 3;
  }
  std::string Pod(const std::string& value, const std::string& comment = "") {
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  containers:\n  - name: app\n"
           "    env:\n    - name: API_KEY\n      value: " +
           value + comment + "\n";
  }

  fs::path folder_;
  const SystemClock clock_;  // only for the time that a program may take
  ScanOptions options_;
  std::string out_;
  std::string err_;
  const std::string key_ = MakeSample("sk_live_{alnum:24}");
};

TEST_F(ScanCommand, IsCleanOnInnocentFiles) {
  Write("a.yaml", Pod("$(API_KEY)"));
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_EQ(out_, "0 denied, 0 warned, 0 unreadable; scanned 1 files, 1 documents\n");
}

TEST_F(ScanCommand, PrintsFilePlaceRuleAndFixButNeverTheValue) {
  const std::string path = Write("a.yaml", Pod(key_));
  EXPECT_EQ(Run(), kScanFindings);
  EXPECT_THAT(out_, StartsWith(path + ":9:14: deny: spec.containers[0].env[0].value: literal "
                                      "credential (stripe-secret-key): "));
  EXPECT_THAT(out_, HasSubstr("    Fix: declare a ManagedCredential api-key and replace"));
  EXPECT_THAT(out_, Not(HasSubstr(key_)));
}

TEST_F(ScanCommand, FindsWhatACustomRuleOfThePolicySays) {
  const std::string path =
      Write("a.yaml", "kind: ConfigMap\ndata: {notes: x " + MakeSample("acme_{lower:24}") + "}\n");
  options_.paths = {path};
  EXPECT_EQ(Run(), kScanClean);
  options_.policy_file = Write(
      "p.yaml",
      "kind: CredentialPolicy\nmetadata: {name: shop}\nspec: {literals: {customRules: [{id: acme,\n"
      "  pattern: 'acme_[a-z0-9]{24}', keywords: [acme_], examples: ['acme_{lower:24}']}]}}\n");
  EXPECT_EQ(Run(), kScanFindings);
  EXPECT_THAT(out_, HasSubstr("data.notes: literal credential (acme): "));
}

TEST_F(ScanCommand, ACustomRuleThatIsNoGoodIsBadInput) {
  Write("a.yaml", Pod("$(API_KEY)"));
  options_.policy_file = Write(
      "p.yaml",
      "kind: CredentialPolicy\nmetadata: {name: shop}\nspec: {literals: {customRules: [{id: acme,\n"
      "  pattern: 'acme_[a-z0-9]{24', keywords: [acme_], examples: ['acme_{lower:24}']}]}}\n");
  EXPECT_EQ(Run(), kScanBadInput);
  EXPECT_THAT(err_, HasSubstr("p.yaml: spec.literals.customRules[0]: example 1 is not found"));
}

TEST_F(ScanCommand, ReadsStandardInput) {
  options_.paths = {"-"};
  EXPECT_EQ(Run(Pod(key_)), kScanFindings);
  EXPECT_THAT(out_, StartsWith("-:9:14: deny: "));
}

TEST_F(ScanCommand, WalksFoldersButNotHiddenOnesNorLinks) {
  Write("deep/er/a.yml", Pod(key_));
  Write(".git/b.yaml", Pod(key_));
  Write("node_modules/c.yaml", Pod(key_));
  Write("notes.txt", Pod(key_));
  fs::create_symlink(folder_ / "deep", folder_ / "link");
  EXPECT_EQ(Run(), kScanFindings);
  EXPECT_THAT(out_, HasSubstr("1 denied, 0 warned, 0 unreadable; scanned 1 files"));
}

TEST_F(ScanCommand, NamesBrokenInputWithItsLineAndJudgesTheRest) {
  const std::string broken = Write("broken.yaml", "a: b\nc: \"never closed\n");
  Write("good.yaml", Pod(key_));
  EXPECT_EQ(Run(), kScanBadInput);
  EXPECT_THAT(out_, HasSubstr(broken + ":3:1: "));
  EXPECT_THAT(out_, HasSubstr("1 denied, 0 warned, 1 unreadable"));
}

TEST_F(ScanCommand, SaysThatAFileDoesNotExist) {
  options_.paths = {(folder_ / "absent.yaml").string()};
  EXPECT_EQ(Run(), kScanBadInput);
  EXPECT_THAT(out_, HasSubstr("absent.yaml: no such file"));
}

TEST_F(ScanCommand, CountsWarningsOnlyWhenAsked) {
  Write("a.yaml", Pod(MakeSample("sk_test_{alnum:24}")));
  Write("b.yaml", "kind: ConfigMap\ndata: {pay: " + MakeSample("sk_test_{alnum:24}") + "}\n");
  fs::remove(folder_ / "a.yaml");
  EXPECT_EQ(Run(), kScanClean);
  options_.fail_on = policy::Action::kWarn;
  EXPECT_EQ(Run(), kScanFindings);
}

TEST_F(ScanCommand, ShowsLowConfidenceOnlyWithAll) {
  Write("a.yaml", "kind: ConfigMap\ndata: {client_secret: my-billing-secret-name}\n");
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_, Not(HasSubstr("info:")));
  Write("a.yaml", "kind: ConfigMap\ndata: {client_secret: billing-client}\n");
  options_.all = true;
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_, HasSubstr("info: data.client_secret"));
}

TEST_F(ScanCommand, WritesJson) {
  const std::string path = Write("a.yaml", "---\nkind: Namespace\n---\n" + Pod(key_));
  options_.output = ScanOutput::kJson;
  EXPECT_EQ(Run(), kScanFindings);
  const auto json = nlohmann::json::parse(out_);
  ASSERT_EQ(json["findings"].size(), 1u);
  const auto& finding = json["findings"][0];
  EXPECT_EQ(finding["file"], path);
  EXPECT_EQ(finding["document"], 1);
  EXPECT_EQ(finding["line"], 12);
  EXPECT_EQ(finding["column"], 14);
  EXPECT_EQ(finding["object"]["kind"], "Pod");
  EXPECT_EQ(finding["object"]["name"], "api");
  EXPECT_EQ(finding["path"], "spec.containers[0].env[0].value");
  EXPECT_EQ(finding["rule"], "stripe-secret-key");
  EXPECT_EQ(finding["provider"], "Stripe");
  EXPECT_EQ(finding["confidence"], "High");
  EXPECT_EQ(finding["severity"], "deny");
  EXPECT_EQ(finding["fingerprint"].get<std::string>().size(), 16u);
  EXPECT_EQ(json["scanned"]["files"], 1);
  EXPECT_EQ(json["scanned"]["documents"], 2);
  EXPECT_TRUE(json["errors"].empty());
  EXPECT_THAT(out_, Not(HasSubstr(key_)));
}

TEST_F(ScanCommand, WritesSarif) {
  const std::string path = Write("a.yaml", Pod(key_));
  options_.output = ScanOutput::kSarif;
  EXPECT_EQ(Run(), kScanFindings);
  const auto run = nlohmann::json::parse(out_)["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["name"], "keysteward");
  const auto& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "stripe-secret-key");
  EXPECT_EQ(result["level"], "error");
  const auto& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "file://" + path);
  EXPECT_EQ(place["region"]["startLine"], 9);
}

TEST_F(ScanCommand, ResolvesSecretsWithinTheScannedSet) {
  const std::string use =
      "kind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{env: [{name: A, "
      "valueFrom: {secretKeyRef: {name: NAME, key: k}}}]}]}\n";
  const auto with = [&](const std::string& name, const std::string& maker) {
    std::string text = use;
    text.replace(text.find("NAME"), 4, name);
    Write("a.yaml", text + "---\n" + maker);
    return Run();
  };
  const std::string good = "{keysteward.dev/owner: a, keysteward.dev/expires-at: 2027-01-31}";
  EXPECT_EQ(
      with("s", "kind: Secret\nmetadata: {name: s, namespace: shop, annotations: " + good + "}\n"),
      kScanClean);
  EXPECT_EQ(with("s", "kind: Secret\nmetadata: {name: s, namespace: shop}\n"), kScanFindings);
  EXPECT_THAT(out_, HasSubstr("secret-without-owner"));
  EXPECT_EQ(with("s",
                 "kind: SealedSecret\nmetadata: {name: s, namespace: shop}\nspec: {template: "
                 "{metadata: {annotations: " +
                     good + "}}}\n"),
            kScanClean);
  EXPECT_EQ(with("t",
                 "kind: ExternalSecret\nmetadata: {name: e, namespace: shop}\nspec: {target: "
                 "{name: t, template: {metadata: {annotations: " +
                     good + "}}}}\n"),
            kScanClean);
  EXPECT_EQ(with("m",
                 "kind: ManagedCredential\nmetadata: {name: c, namespace: shop}\nspec: "
                 "{delivery: {secretName: m}}\n"),
            kScanClean);
  EXPECT_EQ(with("g", "kind: Kustomization\nsecretGenerator: [{name: g, options: {annotations: " +
                          good + "}}]\n"),
            kScanClean);
  EXPECT_THAT(out_, HasSubstr("0 denied, 0 warned"));
  EXPECT_EQ(with("x", "kind: Namespace\n"), kScanClean);
  EXPECT_THAT(out_, HasSubstr("0 denied, 1 warned"));
  EXPECT_THAT(out_, HasSubstr("secret-missing"));
}

TEST_F(ScanCommand, HonoursACommentOnTheLineUntilItEnds) {
  const std::string comment = " # keysteward:allow rule=stripe-secret-key owner=pay reason=\"old\"";
  Write("a.yaml", Pod(key_, comment + " until=2027-01-31"));
  EXPECT_EQ(Run(), kScanClean);
  Write("a.yaml", Pod(key_, comment + " until=2026-01-31"));
  EXPECT_EQ(Run(), kScanFindings);
  EXPECT_THAT(out_, HasSubstr("its exception, owned by pay, ended at 2026-02-01T00:00:00Z"));
  Write("a.yaml", Pod(key_, " # keysteward:allow owner=pay until=2027-01-31"));
  EXPECT_EQ(Run(), kScanFindings) << "a comment without a reason counts";
}

TEST_F(ScanCommand, TakesPolicyAndExceptionsFromFiles) {
  options_.paths = {Write("in/a.yaml", Pod(key_))};
  options_.policy_file = Write("policy.yaml",
                               "apiVersion: keysteward.dev/v1alpha1\nkind: CredentialPolicy\n"
                               "metadata: {name: default}\nspec: {action: Warn}\n");
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_, HasSubstr("0 denied, 1 warned"));
  options_.policy_file.clear();
  options_.exceptions_file = Write(
      "exceptions.yaml",
      "apiVersion: keysteward.dev/v1alpha1\nkind: CredentialException\nmetadata: {name: old, "
      "namespace: shop}\nspec: {owner: pay, reason: being replaced this month, approvedBy: sec, "
      "expiresAt: \"2027-01-01T00:00:00Z\", scope: {rule: stripe-secret-key}}\n");
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_, HasSubstr("0 denied, 0 warned"));
}

TEST_F(ScanCommand, RefusesAWrongPolicyFile) {
  options_.policy_file = Write("policy.yaml", "kind: Pod\n");
  EXPECT_EQ(Run(), kScanBadInput);
  EXPECT_EQ(err_, options_.policy_file + ":1: expected kind CredentialPolicy\n");
}

TEST_F(ScanCommand, TheSameOnAnyNumberOfThreads) {
  for (int i = 0; i < 64; ++i) {
    const std::string number = std::to_string(i);
    Write("f" + number + ".yaml",
          Pod(i % 3 == 0 ? "$(KEY)" : key_) +
              "---\nkind: Pod\nspec: {containers: [{env: [{name: A, valueFrom: {secretKeyRef: "
              "{name: s" +
              std::to_string((i + 17) % 64) + ", key: k}}}]}]}\n---\n" +
              (i % 2 == 0 ? "kind: Secret\nmetadata: {name: s" + number + "}\n" : "kind: None\n"));
  }
  Write("broken.yaml", "a: [\n");
  options_.threads = 1;
  EXPECT_EQ(Run(), kScanBadInput);
  const std::string alone = out_;
  EXPECT_TRUE(
      alone.ends_with("106 denied, 32 warned, 1 unreadable; scanned 64 files, 192 documents\n"));
  for (const unsigned threads : {2u, 3u, 8u}) {
    options_.threads = threads;
    EXPECT_EQ(Run(), kScanBadInput);
    EXPECT_TRUE(out_ == alone) << threads;
  }
}

TEST_F(ScanCommand, ABaselineKeepsWhatIsKnownFromFailing) {
  Write("in/a.yaml", Pod(key_));
  options_.paths = {(folder_ / "in").string()};
  options_.baseline_file = (folder_ / "baseline.json").string();
  options_.write_baseline = true;
  EXPECT_EQ(Run(), kScanClean) << "writing it is no failure";
  options_.write_baseline = false;
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_, HasSubstr("info: spec.containers[0].env[0].value"));
  EXPECT_THAT(out_, HasSubstr("(in the baseline)"));
  Write("in/b.yaml",
        "kind: Pod\nmetadata: {name: b}\nspec: {containers: [{args: [" + key_ + "]}]}\n");
  EXPECT_EQ(Run(), kScanFindings) << "a new one fails";
  EXPECT_THAT(out_, HasSubstr("1 denied, 0 warned"));
  fs::remove(folder_ / "in/a.yaml");
  fs::remove(folder_ / "in/b.yaml");
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_, HasSubstr("is no longer found; remove it"));
}

TEST_F(ScanCommand, ABaselineThatCannotBeReadIsAnError) {
  Write("in/a.yaml", Pod(key_));
  options_.baseline_file = Write("baseline.txt", "{\"version\": 2, \"findings\": []}");
  EXPECT_EQ(Run(), kScanBadInput);
  EXPECT_EQ(err_, options_.baseline_file + ": not a baseline of version 1\n");
  EXPECT_EQ(out_, "") << "no verdict without the baseline";
}

TEST_F(ScanCommand, FlagsThatContradictEachOtherAreWrongUsage) {
  options_.paths.clear();
  EXPECT_EQ(Run(), kScanBadInput);
  EXPECT_THAT(err_, StartsWith("nothing to scan: "));
  options_.staged = true;
  options_.since = "main";
  EXPECT_EQ(Run(), kScanBadInput);
  EXPECT_THAT(err_, HasSubstr("exclude each other"));
  options_ = {};
  options_.paths = {"."};
  options_.helm_chart = "chart";
  EXPECT_EQ(Run(), kScanBadInput);
  options_ = {};
  options_.paths = {"."};
  options_.write_baseline = true;
  EXPECT_EQ(Run(), kScanBadInput);
}

TEST_F(ScanCommand, WarnsAboutKeysInUnrenderedTemplates) {
  Write("t.yaml", "{{- if .Values.on }}\nkind: ConfigMap\ndata:\n  stripe: " + key_ +
                      "\n  name: {{ .Values.name }}\n{{- end }}\n");
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_, HasSubstr("t.yaml:4:"));
  EXPECT_THAT(out_, HasSubstr("0 denied, 1 warned"));
}

TEST_F(ScanCommand, HelpersOfAChartAreTextWhateverTheirForm) {
  Write("templates/_helpers.tpl", "{{- define \"a\" -}}\nkey: " + key_ + "\n{{- end }}\n");
  Write("templates/nginx.tpl", "server {\n  listen: [\n}\n");
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_, HasSubstr("_helpers.tpl:2:"));
  EXPECT_THAT(out_, HasSubstr("0 denied, 1 warned, 0 unreadable"));
}

TEST_F(ScanCommand, WhatAConfigMapIsGeneratedFromIsJudgedAsItsEntry) {
  Write("kustomization.yaml", "configMapGenerator:\n- {name: a, envs: [prod.env]}\n");
  Write("prod.env", "LOG_LEVEL=info\nSTRIPE=" + key_ + "\n");
  EXPECT_EQ(Run(), kScanFindings);
  EXPECT_THAT(out_, HasSubstr("prod.env:2:8: deny: data[prod.env]"));
  EXPECT_THAT(out_, HasSubstr("scanned 2 files"));
}

}  // namespace
}  // namespace keysteward::cli
