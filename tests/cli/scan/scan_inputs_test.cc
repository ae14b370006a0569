#include "cli/scan/scan_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class ScanInputsTest : public testing::Test {
 protected:
  ScanInputsTest() {
    std::string name = fs::temp_directory_path() / "scan_inputs_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~ScanInputsTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& text = "a: b\n") const {
    fs::create_directories(fs::path(Path(name)).parent_path());
    std::ofstream(Path(name), std::ios::binary) << text;
  }
  // Names below the folder, and errors as "name: message".
  std::vector<std::string> Read(std::vector<std::string> paths, const std::string& input = "",
                                const std::vector<std::string>& exclude = {}) {
    for (std::string& path : paths) path = path == "-" ? path : Path(path);
    std::istringstream in(input);
    const ScanInputs inputs = FindInputs(paths, exclude, in);
    std::vector<std::string> out;
    for (const ScanInput& file : inputs.inputs) out.push_back(Short(file.path));
    for (const InputError& error : inputs.errors) {
      out.push_back(Short(error.file) + ": " + error.message);
    }
    return out;
  }
  std::string Short(const std::string& path) const {
    return path.starts_with(folder_ + "/") ? path.substr(folder_.size() + 1) : path;
  }

  std::string folder_;
};

TEST_F(ScanInputsTest, TakesManifestsOfAFolderInOrder) {
  for (const char* name : {"b.yaml", "a.yml", "sub/c.json", "sub/deep/d.yaml"}) Write(name);
  for (const char* name : {"README.md", "script.sh", "yaml", "x.yaml.bak", "values.YAML"}) {
    Write(name);
  }
  EXPECT_THAT(Read({"."}), ElementsAre("a.yml", "b.yaml", "sub/c.json", "sub/deep/d.yaml"));
}

// What a kustomization puts into a ConfigMap is looked at beside it, once, and only if it is there.
TEST_F(ScanInputsTest, TakesTheFilesThatConfigMapsAreGeneratedFrom) {
  Write("k/kustomization.yaml",
        "configMapGenerator:\n- {name: a, envs: [prod.env], files: [x=app.toml, config.yaml, "
        "no.txt]}\n"
        "- {name: b, env: ../shared.env, files: [prod.env, /etc/passwd, link.env, skip.env]}\n"
        "secretGenerator:\n- {name: c, envs: [secret.env]}\n");
  for (const char* name :
       {"k/prod.env", "k/app.toml", "k/config.yaml", "shared.env", "k/secret.env", "k/skip.env"}) {
    Write(name);
  }
  fs::create_symlink(Path("k/prod.env"), Path("k/link.env"));
  EXPECT_THAT(Read({"."}, "", {"skip.*"}),
              ElementsAre("k/app.toml", "k/config.yaml", "k/kustomization.yaml", "k/prod.env",
                          "shared.env"));
  EXPECT_THAT(Read({"k/kustomization.yaml", "k/secret.env"}, "", {"*.env"}),
              ElementsAre("k/app.toml", "k/config.yaml", "k/kustomization.yaml", "k/secret.env"))
      << "named outright";
}

TEST_F(ScanInputsTest, TakesSettingsOfAFolderAsEntries) {
  for (const char* name : {".env", ".env.prod", "a/prod.env", "app.properties"}) Write(name);
  for (const char* name : {".env.example", ".envrc", "env", "a/.env.dist", "properties"}) {
    Write(name);
  }
  EXPECT_THAT(Read({"."}), ElementsAre(".env", ".env.prod", "a/prod.env", "app.properties"));
  std::istringstream in;
  for (const ScanInput& input : FindInputs({folder_}, {}, in).inputs) {
    EXPECT_TRUE(input.is_entry) << input.path;
  }
}

// What its templates put into ConfigMaps by .Files.
TEST_F(ScanInputsTest, ConfigurationBelowAChartsFilesIsRead) {
  for (const char* name : {"c/Chart.yaml", "c/files/app.ini", "c/files/bin/run.sh", "c/files/a.png",
                           "c/app.ini", "d/files/app.ini"}) {
    Write(name);
  }
  EXPECT_THAT(Read({"."}), ElementsAre("c/Chart.yaml", "c/files/app.ini", "c/files/bin/run.sh"));
}

TEST_F(ScanInputsTest, AKustomizationThatCannotBeReadNamesNoFiles) {
  Write("kustomization.yaml", "configMapGenerator: [");
  Write("k/kustomization.yaml",
        "configMapGenerator: {files: 3}\n---\nconfigMapGenerator: [x, {}]\n");
  EXPECT_THAT(Read({"."}), ElementsAre("k/kustomization.yaml", "kustomization.yaml"));
}

TEST_F(ScanInputsTest, LeavesOutHiddenFoldersPackagesAndLinks) {
  Write("a.yaml");
  Write(".git/config.yaml");
  Write("node_modules/x/y.yaml");
  Write("outside/real.yaml");
  fs::create_directory_symlink(Path("outside"), Path("link"));
  fs::create_symlink(Path("a.yaml"), Path("b.yaml"));
  EXPECT_THAT(Read({"."}), ElementsAre("a.yaml", "outside/real.yaml"));
}

TEST_F(ScanInputsTest, TakesTheTemplatesOfCharts) {
  Write("templates/_helpers.tpl");
  Write("templates/NOTES.txt");
  EXPECT_THAT(Read({"."}), ElementsAre("templates/NOTES.txt", "templates/_helpers.tpl"));
}

