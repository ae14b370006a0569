#include "cli/scan/kustomize_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/cli/scan/scan_text.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class KustomizeSource : public testing::Test {
 protected:
  KustomizeSource() {
    std::string name = fs::temp_directory_path() / "kustomize_source_XXXXXX";
    folder_ = mkdtemp(name.data());
    Write("base/kustomization.yaml", "resources: [pod.yaml]\n");
  }
  ~KustomizeSource() override { fs::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  // "file:line" of each finding in what the overlay renders to.
  std::vector<std::string> Locate(const std::string& output) {
    KustomizeSourceMapper mapper((folder_ / "overlay").string());
    std::vector<std::string> places;
    for (const ScanFinding& finding : ScanText(output, &mapper).findings) {
      places.push_back(!finding.source ? "none"
                                       : finding.source->file.substr(folder_.string().size() + 1) +
                                             ":" + std::to_string(finding.source->position.line));
    }
    return places;
  }
  static std::string Pod(const std::string& value, const std::string& name = "api") {
    return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + name +
           "\nspec:\n  containers:\n  - env:\n    - name: API_KEY\n      value: " + value + "\n";
  }

  fs::path folder_;
  const std::string key_ = detection::MakeSample("sk_live_{alnum:24}");
};

TEST_F(KustomizeSource, AResourceOfTheBase) {
  Write("base/pod.yaml", "# c\n" + Pod(key_));
  Write("overlay/kustomization.yaml", "resources: [../base]\nnamePrefix: prod-\n");
  EXPECT_THAT(Locate(Pod(key_, "prod-api")), ElementsAre("base/pod.yaml:10"));
}

TEST_F(KustomizeSource, APatchOfTheOverlay) {
  Write("base/pod.yaml", Pod("$(A)"));
  Write("overlay/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n");
  Write("overlay/patch.yaml", "\n\n" + Pod(key_));
  EXPECT_THAT(Locate(Pod(key_)), ElementsAre("overlay/patch.yaml:11"));
}

TEST_F(KustomizeSource, AnInlinePatchIsNamedByItsLine) {
  Write("base/pod.yaml", Pod("$(A)"));
  Write("overlay/kustomization.yaml",
        "resources: [../base]\npatches:\n- target: {kind: Pod}\n  patch: |\n    - op: replace\n"
        "      path: /spec/containers/0/env/0/value\n      value: " +
            key_ + "\n");
  EXPECT_THAT(Locate(Pod(key_)), ElementsAre("overlay/kustomization.yaml:7"));
}

TEST_F(KustomizeSource, ALiteralOfAGenerator) {
  Write("overlay/kustomization.yaml",
        "configMapGenerator:\n- name: c\n  literals:\n  - A=b\n  - KEY=" + key_ + "\n");
  EXPECT_THAT(
      Locate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c-x}\ndata:\n  A: b\n  KEY: " +
             key_ + "\n"),
      ElementsAre("overlay/kustomization.yaml:5"));
}

TEST_F(KustomizeSource, AFileOfAGenerator) {
  Write("overlay/kustomization.yaml",
        "configMapGenerator:\n- name: c\n  files: [app.properties]\n  envs: [app.env]\n");
  Write("overlay/app.properties", "a=b\nc=d\napi.key=" + key_ + "\n");
  Write("overlay/app.env", "A=b\nTOKEN=" + key_.substr(0, 30) + "XY\n");
  EXPECT_THAT(
      Locate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c-x}\ndata:\n  app.properties: |\n"
             "    a=b\n    c=d\n    api.key=" +
             key_ + "\n  TOKEN: " + key_.substr(0, 30) + "XY\n"),
      ElementsAre("overlay/app.properties:3", "overlay/app.env:2"));
}

TEST_F(KustomizeSource, OfTwoObjectsWithOneValueEachHasItsOwn) {
  Write("base/kustomization.yaml", "resources: [a.yaml, b.yaml]\n");
  Write("base/a.yaml", Pod(key_, "a"));
  Write("base/b.yaml", Pod(key_, "b"));
  Write("overlay/kustomization.yaml", "resources: [../base]\n");
  EXPECT_THAT(Locate(Pod(key_, "a") + "---\n" + Pod(key_, "b")),
              ElementsAre("base/a.yaml:9", "base/b.yaml:9"));
}

TEST_F(KustomizeSource, LoopsAndRemotePlacesEnd) {
  Write("base/pod.yaml", Pod("x"));
  Write("base/kustomization.yaml", "resources: [../overlay, pod.yaml]\n");
  Write("overlay/kustomization.yaml",
        "resources: [../base, ., https://example.com/x.yaml, git@example.com:x/y, /etc/passwd]\n");
  EXPECT_THAT(Locate(Pod(key_)), ElementsAre("none"));
}

TEST_F(KustomizeSource, AFolderWithoutAKustomizationKnowsNothing) {
  EXPECT_THAT(Locate(Pod(key_)), ElementsAre("none"));
}

}  // namespace
}  // namespace keysteward::cli
