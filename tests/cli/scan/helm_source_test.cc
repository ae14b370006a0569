#include "cli/scan/helm_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/scan/node_at.h"
#include "tests/cli/scan/scan_text.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using detection::Node;
using testing::HasSubstr;

// A chart whose renderer is played: it knows where each value goes.
class HelmSource : public testing::Test {
 protected:
  using Values = std::function<std::string(const std::string& key)>;

  HelmSource() {
    std::string name = fs::temp_directory_path() / "helm_source_XXXXXX";
    folder_ = mkdtemp(name.data());
    chart_.folder = folder_.string();
  }
  ~HelmSource() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  // The value of a key in the last file that has it.
  std::string Value(const Chart& chart, const std::string& key) const {
    std::vector<std::string> files = {(folder_ / "values.yaml").string()};
    files.insert(files.end(), chart.values_files.begin(), chart.values_files.end());
    std::string value;
    for (const std::string& file : files) {
      const std::string text = ReadFile(file, kLargestFile).value();
      const auto manifest = detection::ManifestReader().Read(text).value();
      const Node* node = NodeAt(*manifest.documents[0].root, key);
      if (node != nullptr) value = node->text;
    }
    return value;
  }
  // "file:line key" of each finding of `output`, which is made from values.
  std::vector<std::string> Locate(const std::function<std::string(const Values&)>& output) {
    const auto render = [&, output](const Chart& chart) -> Result<std::string> {
      ++renders_;
      return output([&](const std::string& key) { return Value(chart, key); });
    };
    HelmSourceMapper mapper(chart_, render);
    renders_ = 0;
    const ScanReport report =
        ScanText(output([&](const std::string& key) { return Value(chart_, key); }), &mapper);
    std::vector<std::string> places;
    for (const ScanFinding& finding : report.findings) {
      places.push_back(!finding.source ? "none"
                                       : finding.source->file.substr(folder_.string().size() + 1) +
                                             ":" + std::to_string(finding.source->position.line) +
                                             " " + finding.source->key);
    }
    return places;
  }
  static std::string Pod(const std::string& value) {
    return "---\n# Source: shop/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: "
           "a}\n"
           "spec:\n  containers:\n  - env:\n    - name: API_KEY\n      value: " +
           value + "\n";
  }

  fs::path folder_;
  Chart chart_;
  int renders_ = 0;
  const std::string key_ = detection::MakeSample("sk_live_{alnum:24}");
};

using testing::ElementsAre;

TEST_F(HelmSource, OneValueThatIsTheKeyNeedsNoProof) {
  Write("values.yaml", "# c\nauth:\n  key: " + key_ + "\n");
  EXPECT_THAT(Locate([](const Values& v) { return Pod(v("auth.key")); }),
              ElementsAre("values.yaml:3 auth.key"));
  EXPECT_EQ(renders_, 0);
}

TEST_F(HelmSource, OfTwoEqualValuesTheOneThatDecidesIsNamed) {
  Write("values.yaml", "a: " + key_ + "\nb: " + key_ + "\n");
  EXPECT_THAT(Locate([](const Values& v) { return Pod(v("b")); }), ElementsAre("values.yaml:2 b"));
  EXPECT_EQ(renders_, 2);
}

TEST_F(HelmSource, TheFileThatWinsIsNamed) {
  Write("values.yaml", "a: " + key_ + "\n");
  chart_.values_files = {Write("prod.yaml", "x: y\na: " + key_ + "\n")};
  EXPECT_THAT(Locate([](const Values& v) { return Pod(v("a")); }), ElementsAre("prod.yaml:2 a"));
}

TEST_F(HelmSource, AValueInsideALongerTextIsFoundByRenderingAgain) {
  Write("values.yaml", "user: shopkeeper\ndb:\n  part: hunter2-prod\n");
  EXPECT_THAT(Locate([](const Values& v) {
                return Pod("postgres://" + v("user") + ":" + v("db.part") + "-9x@db/shop");
              }),
              ElementsAre("values.yaml:3 db.part"))
      << "not the user, which stands before the password";
  EXPECT_EQ(renders_, 1);
}

TEST_F(HelmSource, WhatATemplateDrawsAnewIsNoValue) {
  Write("values.yaml", "host: db.example.com\n");
  Write("templates/pod.yaml", "x\ny API_KEY\n");
  EXPECT_THAT(
      Locate([&](const Values&) {
        return Pod("postgres://app:zK8mPq4xW2" + std::to_string(renders_) + "@db.example.com/shop");
      }),
      ElementsAre("templates/pod.yaml:2 "));
}

TEST_F(HelmSource, ValuesOfAChartBelowAreItsOwn) {
  Write("values.yaml", "x: y\n");
  Write("charts/redis/values.yaml", "auth: {password: " + key_ + "}\n");
  EXPECT_THAT(Locate([&](const Values&) { return Pod(key_); }),
              ElementsAre("charts/redis/values.yaml:1 auth.password"));
}

TEST_F(HelmSource, AKeyInATemplateIsNamedByItsLine) {
  Write("values.yaml", "x: y\n");
  Write("templates/pod.yaml", "kind: Pod\n{{ if .Values.x }}\nvalue: " + key_ + "\n{{ end }}\n");
  EXPECT_THAT(Locate([&](const Values&) { return Pod(key_); }),
              ElementsAre("templates/pod.yaml:3 "));
}

TEST_F(HelmSource, ATemplateThatMakesTheKeyIsNamedByTheNameBesideIt) {
  Write("values.yaml", "x: y\n");
  Write("templates/pod.yaml", "kind: Pod\nenv:\n- name: API_KEY\n  value: {{ include \"k\" . }}\n");
  EXPECT_THAT(Locate([&](const Values&) { return Pod(key_); }),
              ElementsAre("templates/pod.yaml:3 "));
}

TEST_F(HelmSource, RenderingsAreBounded) {
  std::string values;
  for (int i = 0; i < 60; ++i) values += "v" + std::to_string(i) + ": " + key_ + "\n";
  Write("values.yaml", values);
  Write("templates/pod.yaml", "x\n");
  EXPECT_THAT(Locate([&](const Values&) { return Pod(key_); }),
              ElementsAre("templates/pod.yaml:1 "));
  EXPECT_EQ(renders_, 16);
}

TEST_F(HelmSource, ARenderingThatFailsProvesNothing) {
  Write("values.yaml", "a: " + key_ + "\nb: " + key_ + "\n");
  Write("templates/pod.yaml", "x\n");
  HelmSourceMapper mapper(
      chart_, [](const Chart&) -> Result<std::string> { return Error::InvalidArgument("no"); });
  const ScanReport report = ScanText(Pod(key_), &mapper);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_THAT(report.findings[0].source->file, HasSubstr("templates/pod.yaml"));
}

TEST_F(HelmSource, OutputWithoutASourceCommentHasNoPlace) {
  HelmSourceMapper mapper(chart_, [](const Chart&) { return Result<std::string>(""); });
  const std::string pod = Pod(key_);
  const ScanReport report = ScanText(pod.substr(pod.find("apiVersion")), &mapper);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_FALSE(report.findings[0].source);
}

}  // namespace
}  // namespace keysteward::cli
