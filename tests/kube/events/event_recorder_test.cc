#include "kube/events/event_recorder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "observability/metric_names.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/fakes/scripted_client.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

Event Failing(const std::string& note = "provider does not answer") {
  Event event;
  event.level = EventLevel::kWarning;
  event.regarding = {"keysteward.dev/v1alpha1", "ManagedCredential", "payments", "stripe", "uid-1"};
  event.reason = "ProviderDown";
  event.action = "Probe";
  event.note = note;
  return event;
}

class EventRecorderTest : public ::testing::Test {
 protected:
  EventRecorderTest() {
    client_.on_create = [this](const Resource& resource, const json& object) -> Result<json> {
      EXPECT_EQ(resource.group, "events.k8s.io");
      MutexLock lock(mutex_);
      ++calls_;
      if (!errors_.empty()) return NextError();
      created_.push_back(object);
      return object;
    };
    client_.on_patch = [this](const Resource&, const ObjectKey& key, PatchType type,
                              const json& patch) -> Result<json> {
      EXPECT_EQ(type, PatchType::kMerge);
      MutexLock lock(mutex_);
      ++calls_;
      if (!errors_.empty()) return NextError();
      patched_.push_back(key.name + "=" + patch["series"]["count"].dump());
      return json::object();
    };
    recorder_.emplace(EventSource{"keysteward.dev/operator", "me"}, runtime_);
  }

  void FailNext(Error error) {
    MutexLock lock(mutex_);
    errors_.push_back(std::move(error));
  }
  std::vector<json> Created() {
    MutexLock lock(mutex_);
    return created_;
  }
  std::vector<std::string> Patched() {
    MutexLock lock(mutex_);
    return patched_;
  }
  int Calls() {
    MutexLock lock(mutex_);
    return calls_;
  }
  double Dropped(const std::string& reason) {
    return metrics_.Value(kEventsDropped, {{"reason", reason}});
  }
  bool CreatedCount(size_t count) {
    return Eventually([&] {
      clock_.Advance(100ms);  // past any back-off
      return Created().size() == count;
    });
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeLogger log_;
  FakeMetrics metrics_;
  ScriptedClient client_;
  const Runtime runtime_{client_, clock_, random_, log_, metrics_};
  Mutex mutex_;
  std::vector<json> created_ GUARDED_BY(mutex_);
  std::vector<std::string> patched_ GUARDED_BY(mutex_);
  std::deque<Error> errors_ GUARDED_BY(mutex_);
  int calls_ GUARDED_BY(mutex_) = 0;
  std::optional<EventRecorder> recorder_;

 private:
  Error NextError() REQUIRES(mutex_) {
    Error error = errors_.front();
    errors_.pop_front();
    return error;
  }
};

TEST_F(EventRecorderTest, AnEventIsCreatedBesideItsObject) {
  recorder_->Record(Failing());
  ASSERT_TRUE(CreatedCount(1));
  const json event = Created()[0];
  EXPECT_EQ(event["metadata"]["namespace"], "payments");
  EXPECT_EQ(event["metadata"]["name"].get<std::string>().rfind("stripe.", 0), 0u);
  EXPECT_EQ(event["reportingController"], "keysteward.dev/operator");
  EXPECT_EQ(event["reportingInstance"], "me");
}

TEST_F(EventRecorderTest, RepetitionsRaiseTheCountOfTheFirst) {
  recorder_->Record(Failing("attempt 1 failed"));
  recorder_->Record(Failing("attempt 2 failed"));
  recorder_->Record(Failing("attempt 3 failed"));
  ASSERT_TRUE(Eventually([&] { return Patched().size() == 1; }));
  const std::string name = Created()[0]["metadata"]["name"];
  EXPECT_EQ(Patched()[0], name + "=2");
  // The end of the series brings the last count.
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(10s);
    return Patched().size() == 2;
  }));
  EXPECT_EQ(Patched()[1], name + "=3");
  EXPECT_EQ(Created().size(), 1u);
}

