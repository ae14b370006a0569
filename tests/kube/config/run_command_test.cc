// The commands run for real; where a test waits for one, it does so under a clock of its own.
#include "kube/config/run_command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>

#include "common/strings.h"
#include "tests/fakes/fake_clock.h"
#include "tests/kube/config/temp_folder.h"

namespace keysteward::kube {
namespace {

class RunCommandTest : public testing::Test {
 protected:
  Result<CommandOutput> Shell(const std::string& script, CommandLimits limits = {},
                              std::stop_token stop = {}) {
    return RunCommand({"sh", {"-c", script}, {{"KS_TEST", "from-env"}}}, limits, clock_, stop);
  }
  SystemClock clock_;
};

TEST_F(RunCommandTest, OutputErrorsAndExitCodeComeBack) {
  const auto ran = Shell("echo out; echo \"$KS_TEST\" >&2; exit 3");
  ASSERT_TRUE(ran) << ran.error().ToString();
  EXPECT_EQ(ran->out, "out\n");
  EXPECT_EQ(ran->err, "from-env\n");
  EXPECT_EQ(ran->exit_code, 3);
}

TEST_F(RunCommandTest, StandardInputIsEmpty) { EXPECT_EQ(Shell("cat")->out, ""); }

TEST_F(RunCommandTest, ASignalIsAnExitCodeAbove128) {
  EXPECT_EQ(Shell("kill -9 $$")->exit_code, 137);
}

TEST_F(RunCommandTest, AProgramThatClosesItsOutputIsStillBounded) {
  const auto ran = Shell("exec >&- 2>&-; sleep 1000", {.timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(ran.error().code, ErrorCode::kDeadlineExceeded);
}

TEST_F(RunCommandTest, EndlessOutputIsCut) {
  const auto ran = Shell("yes", {.max_output = 10'000});
  EXPECT_EQ(ran.error().ToString(), "TooLarge: too much output");
  EXPECT_LE(Shell("yes | head -c 100000 >&2")->err.size(), 4096u);
}

TEST_F(RunCommandTest, AStopTokenEndsIt) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(Shell("sleep 1000", {}, stop.get_token()).error().code, ErrorCode::kCancelled);
}

TEST_F(RunCommandTest, AMissingProgramIsNotFound) {
  const auto ran = RunCommand({"/nonexistent/program", {}, {}}, {}, clock_, {});
  EXPECT_EQ(ran.error().ToString(), "NotFound: /nonexistent/program: No such file or directory");
}

TEST_F(RunCommandTest, NoShellReadsTheArguments) {
  const auto ran =
      RunCommand({"printf", {"%s|", "a b", "$HOME", "; exit 3", "*", ""}}, {}, clock_, {});
  ASSERT_TRUE(ran) << ran.error().ToString();
  EXPECT_EQ(ran->out, "a b|$HOME|; exit 3|*||");
}

TEST_F(RunCommandTest, OurEnvironmentIsThereAndItsOwnVariablesWin) {
  EXPECT_NE(Shell("echo $PATH")->out, "\n") << "ours";
  // No shell, which would keep one of two entries of a name.
  const auto ran = RunCommand({"env", {}, {{"PATH", "/bin:/usr/bin:/own"}}}, {}, clock_, {});
  ASSERT_TRUE(ran) << ran.error().ToString();
  std::vector<std::string_view> paths;
  for (const std::string_view line : Split(ran->out, '\n')) {
    if (line.starts_with("PATH=")) paths.push_back(line);
  }
  EXPECT_EQ(paths, std::vector<std::string_view>{"PATH=/bin:/usr/bin:/own"}) << "once, not ours";
}

TEST_F(RunCommandTest, FilesOfOursAreNotInherited) {
  const int ours = open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  ASSERT_GE(dup2(ours, 77), 0);
  EXPECT_EQ(Shell("[ -e /proc/self/fd/0 ] && echo stdin; [ -e /proc/self/fd/77 ] && echo ours; "
                  "true")
                ->out,
            "stdin\n");
  close(77);
  close(ours);
}

TEST_F(RunCommandTest, ItCanBeEndedThoughOurProcessBlocksTheSignals) {
  sigset_t term;
  sigset_t before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &term, &before), 0);
  EXPECT_EQ(Shell("kill -TERM $$; exit 0")->exit_code, 128 + SIGTERM);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_F(RunCommandTest, OutputUpToTheLimitIsWholeAndBytesAreKept) {
  EXPECT_EQ(Shell("printf 0123456789", {.max_output = 10})->out, "0123456789");
  EXPECT_EQ(Shell("printf 0123456789x", {.max_output = 10}).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(Shell("printf 'a\\0b\\377'")->out, std::string("a\0b\xff", 4));
}

TEST_F(RunCommandTest, ErrorTextIsCutNotRefused) {
  const auto ran = Shell("printf 'first '; head -c 100000 /dev/zero | tr '\\0' e >&2");
  ASSERT_TRUE(ran) << ran.error().ToString();
  EXPECT_EQ(ran->out, "first ");
  EXPECT_EQ(ran->err, std::string(4096, 'e'));
}

TEST_F(RunCommandTest, AProgramIsLookedUpInPathOnlyWithoutASlash) {
  const TempFolder folder;
  const std::string file = folder.Write("tool", "#!/bin/sh\necho here\n", 0700);
  EXPECT_EQ(RunCommand({file}, {}, clock_, {})->out, "here\n");
  EXPECT_EQ(RunCommand({"keysteward-no-such-tool"}, {}, clock_, {}).error().ToString(),
            "NotFound: keysteward-no-such-tool: No such file or directory");
  const std::string text = folder.Write("text", "echo here\n", 0600);
  EXPECT_EQ(RunCommand({text}, {}, clock_, {}).error().ToString(),
            "NotFound: " + text + ": Permission denied");
}

// A program and its child that hold a FIFO open until they end, under a clock of the test.
class EndlessCommand : public testing::Test {
 protected:
  EndlessCommand() {
    EXPECT_EQ(mkfifo(fifo_.c_str(), 0600), 0);
    read_ = open(fifo_.c_str(), O_RDONLY | O_NONBLOCK);
    EXPECT_GE(read_, 0);
    running_ = std::async(std::launch::async, [this] {
      const std::string script =
          "sh -c 'exec 3>" + fifo_ + "; echo up >&3; sleep 1000' & sleep 1000";
      return RunCommand({"sh", {"-c", script}}, {.timeout = std::chrono::seconds(60)}, clock_,
                        stop_.get_token());
    });
    EXPECT_TRUE(Await(POLLIN)) << "the child runs";
    char text[8] = {};
    EXPECT_EQ(read(read_, text, sizeof text), 3);
  }
  ~EndlessCommand() override { close(read_); }

  // Whether the FIFO tells `event` within a minute.
  bool Await(short event) const {
    pollfd wait{read_, event, 0};
    return poll(&wait, 1, 60'000) == 1 && (wait.revents & event) != 0;
  }

  TempFolder folder_;
  const std::string fifo_ = folder_.path() + "/fifo";
  int read_ = -1;
  FakeClock clock_;
  std::stop_source stop_;
  std::future<Result<CommandOutput>> running_;
};

TEST_F(EndlessCommand, IsKilledWithItsChildrenAtTheDeadline) {
  clock_.Advance(std::chrono::seconds(60));
  const auto ran = running_.get();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().ToString(), "DeadlineExceeded: sh took too long");
  EXPECT_TRUE(Await(POLLHUP)) << "the child is gone too";
}

TEST_F(EndlessCommand, IsKilledWithItsChildrenWhenStopFires) {
  stop_.request_stop();
  const auto ran = running_.get();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().ToString(), "Cancelled: sh cancelled");
  EXPECT_TRUE(Await(POLLHUP)) << "the child is gone too";
}

}  // namespace
}  // namespace keysteward::kube
