#include "tls/internal/read_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace keysteward::tls {
namespace {

namespace fs = std::filesystem;

class ReadRegularFileTest : public testing::Test {
 protected:
  ReadRegularFileTest() {
    std::string name = fs::temp_directory_path() / "read_file_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~ReadRegularFileTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
  }
  // The content, or the error without the folder.
  std::string Read(const std::string& name, size_t limit = 10) const {
    const Result<std::string> read = ReadRegularFile(Path(name), limit);
    if (read) return *read;
    std::string error = read.error().ToString();
    const size_t at = error.find(folder_ + "/");
    return at == std::string::npos ? error : error.erase(at, folder_.size() + 1);
  }

  std::string folder_;
};

TEST_F(ReadRegularFileTest, ReadsBytesAsTheyAre) {
  Write("f", std::string("a\0\xFF\r\n", 5));
  EXPECT_EQ(Read("f"), std::string("a\0\xFF\r\n", 5));
  Write("empty", "");
  EXPECT_EQ(Read("empty"), "");
}

TEST_F(ReadRegularFileTest, TakesAFileOfExactlyTheLimit) {
  Write("f", "0123456789");
  EXPECT_EQ(Read("f", 10), "0123456789");
  EXPECT_EQ(Read("f", 9), "TooLarge: f: larger than 9 bytes");
}

TEST_F(ReadRegularFileTest, ReadsNoMoreThanItMust) {
  Write("f", "");
  fs::resize_file(Path("f"), 1u << 30);  // a hole: nothing on disk
  EXPECT_EQ(Read("f", 100), "TooLarge: f: larger than 100 bytes");
}

TEST_F(ReadRegularFileTest, SaysWhatIsMissing) {
  EXPECT_EQ(Read("nothing"), "NotFound: nothing: No such file or directory");
  Write("f", "x");
  EXPECT_EQ(Read("f/inside"), "NotFound: f/inside: Not a directory");
}

TEST_F(ReadRegularFileTest, FollowsLinksAsMountedSecretsUseThem) {
  fs::create_directory(Path("..data_1"));
  Write("..data_1/tls.crt", "one");
  fs::create_symlink("..data_1", Path("..data"));
  fs::create_symlink("..data/tls.crt", Path("tls.crt"));
  EXPECT_EQ(Read("tls.crt"), "one");
  fs::create_directory(Path("..data_2"));
  Write("..data_2/tls.crt", "two");
  fs::remove(Path("..data"));
  fs::create_symlink("..data_2", Path("..data"));
  EXPECT_EQ(Read("tls.crt"), "two");
  fs::remove(Path("..data"));
  EXPECT_EQ(Read("tls.crt"), "NotFound: tls.crt: No such file or directory");
}

TEST_F(ReadRegularFileTest, DoesNotFollowALoop) {
  fs::create_symlink("b", Path("a"));
  fs::create_symlink("a", Path("b"));
  EXPECT_EQ(Read("a"), "InvalidArgument: a: Too many levels of symbolic links");
}

TEST_F(ReadRegularFileTest, WaitsForNoFifoFolderOrDevice) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(Read("fifo"), "InvalidArgument: fifo: not a regular file");
  fs::create_directory(Path("folder"));
  EXPECT_EQ(Read("folder"), "InvalidArgument: folder: not a regular file");
  fs::create_symlink("/dev/zero", Path("zero"));
  EXPECT_EQ(Read("zero"), "InvalidArgument: zero: not a regular file");
}

TEST_F(ReadRegularFileTest, SaysWhenItMayNot) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read anything";
  Write("f", "x");
  chmod(Path("f").c_str(), 0);
  EXPECT_EQ(Read("f"), "PermissionDenied: f: Permission denied");
}

}  // namespace
}  // namespace keysteward::tls
