#include "cli/scan/earlier_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/scan/scanned_secrets.h"
#include "tests/cli/scan/scan_text.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

using testing::ElementsAre;

class EarlierFindings : public testing::Test {
 protected:
  // Whether each finding of `after` was in `before`.
  std::vector<bool> Earlier(const std::string& before, const std::string& after,
                            const std::string& path = "a.yaml") {
    const ScanInput input{path, after, before, IsSettingsName(path)};
    ScanReport report = Scan({path, after, {}, input.is_entry});
    const policy::PolicySnapshot snapshot;
    const ScannedSecrets secrets;
    const auto scratch = SharedEngine().NewScratch();
    detection::ManifestReader reader;
    MarkEarlier(input, {SharedEngine(), *scratch, snapshot, secrets, WallTime()}, reader,
                report.findings);
    std::vector<bool> out;
    for (const ScanFinding& finding : report.findings) {
      EXPECT_EQ(finding.judgement.action <= policy::Action::kAudit, finding.judgement.existing);
      out.push_back(finding.judgement.existing);
    }
    return out;
  }
  static std::string Item(const std::string& name, const std::string& value) {
    return "        - name: " + name + "\n          value: " + value + "\n";
  }

  const std::string key_ = detection::MakeSample("sk_live_{alnum:24}");
  const std::string other_ = detection::MakeSample("sk_live_{alnum:24}", 2);
};

TEST_F(EarlierFindings, AValueThatStaysIsOld) {
  EXPECT_THAT(Earlier(DeploymentWith(Item("A", key_)),
                      "# moved\n\n" + DeploymentWith(Item("LOG", "x") + Item("A", key_))),
              ElementsAre(true))
      << "lines and places in lists may move";
}

TEST_F(EarlierFindings, ACommentThatStaysIsOld) {
  EXPECT_THAT(Earlier("a: b\n# was " + key_ + "\n", "a: c\n\n# was " + key_ + "\n"),
              ElementsAre(true));
  EXPECT_THAT(Earlier("a: b\n", "a: b\n# was " + key_ + "\n"), ElementsAre(false));
}

TEST_F(EarlierFindings, AValueThatStaysInSettingsIsOld) {
  const std::string lines = "API_KEY=" + key_ + "\nLOG=x\n";
  EXPECT_THAT(Earlier(lines, "PORT=80\n" + lines, "k/prod.env"), ElementsAre(true));
  EXPECT_THAT(Earlier("LOG=x\nPORT=80\n", lines, "k/prod.env"), ElementsAre(false));
}

TEST_F(EarlierFindings, AChangedValueIsNew) {
  EXPECT_THAT(Earlier(DeploymentWith(Item("A", key_)), DeploymentWith(Item("A", other_))),
              ElementsAre(false));
}

TEST_F(EarlierFindings, ACopyIsNew) {
  EXPECT_THAT(
      Earlier(DeploymentWith(Item("A", key_)), DeploymentWith(Item("A", key_) + Item("B", key_))),
      ElementsAre(true, false));
}

// Its line did not change, but its meaning did.
TEST_F(EarlierFindings, AValueThatGotATellingNameIsNew) {
  EXPECT_THAT(Earlier(DeploymentWith(Item("COLOUR", "hunter2-prod-9x")),
                      DeploymentWith(Item("DB_PASSWORD", "hunter2-prod-9x"))),
              ElementsAre(false));
}

TEST_F(EarlierFindings, AnotherObjectIsAnotherPlace) {
  std::string renamed = DeploymentWith(Item("A", key_));
  renamed.replace(renamed.find("name: api"), 9, "name: web");
  EXPECT_THAT(Earlier(DeploymentWith(Item("A", key_)), renamed), ElementsAre(false));
}

TEST_F(EarlierFindings, WithoutAReadableOlderVersionAllIsNew) {
  EXPECT_THAT(Earlier("", DeploymentWith(Item("A", key_))), ElementsAre(false));
  EXPECT_THAT(Earlier("a: [", DeploymentWith(Item("A", key_))), ElementsAre(false));
}

TEST_F(EarlierFindings, TemplatesAreCompared) {
  const std::string text = "{{- if .x }}\nkey: " + key_ + "\n{{- end }}\n";
  EXPECT_THAT(Earlier(text, "# c\n" + text), ElementsAre(true));
  EXPECT_THAT(Earlier("{{ x }}\n", text), ElementsAre(false));
  const std::string no_yaml = "a: {{ x }}\n key: " + key_ + "\n";
  EXPECT_THAT(Earlier(no_yaml, "# c\n" + no_yaml), ElementsAre(true));
  EXPECT_THAT(Earlier("a: {{ x }}\n key: y\n", no_yaml), ElementsAre(false));
}

}  // namespace
}  // namespace keysteward::cli
