#include "kube/events/event_aggregator.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;
using Step = EventAggregator::Step;

constexpr MonoTime kStart{1h};
const api::ObjectKey kKey{"payments", "stripe.1"};

Event Failing(const std::string& note = "provider does not answer",
              const std::string& uid = "uid-1") {
  Event event;
  event.level = EventLevel::kWarning;
  event.regarding = {"keysteward.dev/v1alpha1", "ManagedCredential", "payments", "stripe", uid};
  event.reason = "ProviderDown";
  event.action = "Probe";
  event.note = note;
  return event;
}

class EventAggregatorTest : public ::testing::Test {
 protected:
  // Takes the event and, when it is a new one, says that it was created.
  EventAggregator::Decision Take(const Event& event, MonoTime now) {
    const auto decision = aggregator_.Take(event, now);
    if (decision.step == Step::kCreate) aggregator_.Created(event, kKey, now);
    return decision;
  }

  EventAggregator aggregator_;
};

TEST_F(EventAggregatorTest, TheSecondTimeMakesItASeriesOnTheSameObject) {
  EXPECT_EQ(Take(Failing(), kStart).step, Step::kCreate);
  const auto second = Take(Failing(), kStart + 1s);
  EXPECT_EQ(second.step, Step::kPatch);
  EXPECT_EQ(second.key, kKey);
  EXPECT_EQ(second.count, 2);
}

TEST_F(EventAggregatorTest, FurtherTimesAreCountedAndWrittenOnceInAWhile) {
  Take(Failing(), kStart);
  Take(Failing(), kStart + 1s);
  for (int minute = 1; minute <= 6; ++minute) {
    EXPECT_EQ(Take(Failing(), kStart + minute * 1min).step, Step::kCount);
  }
  const auto written = Take(Failing(), kStart + 6min + 1s);
  EXPECT_EQ(written.step, Step::kPatch);
  EXPECT_EQ(written.count, 9);
}

TEST_F(EventAggregatorTest, ARepetitionAfterTheSeriesEndedIsANewEvent) {
  Take(Failing(), kStart);
  EXPECT_EQ(Take(Failing(), kStart + 6min).step, Step::kPatch);
  EXPECT_EQ(Take(Failing(), kStart + 12min + 1s).step, Step::kCreate);
}

TEST_F(EventAggregatorTest, AnEndedSeriesGivesItsLastCountOnce) {
  Take(Failing(), kStart);
  Take(Failing(), kStart + 1s);
  Take(Failing(), kStart + 2s);
  EXPECT_TRUE(aggregator_.TakeEnded(kStart + 3s).empty());
  const auto ended = aggregator_.TakeEnded(kStart + 6min + 3s);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].key, kKey);
  EXPECT_EQ(ended[0].count, 3);
  EXPECT_TRUE(aggregator_.TakeEnded(kStart + 1h).empty());
}

TEST_F(EventAggregatorTest, ASeriesWhoseCountIsWrittenEndsSilently) {
  Take(Failing(), kStart);
  Take(Failing(), kStart + 1s);
  EXPECT_TRUE(aggregator_.TakeEnded(kStart + 1h).empty());
}

TEST_F(EventAggregatorTest, AFailingObjectCostsAtMostSixWritesInAnyHour) {
  int writes = 0;
  for (int second = 0; second < 3600; second += 10) {
    // Different every time, so that no series catches it.
    const auto step =
        Take(Failing("error " + std::string(second / 10 + 1, 'x')), kStart + second * 1s).step;
    if (step != Step::kDrop) ++writes;
  }
  EXPECT_EQ(writes, 6);
  EXPECT_EQ(Take(Failing("later"), kStart + 1h).step, Step::kCreate);
}

TEST_F(EventAggregatorTest, ALongOutageInOneSeriesKeepsToTheLimitAndItsCount) {
  int writes = 0;
  EventAggregator::Decision last{Step::kDrop};
  for (int second = 0; second < 7200; second += 30) {
    const auto decision = Take(Failing(), kStart + second * 1s);
    if (decision.step == Step::kCount) continue;
    ++writes;
    last = decision;
  }
  EXPECT_LE(writes, 12);
  EXPECT_GT(last.count, 150);
}

TEST_F(EventAggregatorTest, OneObjectsLimitIsNotAnothersNorThatOfNormalEvents) {
  for (int i = 0; i < 10; ++i) Take(Failing("error " + std::string(i + 1, 'x')), kStart);
  EXPECT_EQ(Take(Failing("new"), kStart).step, Step::kDrop);
  EXPECT_EQ(Take(Failing("new", "uid-2"), kStart).step, Step::kCreate);
  Event normal = Failing("all is well");
  normal.level = EventLevel::kNormal;
  EXPECT_EQ(Take(normal, kStart).step, Step::kCreate);
}

TEST_F(EventAggregatorTest, AnEventWhoseObjectIsGoneStartsAnew) {
  Take(Failing(), kStart);
  aggregator_.Forget(Failing());
  EXPECT_EQ(Take(Failing(), kStart + 1s).step, Step::kCreate);
}

TEST_F(EventAggregatorTest, AFailedCreateLeavesNoSeriesBehind) {
  EXPECT_EQ(aggregator_.Take(Failing(), kStart).step, Step::kCreate);
  EXPECT_EQ(aggregator_.Take(Failing(), kStart + 1s).step, Step::kCreate);
}

TEST_F(EventAggregatorTest, MoreSeriesThanFitStandAlone) {
  for (size_t i = 0; i <= EventAggregator::kMostSeries; ++i) {
    EXPECT_EQ(Take(Failing("down", "uid-" + std::to_string(i)), kStart).step, Step::kCreate);
  }
  const std::string last = "uid-" + std::to_string(EventAggregator::kMostSeries);
  EXPECT_EQ(Take(Failing("down", last), kStart + 1s).step, Step::kCreate);
  EXPECT_EQ(Take(Failing("down", "uid-0"), kStart + 1s).step, Step::kPatch);
}

}  // namespace
}  // namespace keysteward::kube
