#include "http/cpprest/call.h"

#include <gmock/gmock.h>

#include <optional>
#include <thread>

#include "tests/fakes/fake_clock.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

class CallTest : public ::testing::Test {
 protected:
  Call::Event Wait(Call& call, const std::stop_token& stop = {}, Duration time = 0s) {
    return call.Wait(clock_, stop, clock_.MonoNow() + time);
  }
  Call::Resume Note() {
    return [this](bool go_on) { resumed_.push_back(go_on); };
  }
  FakeClock clock_;
  std::vector<bool> resumed_;
};

TEST_F(CallTest, ACollectedBodyIsHandedOverAtTheEnd) {
  Call call(false, 10);
  call.OnHead(200, {{"A", "b"}});
  EXPECT_EQ(Wait(call), Call::Event::kHead);
  EXPECT_EQ(call.OnBytes("hello", Note()), Call::Intake::kTaken);
  EXPECT_EQ(call.OnBytes("world", Note()), Call::Intake::kTaken);
  EXPECT_EQ(Wait(call), Call::Event::kTimedOut);
  call.OnEnd(std::nullopt);
  EXPECT_EQ(Wait(call), Call::Event::kEnd);
  const HttpResponse reply = call.TakeReply();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "helloworld");
  EXPECT_TRUE(resumed_.empty());
}

TEST_F(CallTest, ABodyAboveTheCapIsRefusedAndRemembered) {
  Call call(false, 10);
  call.OnHead(200, {});
  EXPECT_EQ(call.OnBytes("0123456789", Note()), Call::Intake::kTaken);
  EXPECT_FALSE(call.over_limit());
  EXPECT_EQ(call.OnBytes("x", Note()), Call::Intake::kRefused);
  EXPECT_TRUE(call.over_limit());
}

TEST_F(CallTest, StreamedBytesWaitUntilTheyAreTaken) {
  Call call(true, 3);
  call.OnHead(200, {});
  EXPECT_EQ(Wait(call), Call::Event::kHead);
  EXPECT_EQ(call.OnBytes("longer than the cap", Note()), Call::Intake::kLater);
  EXPECT_EQ(Wait(call), Call::Event::kBytes);
  EXPECT_EQ(call.offered(), "longer than the cap");
  EXPECT_TRUE(resumed_.empty());
  call.Taken(true);
  EXPECT_EQ(resumed_, std::vector<bool>{true});
  EXPECT_EQ(Wait(call), Call::Event::kTimedOut);
}

TEST_F(CallTest, BytesOfAStreamAreSeenBeforeItsEnd) {
  Call call(true, 3);
  call.OnHead(200, {});
  (void)call.OnBytes("a", Note());
  call.OnEnd(std::nullopt);
  EXPECT_EQ(Wait(call), Call::Event::kHead);
  EXPECT_EQ(Wait(call), Call::Event::kBytes);
  call.Taken(true);
  EXPECT_EQ(Wait(call), Call::Event::kEnd);
}

TEST_F(CallTest, AnotherStatusOfAStreamIsCollectedUpToTheCap) {
  Call call(true, 3);
  call.OnHead(410, {});
  EXPECT_EQ(call.OnBytes("abc", Note()), Call::Intake::kTaken);
  EXPECT_EQ(call.OnBytes("d", Note()), Call::Intake::kRefused);
}

TEST_F(CallTest, AnAbortedCallGivesTheBytesBackAndRefusesMore) {
  Call call(true, 3);
  call.OnHead(200, {});
  EXPECT_EQ(call.OnBytes("a", Note()), Call::Intake::kLater);
  call.Abort();
  EXPECT_EQ(resumed_, std::vector<bool>{false});
  EXPECT_EQ(call.OnBytes("b", Note()), Call::Intake::kRefused);
  call.Abort();
  EXPECT_EQ(resumed_.size(), 1u);
}

TEST_F(CallTest, TheFirstEndCounts) {
  Call call(false, 3);
  call.OnEnd(Call::Failure{.message = "cut"});
  call.OnEnd(std::nullopt);
  EXPECT_EQ(Wait(call), Call::Event::kEnd);
  ASSERT_TRUE(call.failure());
  EXPECT_EQ(call.failure()->message, "cut");
}

TEST_F(CallTest, AStopIsSeenAfterWhatAlreadyHappened) {
  std::stop_source stop;
  stop.request_stop();
  Call call(false, 3);
  EXPECT_EQ(Wait(call, stop.get_token(), 1h), Call::Event::kStopped);
  call.OnEnd(std::nullopt);
  EXPECT_EQ(Wait(call, stop.get_token(), 1h), Call::Event::kEnd);
}

TEST_F(CallTest, AWaiterIsWokenFromAnotherThread) {
  Call call(true, 3);
  std::jthread library([&] {
    call.OnHead(200, {});
    (void)call.OnBytes("a", Note());
  });
  EXPECT_EQ(Wait(call, {}, 1h), Call::Event::kHead);
  EXPECT_EQ(Wait(call, {}, 1h), Call::Event::kBytes);
  library.join();
  call.Taken(true);
}

TEST_F(CallTest, TheReleaseIsWaitedForNoLongerThanAllowed) {
  Call call(false, 3);
  EXPECT_FALSE(call.WaitReleased(clock_, clock_.MonoNow()));
  call.OnReleased();
  EXPECT_TRUE(call.WaitReleased(clock_, clock_.MonoNow()));
}

}  // namespace
}  // namespace keysteward::http
