// epoll without waiting: what is ready is there before it is asked for.
#include "http/beast/poller.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <set>
#include <thread>

#include "tests/http/beast/socket_pair.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

class PollerTest : public testing::Test {
 protected:
  // "7", "7 broken", or "" when nothing is ready now.
  std::string ReadyNow() {
    std::string out;
    for (const Ready& ready : poller_.Wait(0s)) {
      out +=
          (out.empty() ? "" : ", ") + std::to_string(ready.key) + (ready.broken ? " broken" : "");
    }
    return out;
  }

  Poller poller_ = Poller::Create().value();
  SocketPair pair_;
};

TEST_F(PollerTest, TellsAReadableSocketByItsKeyUntilItIsRead) {
  ASSERT_TRUE(poller_.Watch(pair_.near(), 7, Interest::kRead));
  EXPECT_EQ(ReadyNow(), "");
  pair_.Write("x");
  EXPECT_EQ(ReadyNow(), "7");
  EXPECT_EQ(ReadyNow(), "7") << "level-triggered: nothing was read";
  char byte = 0;
  ASSERT_EQ(read(pair_.near(), &byte, 1), 1);
  EXPECT_EQ(ReadyNow(), "");
}

TEST_F(PollerTest, TellsAWritableSocketOnlyWhenThatIsAsked) {
  ASSERT_TRUE(poller_.Watch(pair_.near(), 7, Interest::kRead));
  EXPECT_EQ(ReadyNow(), "") << "it is writable all the time";
  ASSERT_TRUE(poller_.Change(pair_.near(), 7, Interest::kWrite));
  EXPECT_EQ(ReadyNow(), "7");
}

TEST_F(PollerTest, WithoutInterestOnlyTheEndIsTold) {
  ASSERT_TRUE(poller_.Watch(pair_.near(), 7, Interest::kRead));
  ASSERT_TRUE(poller_.Change(pair_.near(), 7, Interest::kNone));
  pair_.Write("x");
  EXPECT_EQ(ReadyNow(), "");
  pair_.CloseFar();
  EXPECT_EQ(ReadyNow(), "7 broken");
}

TEST_F(PollerTest, AForgottenSocketIsSilent) {
  ASSERT_TRUE(poller_.Watch(pair_.near(), 7, Interest::kRead));
  pair_.Write("x");
  poller_.Forget(pair_.near());
  EXPECT_EQ(ReadyNow(), "");
  EXPECT_FALSE(poller_.Change(pair_.near(), 7, Interest::kRead));
  ASSERT_TRUE(poller_.Watch(pair_.near(), 8, Interest::kRead));
  EXPECT_EQ(ReadyNow(), "8");
}

TEST_F(PollerTest, WhatTheKernelRefusesIsTold) {
  EXPECT_FALSE(poller_.Watch(-1, 7, Interest::kRead));
  ASSERT_TRUE(poller_.Watch(pair_.near(), 7, Interest::kRead));
  EXPECT_FALSE(poller_.Watch(pair_.near(), 8, Interest::kRead)) << "twice";
}

TEST_F(PollerTest, TheBellEndsAWaitAndIsNoSocket) {
  poller_.Ring();
  poller_.Ring();
  EXPECT_TRUE(poller_.Wait(1h).empty()) << "rung before the wait began";
  pair_.Write("x");
  ASSERT_TRUE(poller_.Watch(pair_.near(), 7, Interest::kRead));
  poller_.Ring();
  EXPECT_EQ(ReadyNow(), "7");
}

TEST_F(PollerTest, TheBellIsRungFromAnyThread) {
  std::jthread ringing([this] { poller_.Ring(); });
  EXPECT_TRUE(poller_.Wait(1h).empty());
}

TEST_F(PollerTest, MovedItKeepsItsSocketsAndItsBell) {
  ASSERT_TRUE(poller_.Watch(pair_.near(), 7, Interest::kRead));
  Poller moved(std::move(poller_));
  pair_.Write("x");
  EXPECT_EQ(moved.Wait(1h).size(), 1U);
  moved.Ring();
  EXPECT_TRUE(moved.Wait(0s).size() == 1 && !moved.Wait(0s)[0].broken);
}

TEST_F(PollerTest, MoreThanOneTurnHoldsComeInTheNext) {
  std::set<int> sockets;
  for (uint64_t key = 1; key <= 300; ++key) {
    const int fd = eventfd(1, EFD_CLOEXEC);  // readable at once
    ASSERT_TRUE(poller_.Watch(fd, key, Interest::kRead));
    sockets.insert(fd);
  }
  std::set<uint64_t> seen;
  for (int turn = 0; turn < 5; ++turn) {
    for (const Ready& ready : poller_.Wait(0s)) seen.insert(ready.key);
  }
  EXPECT_EQ(seen.size(), 300U) << "nobody is passed over because others are ready all the time";
  for (const int fd : sockets) close(fd);
}

}  // namespace
}  // namespace keysteward::http
