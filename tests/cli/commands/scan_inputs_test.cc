#include "cli/commands/scan_inputs.h"

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
  std::vector<std::string> Read(std::vector<std::string> paths, const std::string& input = "") {
    for (std::string& path : paths) path = path == "-" ? path : Path(path);
    std::istringstream in(input);
    const ScanInputs inputs = ReadInputs(paths, in);
    std::vector<std::string> out;
    for (const ScannedFile& file : inputs.files) out.push_back(Short(file.path));
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
  EXPECT_THAT(Read({"."}), ElementsAre("./a.yml", "./b.yaml", "./sub/c.json", "./sub/deep/d.yaml"));
}

TEST_F(ScanInputsTest, LeavesOutHiddenFoldersPackagesAndLinks) {
  Write("a.yaml");
  Write(".git/config.yaml");
  Write("node_modules/x/y.yaml");
  Write("outside/real.yaml");
  fs::create_directory_symlink(Path("outside"), Path("link"));
  fs::create_symlink(Path("a.yaml"), Path("b.yaml"));
  EXPECT_THAT(Read({"."}), ElementsAre("./a.yaml", "./outside/real.yaml"));
}

TEST_F(ScanInputsTest, EndsInAFolderThatContainsItself) {
  Write("a.yaml");
  fs::create_directory_symlink(folder_, Path("self"));
  EXPECT_THAT(Read({"."}), ElementsAre("./a.yaml"));
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

TEST_F(ScanInputsTest, ReadsStandardInput) {
  EXPECT_THAT(Read({"-"}, "a: b\n"), ElementsAre("-"));
  EXPECT_THAT(Read({"-"}, "a: [\n"), ElementsAre("-: 2:1: did not find expected node content"));
  EXPECT_THAT(Read({"-"}, ""), ElementsAre("-"));
}

TEST_F(ScanInputsTest, SaysWhatCannotBeRead) {
  ASSERT_EQ(mkfifo(Path("fifo.yaml").c_str(), 0600), 0);
  EXPECT_THAT(Read({"nothing.yaml"}), ElementsAre("nothing.yaml: no such file"));
  EXPECT_THAT(Read({"fifo.yaml"}), ElementsAre("fifo.yaml: not a regular file"));
  EXPECT_THAT(Read({"."}), IsEmpty()) << "a pipe in a folder is passed over, not waited for";
}

TEST_F(ScanInputsTest, GoesOnAfterABrokenFile) {
  Write("a.yaml", "a: \"x\n");
  Write("b.yaml");
  EXPECT_THAT(Read({"."}),
              ElementsAre("./b.yaml", "./a.yaml: 2:1: found unexpected end of stream"));
}

TEST_F(ScanInputsTest, RefusesAFileThatIsTooLarge) {
  Write("huge.yaml", "");
  fs::resize_file(Path("huge.yaml"), 65u << 20);  // a hole
  EXPECT_THAT(Read({"huge.yaml"}), ElementsAre("huge.yaml: larger than 67108864 bytes"));
  EXPECT_EQ(ReadFile(Path("huge.yaml"), 10).error().ToString(), "TooLarge: larger than 10 bytes");
}

TEST_F(ScanInputsTest, KeepsBytesAsTheyAre) {
  Write("f", std::string("a\0b\r\n", 5));
  EXPECT_EQ(ReadFile(Path("f"), 5).value(), std::string("a\0b\r\n", 5));
}

}  // namespace
}  // namespace keysteward::cli
