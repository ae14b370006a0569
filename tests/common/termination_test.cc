#include "common/termination.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <thread>

namespace keysteward {
namespace {

// Termination blocks its signals for good; the test program takes the old mask back.
class TerminationTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { pthread_sigmask(SIG_SETMASK, nullptr, &before_); }
  void TearDown() override { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

TEST_P(TerminationTest, ASignalToTheProcessStops) {
  const Termination termination;
  EXPECT_FALSE(termination.stop().stop_requested());
  std::promise<void> stopped;
  const std::stop_callback on_stop(termination.stop(), [&stopped] { stopped.set_value(); });
  ASSERT_EQ(kill(getpid(), GetParam()), 0);
  EXPECT_EQ(stopped.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_TRUE(termination.stop().stop_requested());
}

TEST_P(TerminationTest, ASecondSignalDoesNoHarm) {
  const Termination termination;
  std::promise<void> stopped;
  const std::stop_callback on_stop(termination.stop(), [&stopped] { stopped.set_value(); });
  ASSERT_EQ(kill(getpid(), GetParam()), 0);
  stopped.get_future().wait();
  ASSERT_EQ(kill(getpid(), GetParam()), 0);
  // The waiter takes it before the destructor joins it, or it is taken here.
  const sigset_t signals = [] {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
  }();
  const timespec now{};
  sigtimedwait(&signals, nullptr, &now);
  EXPECT_TRUE(termination.stop().stop_requested());
}

TEST_P(TerminationTest, WithoutASignalItEndsByItself) {
  std::stop_token stop;
  {
    const Termination termination;
    stop = termination.stop();
  }
  EXPECT_FALSE(stop.stop_requested());
}

INSTANTIATE_TEST_SUITE_P(Signals, TerminationTest, testing::Values(SIGTERM, SIGINT),
                         [](const auto& param_info) {
                           return param_info.param == SIGTERM ? "Sigterm" : "Sigint";
                         });

bool Blocked(int signal) {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return sigismember(&mask, signal) == 1;
}

// A signal that any thread may take would run the default action and end the process at once.
TEST_P(TerminationTest, EveryThreadMadeLaterHasTheSignalBlocked) {
  const Termination termination;
  EXPECT_TRUE(Blocked(GetParam()));
  bool blocked = false;
  std::thread([&blocked] { blocked = Blocked(GetParam()); }).join();
  EXPECT_TRUE(blocked);
  EXPECT_FALSE(Blocked(SIGUSR1)) << "no other signal is touched";
}

}  // namespace
}  // namespace keysteward
