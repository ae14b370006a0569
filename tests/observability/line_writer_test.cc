// LineWriter at its edges: partial writes, files, borrowed pipes and signals. What a Logger makes
// of refused lines is in log_test.cc.
#include "observability/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "common/strings.h"

namespace keysteward {
namespace {

std::string ReadNow(int fd) {
  fcntl(fd, F_SETFL, O_NONBLOCK);
  std::string text;
  std::array<char, 65536> buffer;
  for (ssize_t n; (n = read(fd, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  return text;
}

class LineWriterEdge : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "line_writer_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(LineWriterEdge, AFileGrowsByWholeLines) {
  const std::string path = folder_ + "/log";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  {
    LineWriter first(file);
    EXPECT_TRUE(first.Write("one"));
    EXPECT_TRUE(first.Write(""));
  }
  LineWriter second(file);
  EXPECT_TRUE(second.Write(std::string(100'000, 'x')));
  close(file);
  std::ifstream written(path);
  std::stringstream text;
  text << written.rdbuf();
  EXPECT_EQ(text.str(), "one\n\n" + std::string(100'000, 'x') + "\n");
}

TEST_F(LineWriterEdge, ALineCutByAFullSocketIsEndedBeforeTheNext) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  LineWriter writer(ends[1]);
  // Far more than any socket takes at once, so a part goes out and the rest does not.
  EXPECT_FALSE(writer.Write(std::string(64 << 20, 'x')));
  const std::string part = ReadNow(ends[0]);
  EXPECT_GT(part.size(), 0U);
  EXPECT_LT(part.size(), size_t{64} << 20);
  EXPECT_TRUE(writer.Write("whole again"));
  EXPECT_EQ(ReadNow(ends[0]), "\nwhole again\n");
  EXPECT_TRUE(writer.Write("and again"));
  EXPECT_EQ(ReadNow(ends[0]), "and again\n");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(LineWriterEdge, APipeThatCannotBeOpenedAgainIsStillNeverWaitedFor) {
  const std::string path = folder_ + "/fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int out = open(path.c_str(), O_RDONLY | O_NONBLOCK);
  const int in = open(path.c_str(), O_WRONLY);
  ASSERT_EQ(fcntl(in, F_GETFL) & O_NONBLOCK, 0);
  // Without a reader the pipe cannot be opened for writing; afterwards it has one again.
  close(out);
  LineWriter writer(in);
  const int out_again = open(path.c_str(), O_RDONLY | O_NONBLOCK);
  int taken = 0;
  while (writer.Write(std::string(1000, 'x'))) ++taken;
  EXPECT_GT(taken, 10);
  EXPECT_EQ(ReadNow(out_again).size(), static_cast<size_t>(taken) * 1001);
  EXPECT_TRUE(writer.Write("after"));
  close(out_again);
  close(in);
}

TEST_F(LineWriterEdge, ASigpipeOfAnotherOriginStaysPending) {
  sigset_t sigpipe;
  sigset_t before;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
  raise(SIGPIPE);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  LineWriter writer(ends[1]);
  close(ends[0]);
  EXPECT_FALSE(writer.Write("nobody listens"));
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 1);
  const timespec now{};
  sigtimedwait(&sigpipe, nullptr, &now);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  close(ends[1]);
}

TEST_F(LineWriterEdge, TheSignalMaskIsAsBeforeAfterEachLine) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  LineWriter writer(ends[1]);
  EXPECT_TRUE(writer.Write("line"));
  close(ends[0]);
  EXPECT_FALSE(writer.Write("nobody listens"));
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGPIPE), 0);
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
  close(ends[1]);
}

}  // namespace
}  // namespace keysteward