TEST_F(EventRecorderTest, ASeriesWhoseEventTheServerForgotGoesOnInANewOne) {
  recorder_->Record(Failing());
  ASSERT_TRUE(CreatedCount(1));
  FailNext(Error::NotFound("events \"stripe.1\" not found"));
  recorder_->Record(Failing());
  ASSERT_TRUE(CreatedCount(2));
  EXPECT_EQ(Dropped("failed"), 0);
}

TEST_F(EventRecorderTest, AServerThatIsDownForAMomentIsAskedAgain) {
  FailNext(Error::Unavailable("refused"));
  FailNext(Error::Make(ErrorCode::kResourceExhausted, "429"));
  recorder_->Record(Failing());
  ASSERT_TRUE(CreatedCount(1));
  EXPECT_EQ(Calls(), 3);
}

TEST_F(EventRecorderTest, AServerThatRefusesThreeTimesLosesTheEventAndItIsCounted) {
  for (int i = 0; i < 3; ++i) FailNext(Error::Unavailable("refused"));
  recorder_->Record(Failing());
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(1s);
    return log_.Contains("event could not be written", "reason=ProviderDown");
  }));
  EXPECT_EQ(Dropped("failed"), 1);
  recorder_->Record(Failing("next"));
  EXPECT_TRUE(CreatedCount(1));
}

TEST_F(EventRecorderTest, AForbiddenEventIsNotTriedAgain) {
  FailNext(Error::PermissionDenied("namespace is being terminated"));
  recorder_->Record(Failing());
  ASSERT_TRUE(Eventually([&] { return Dropped("failed") == 1; }));
  EXPECT_EQ(Calls(), 1);
}

TEST_F(EventRecorderTest, AnAnswerLostAfterTheCreateMakesNoSecondEvent) {
  FailNext(Error::UnknownOutcome("cut"));
  FailNext(Error::Make(ErrorCode::kAlreadyExists, "already exists"));
  recorder_->Record(Failing());
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(100ms);
    return Calls() == 2;
  }));
  recorder_->Record(Failing());
  EXPECT_TRUE(Eventually([&] { return Patched().size() == 1; }));  // the series is known
  EXPECT_EQ(Dropped("failed"), 0);
}

TEST_F(EventRecorderTest, TheHourlyLimitOfAnObjectDropsAndCounts) {
  for (int i = 0; i < 10; ++i) recorder_->Record(Failing("error " + std::string(i + 1, 'x')));
  ASSERT_TRUE(Eventually([&] { return Dropped("rate_limited") == 4; }));
  EXPECT_EQ(Created().size(), 6u);
}

TEST_F(EventRecorderTest, AHangingServerNeverBlocksTheCallerAndTheQueueIsBounded) {
  std::atomic<bool> hanging = false;
  std::atomic<bool> let_go = false;
  client_.on_create = [&](const Resource&, const json& object) -> Result<json> {
    hanging = true;
    while (!let_go) std::this_thread::yield();
    return object;
  };
  recorder_->Record(Failing());
  ASSERT_TRUE(Eventually([&] { return hanging.load(); }));
  for (size_t i = 0; i < EventRecorder::kLongestQueue + 5; ++i) recorder_->Record(Failing());
  EXPECT_EQ(Dropped("queue_full"), 5);
  let_go = true;
  recorder_.reset();  // its thread looks at let_go
}

TEST_F(EventRecorderTest, EndsAtOnceWhileItWaitsToTryAgain) {
  for (int i = 0; i < 3; ++i) FailNext(Error::Unavailable("refused"));
  recorder_->Record(Failing());
  ASSERT_TRUE(Eventually([&] { return Calls() == 1; }));
  recorder_.reset();
  EXPECT_EQ(Calls(), 1);
}

TEST_F(EventRecorderTest, ManyThreadsMayRecord) {
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([this, t] {
        for (int i = 0; i < 50; ++i) {
          Event event = Failing();
          event.regarding.uid = "uid-" + std::to_string(t * 50 + i);
          recorder_->Record(std::move(event));
        }
      });
    }
  }
  EXPECT_TRUE(CreatedCount(200));
}

}  // namespace
}  // namespace keysteward::kube
