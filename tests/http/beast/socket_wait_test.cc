#include "http/beast/socket_wait.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "tests/fakes/fake_clock.h"
#include "tests/http/beast/socket_pair.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

class SocketWaitTest : public testing::Test {
 protected:
  MonoTime In(Duration duration) const { return clock_.MonoNow() + duration; }

  FakeClock clock_;
  SocketPair pair_;
  std::stop_source stop_;
};

TEST_F(SocketWaitTest, EndsWhenTheSocketIsReady) {
  SocketWait wait(clock_, stop_.get_token(), In(1h));
  EXPECT_TRUE(wait.For(pair_.near(), POLLOUT));
  pair_.Write("x");
  EXPECT_TRUE(wait.For(pair_.near(), POLLIN));
}

TEST_F(SocketWaitTest, EndsWhenTheSocketIsOverSoThatTheReadTellsWhy) {
  SocketWait wait(clock_, stop_.get_token(), In(1h));
  pair_.CloseFar();
  EXPECT_TRUE(wait.For(pair_.near(), POLLIN));
  EXPECT_TRUE(wait.For(pair_.near(), 0));
}

TEST_F(SocketWaitTest, OutOfTimeIsAnErrorEvenWhenTheSocketIsReady) {
  pair_.Write("x");
  SocketWait wait(clock_, stop_.get_token(), In(0s));
  EXPECT_TRUE(wait.IsOver());
  EXPECT_EQ(wait.For(pair_.near(), POLLIN).error(), Error::DeadlineExceeded("out of time"));
}

TEST_F(SocketWaitTest, TheDeadlineMayMove) {
  SocketWait wait(clock_, stop_.get_token(), In(1s));
  clock_.Advance(1s);
  EXPECT_TRUE(wait.IsOver());
  wait.set_deadline(In(1s));
  EXPECT_FALSE(wait.IsOver());
  pair_.Write("x");
  EXPECT_TRUE(wait.For(pair_.near(), POLLIN));
  clock_.Advance(1s);
  EXPECT_FALSE(wait.For(pair_.near(), POLLIN));
}

TEST_F(SocketWaitTest, AStopComesBeforeEverythingElse) {
  stop_.request_stop();
  pair_.Write("x");
  SocketWait wait(clock_, stop_.get_token(), In(0s));
  EXPECT_TRUE(wait.IsOver());
  EXPECT_EQ(wait.For(pair_.near(), POLLIN).error(), Error::Cancelled("call cancelled"));
}

TEST_F(SocketWaitTest, AStopWakesAWaiter) {
  SocketWait wait(clock_, stop_.get_token(), In(1h));
  std::jthread stopping([this] { stop_.request_stop(); });
  EXPECT_EQ(wait.For(pair_.near(), POLLIN).error().code, ErrorCode::kCancelled);
}

TEST_F(SocketWaitTest, WithoutAStopTokenItWaitsForTheSocketAlone) {
  SocketWait wait(clock_, {}, In(1h));
  std::jthread writing([this] { pair_.Write("x"); });
  EXPECT_TRUE(wait.For(pair_.near(), POLLIN));
  EXPECT_FALSE(wait.IsOver());
}

TEST_F(SocketWaitTest, ManyWaitsLeaveNoDescriptorBehind) {
  const auto lowest_free = [] {
    const int fd = dup(0);
    close(fd);
    return fd;
  };
  const int before = lowest_free();
  for (int i = 0; i < 100; ++i) SocketWait(clock_, stop_.get_token(), In(1h));
  EXPECT_EQ(lowest_free(), before);
}

}  // namespace
}  // namespace keysteward::http
