#include "cli/scan/scanner.h"

#include <gtest/gtest.h>

#include "tests/cli/scan/scan_text.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

TEST(Scanner, AThreadIsWorthItForManyFilesOnly) {
  EXPECT_EQ(ChooseThreads(8, 0), 1u);
  EXPECT_EQ(ChooseThreads(8, 20), 1u);
  EXPECT_EQ(ChooseThreads(8, 40), 2u);
  EXPECT_EQ(ChooseThreads(8, 10'000), 8u);
  EXPECT_EQ(ChooseThreads(1, 10'000), 1u);
  EXPECT_GE(ChooseThreads(0, 10'000), 1u);
}

ScanReport Scan(std::vector<std::string> texts, bool complete, unsigned threads = 1) {
  static const policy::PolicySnapshot kSnapshot;
  ScanInputs inputs;
  inputs.complete = complete;
  for (std::string& text : texts) {
    inputs.inputs.push_back(
        {"f" + std::to_string(inputs.inputs.size()), std::move(text), std::nullopt});
  }
  return ScanAll(std::move(inputs), {.engine = SharedEngine(),
                                     .snapshot = kSnapshot,
                                     .now = ParseTime("2026-11-26T12:00:00Z").value(),
                                     .threads = threads});
}

const std::string kUse =
    "kind: Pod\nspec: {containers: [{env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: "
    "k}}}]}]}\n";

TEST(Scanner, ASecretOfTheLastFileIsKnownToTheFirst) {
  const ScanReport report = Scan({kUse, "kind: Secret\nmetadata: {name: s}\n"}, true);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].judgement.finding.rule, "secret-without-owner");
}

TEST(Scanner, OfAPartNothingIsSaidOfSecretsElsewhere) {
  EXPECT_EQ(Scan({kUse}, true).findings.size(), 1u) << "secret-missing";
  EXPECT_EQ(Scan({kUse}, false).findings.size(), 0u);
}

// What waits for Secrets and what does not end up in one order.
TEST(Scanner, FindingsOfAFileAreInItsOrder) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  const ScanReport report = Scan({"kind: ConfigMap\ndata: {k: " + key + "}\n---\n" + kUse +
                                  "---\nkind: ConfigMap\ndata: {k: " + key + "}\n"},
                                 true);
  ASSERT_EQ(report.findings.size(), 3u);
  EXPECT_EQ(report.findings[0].document, 0u);
  EXPECT_EQ(report.findings[1].document, 1u);
  EXPECT_EQ(report.findings[2].document, 2u);
}

std::string Told(const ScanReport& report) {
  std::string out;
  for (const ScanFinding& found : report.findings) {
    const detection::Finding& finding = found.judgement.finding;
    out += std::to_string(finding.position.line) + ":" + std::to_string(finding.position.column) +
           " " + std::string(policy::ActionName(found.judgement.action)) + " " +
           (finding.path.empty() ? "-" : finding.path) + " " + finding.rule + "|";
  }
  return out;
}

// No API server sees comments; whoever reads the file does.
TEST(Scanner, AKeyInACommentIsFound) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  const ScanReport report =
      Scan({"kind: ConfigMap\n# was " + key + "\ndata: {a: b}  # or " + key + "\n"}, true);
  EXPECT_EQ(Told(report), "2:7 Warn - stripe-secret-key|3:20 Warn - stripe-secret-key|");
  ASSERT_FALSE(report.findings.empty());
  EXPECT_TRUE(report.findings[0].judgement.message.starts_with(
      "a comment: literal credential (stripe-secret-key): "))
      << report.findings[0].judgement.message;
  EXPECT_TRUE(report.findings[0].judgement.fix.starts_with("Fix: take it out of the file"));
}

TEST(Scanner, CommentsAreExamplesUnlessTheirValuesAreRandomOrChosenWell) {
  const std::string random = detection::MakeSample("{alnum:32}");
  EXPECT_EQ(
      Told(Scan({"# DB_PASSWORD=winter4821\n# password: YourSecurePassword123\na: b\n"}, true)),
      "");
  EXPECT_EQ(Told(Scan({"# DB_PASSWORD=Winter_4821\na: b\n"}, true)),
            "1:15 Warn #DB_PASSWORD named-credential|");
  EXPECT_EQ(Told(Scan({"# DB_PASSWORD=winter4821\n# apiKey: changeme\n# salt: " + random +
                       "\n# API_TOKEN: " + random + "\na: b\n"},
                      true)),
            "4:14 Warn #API_TOKEN named-credential|");
  EXPECT_EQ(Told(Scan({"# mongodb://user:pass@host1:27017\n# or postgres://app:" + random +
                       "@db:5432/app\na: b\n"},
                      true)),
            "2:21 Warn - url-password|");
}

TEST(Scanner, ANameAndItsValueAreOneInCommentsToo) {
  const std::string random = detection::MakeSample("{alnum:22}");
  EXPECT_EQ(Told(Scan({"# - name: DB_PASSWORD\n#   value: " + random + "\na: b\n"}, true)),
            "2:12 Warn #DB_PASSWORD named-credential|");
}

TEST(Scanner, ACommentOfAScriptIsToldOnce) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  EXPECT_EQ(
      Told(Scan({"kind: ConfigMap\ndata:\n  run.sh: |\n    # was " + key + "\n    true\n"}, true)),
      "4:11 Deny data[run.sh] stripe-secret-key|");
}

TEST(Scanner, AKeyInAFoldedTextHasItsOwnLine) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  EXPECT_EQ(
      Told(Scan({"kind: Pod\nspec:\n  containers:\n  - args:\n    - >-\n      run\n      --key " +
                 key + "\n      --fast\n"},
                true)),
      "7:13 Deny spec.containers[0].args[0]#key stripe-secret-key|");
}