TEST_F(ScanInputsTest, EndsInAFolderThatContainsItself) {
  Write("a.yaml");
  fs::create_directory_symlink(folder_, Path("self"));
  EXPECT_THAT(Read({"."}), ElementsAre("a.yaml"));
}

TEST_F(ScanInputsTest, ReadsANamedFileWhateverItsName) {
  Write("Dockerfile", "a: b\n");
  Write(".hidden", "a: b\n");
  EXPECT_THAT(Read({"Dockerfile", ".hidden"}), ElementsAre(".hidden", "Dockerfile"));
}

TEST_F(ScanInputsTest, ReadsEachFileOnce) {
  Write("a.yaml");
  EXPECT_THAT(Read({"a.yaml", "a.yaml"}), ElementsAre("a.yaml"));
}

TEST_F(ScanInputsTest, OneFileHasOneName) {
  Write("a.yaml");
  EXPECT_THAT(Read({"./a.yaml", "a.yaml", "."}), ElementsAre("a.yaml"));
}

TEST_F(ScanInputsTest, ReadsStandardInput) {
  std::istringstream in("a: b\n");
  const ScanInputs inputs = FindInputs({"-"}, {}, in);
  ASSERT_EQ(inputs.inputs.size(), 1u);
  EXPECT_EQ(inputs.inputs[0].path, "-");
  EXPECT_EQ(inputs.inputs[0].text, "a: b\n");
  EXPECT_THAT(Read({"-", "-"}, ""), ElementsAre("-"));
}

TEST_F(ScanInputsTest, RefusesAStreamWithoutEnd) {
  std::istringstream in(std::string(kLargestStream + 1, 'a'));
  const ScanInputs inputs = FindInputs({"-"}, {}, in);
  ASSERT_EQ(inputs.errors.size(), 1u);
  EXPECT_EQ(inputs.errors[0].message, "larger than 67108864 bytes");
}

TEST_F(ScanInputsTest, LeavesOutWhatIsExcludedByNameOrPath) {
  for (const char* name : {"a.yaml", "b.yaml", "crds/c.yaml", "deep/crds/d.yaml"}) Write(name);
  EXPECT_THAT(Read({"."}, "", {"b.*"}), ElementsAre("a.yaml", "crds/c.yaml", "deep/crds/d.yaml"));
  EXPECT_THAT(Read({"."}, "", {"crds"}), ElementsAre("a.yaml", "b.yaml"));
  EXPECT_THAT(Read({"."}, "", {"*/deep/*"}), ElementsAre("a.yaml", "b.yaml", "crds/c.yaml"));
  EXPECT_THAT(Read({"b.yaml"}, "", {"b.*"}), ElementsAre("b.yaml")) << "named outright";
}

TEST_F(ScanInputsTest, LeavesOutVendoredFolders) {
  for (const char* name : {"vendor/a.yaml", "x/node_modules/b.yaml", "vendored/c.yaml"}) {
    Write(name);
  }
  EXPECT_THAT(Read({"."}), ElementsAre("vendored/c.yaml"));
}

TEST_F(ScanInputsTest, AFileOfARepositoryIsLeftOutLikeOneOfAFolder) {
  EXPECT_FALSE(IsLeftOut("deploy/a.yaml", {}));
  EXPECT_TRUE(IsLeftOut("vendor/a.yaml", {}));
  EXPECT_TRUE(IsLeftOut("deploy/.git/a.yaml", {}));
  EXPECT_FALSE(IsLeftOut("deploy/.github/a.yaml", {}));
  EXPECT_TRUE(IsLeftOut("deploy/a.yaml", {"deploy"}));
  EXPECT_TRUE(IsLeftOut("deploy/a.yaml", {"a.*"}));
  EXPECT_TRUE(IsLeftOut("deploy/test/a.yaml", {"deploy/test"}));
  EXPECT_FALSE(IsLeftOut("deploy/.hidden.yaml", {}));
}

TEST_F(ScanInputsTest, WhatCannotBeReadIsSaidByTheReader) {
  ASSERT_EQ(mkfifo(Path("fifo.yaml").c_str(), 0600), 0);
  EXPECT_EQ(ReadFile(Path("nothing.yaml"), 10).error().message, "no such file");
  EXPECT_EQ(ReadFile(Path("fifo.yaml"), 10).error().message, "not a regular file");
  EXPECT_EQ(ReadFile(folder_, 10).error().message, "not a regular file");
  EXPECT_THAT(Read({"."}), IsEmpty()) << "a pipe in a folder is passed over, not waited for";
}

TEST_F(ScanInputsTest, RefusesAFileThatIsTooLarge) {
  Write("huge.yaml", "");
  fs::resize_file(Path("huge.yaml"), kLargestFile + 1);  // a hole
  EXPECT_EQ(ReadFile(Path("huge.yaml"), kLargestFile).error().ToString(),
            "TooLarge: larger than 8388608 bytes");
}

TEST_F(ScanInputsTest, KeepsBytesAsTheyAre) {
  Write("f", std::string("a\0b\r\n", 5));
  EXPECT_EQ(ReadFile(Path("f"), 5).value(), std::string("a\0b\r\n", 5));
  Write("empty", "");
  EXPECT_EQ(ReadFile(Path("empty"), 5).value(), "");
}

}  // namespace
}  // namespace keysteward::cli