// Name and value stand on two lines, and what a Secret or an ExternalSecret holds is told by its
// kind.
TEST(Scanner, ATemplateIsReadAroundItsActions) {
  const std::string random = detection::MakeSample("{alnum:22}");
  EXPECT_EQ(
      Told(Scan({"kind: Deployment\nmetadata: {name: {{ .Release.Name }}}\nspec:\n"
                 "  template:\n    spec:\n      containers:\n      - name: a\n        env:\n"
                 "        {{- if .Values.db }}\n        - name: DB_PASSWORD\n          value: " +
                 random +
                 "\n        {{- end }}\n        - name: TOKEN\n          valueFrom:\n"
                 "            secretKeyRef: {name: {{ .x }}, key: token}\n"},
                true)),
      "11:18 Warn spec.template.spec.containers[0].env[0].value named-credential|");
  EXPECT_EQ(
      Told(Scan(
          {"kind: Secret\nmetadata: {name: {{ .x }}}\nstringData:\n  password: " + random + "\n"},
          true)),
      "");
}

TEST(Scanner, OfATemplatesObjectNoComputedNameIsTold) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  const ScanReport report = Scan({"kind: ConfigMap\nmetadata:\n  name: {{ .x }}-a\n  namespace: b\n"
                                  "data: {k: " +
                                  key + "}\n"},
                                 true);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].object.kind, "ConfigMap");
  EXPECT_EQ(report.findings[0].object.name, "");
  EXPECT_EQ(report.findings[0].object.namespace_name, "b");
}

TEST(Scanner, WhatATemplateSaysInActionsAndCommentsIsFoundOnce) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  EXPECT_EQ(Told(Scan({"kind: ConfigMap\ndata:\n  a: {{ .a | default \"" + key +
                       "\" }}\n  b: {{ .b }} # " + key + "\n  c: " + key + " {{/* \"\" */}}\n"},
                      true)),
            "3:23 Warn - stripe-secret-key|4:17 Warn - stripe-secret-key|"
            "5:6 Warn data.c stripe-secret-key|");
}

TEST(Scanner, ATemplateThatMakesNoYamlIsScannedAsText) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  EXPECT_EQ(Told(Scan({"a: {{ .a }}\n b: " + key + "\n"}, true)), "2:5 Warn - stripe-secret-key|");
}

// Of a file that makes no objects the text is searched: the error stays, at most warnings come.
TEST(Scanner, AFileThatCannotBeReadIsSearchedAsText) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  const ScanReport report =
      Scan({"kind: ConfigMap\ndata: {k: " + key + "}\n---\na: [b\nc: d: e\n"}, true);
  ASSERT_EQ(report.errors.size(), 1u);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].judgement.finding.position.line, 2u);
  EXPECT_EQ(report.findings[0].judgement.action, policy::Action::kWarn);
  EXPECT_EQ(report.files, 0u);
  EXPECT_TRUE(Scan({"kind: Secret\nstringData: {k: " + key + "}\na: [b\n"}, true).findings.empty());
}

// What a template makes is there, and no more is known of it.
TEST(Scanner, ASecretOfATemplateIsNotMissing) {
  const std::string made =
      "kind: Secret\nmetadata:\n  name: s\n  namespace: {{ .Release.Namespace }}\n";
  EXPECT_TRUE(Scan({kUse, made}, true).findings.empty());
}

TEST(Scanner, AnErrorOfOneFileIsNotOneOfAnother) {
  const ScanReport report = Scan({"a: [", "kind: Pod\n", "{\"a\""}, true);
  ASSERT_EQ(report.errors.size(), 2u);
  EXPECT_EQ(report.errors[0].file, "f0");
  EXPECT_EQ(report.errors[1].file, "f2");
  EXPECT_EQ(report.files, 1u);
}

TEST(Scanner, NoInputsAreNoReport) {
  const ScanReport report = Scan({}, true, 8);
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.files, 0u);
}

}  // namespace
}  // namespace keysteward::cli
