#include "kube/leaderelection/leader_elector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "tests/kube/leaderelection/replica_rig.h"

namespace keysteward::kube {
namespace {

TEST_F(LeaderElectorTest, TheFirstReplicaLeadsAtOnceAndSaysSoInTheLease) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  EXPECT_TRUE(a_.elector->IsLeader());
  EXPECT_EQ(a_.elector->Remaining(), 10s);
  EXPECT_EQ(server_.Holder(), "a");
  EXPECT_EQ(server_.Lease()->spec.lease_duration_seconds, 15);
  EXPECT_EQ(a_.metrics.Value(kLeaderElectionMasterStatus, {{"name", "operator"}}), 1);
}

TEST_F(LeaderElectorTest, TheLeaderRenewsAndStaysTheLeader) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Renews(a_));
  EXPECT_TRUE(a_.elector->IsLeader());
  EXPECT_EQ(server_.Lease()->spec.lease_transitions, 0);
  EXPECT_EQ(server_.reads(), 1);  // renewing writes at once with the version it knows
}

TEST_F(LeaderElectorTest, TheSecondReplicaWaitsWhileTheFirstRenews) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  b_.Start();
  const int writes = server_.writes();
  ASSERT_TRUE(AsTimePasses([&] { return server_.writes() > writes + 30; }));
  EXPECT_FALSE(b_.working);
  EXPECT_FALSE(b_.elector->IsLeader());
  EXPECT_EQ(b_.elector->Remaining(), 0s);
}

TEST_F(LeaderElectorTest, ShutDownReleasesTheLeaseSoThatTheOtherTakesOverAtOnce) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  b_.Start();
  ASSERT_TRUE(Eventually([&] { return b_.log.Contains("new leader", "holder=a"); }));
  a_.Stop();
  EXPECT_TRUE(a_.result);
  EXPECT_EQ(server_.Holder(), "");
  const int reads = server_.reads();
  ASSERT_TRUE(Eventually([&] {
    b_.Pass(100ms);
    return b_.working.load();
  }));
  EXPECT_EQ(server_.reads(), reads + 1);  // its very next look
  EXPECT_EQ(server_.Lease()->spec.lease_transitions, 1);
  EXPECT_EQ(a_.metrics.Value(kLeaderElectionMasterStatus, {{"name", "operator"}}), 0);
  EXPECT_FALSE(a_.elector->IsLeader());
}

TEST_F(LeaderElectorTest, AStopWhileWaitingToLeadIsNoFailureAndNoWorkRuns) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  b_.Start();
  b_.Stop();
  EXPECT_TRUE(b_.result);
  EXPECT_FALSE(b_.working);
  EXPECT_EQ(server_.Holder(), "a");
}

TEST_F(LeaderElectorTest, ALeaderWhoseApiIsGoneIsToldToStopBeforeAnybodyElseMayBegin) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  b_.Start();
  ASSERT_TRUE(Eventually([&] { return b_.log.Contains("new leader", "holder=a"); }));
  server_.Refuse(a_.client, Error::Unavailable("connection refused"));
  std::atomic<bool> both = false;
  ASSERT_TRUE(AsTimePasses([&] {
    if (a_.working && b_.working) both = true;
    return b_.working.load();
  }));
  EXPECT_FALSE(both);
  ASSERT_TRUE(Eventually([&] { return a_.ended.load(); }));
  ASSERT_FALSE(a_.result);
  EXPECT_EQ(a_.result.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(a_.result.error().message,
              testing::StartsWith("leadership lost: not renewed in time"));
  EXPECT_EQ(server_.Holder(), "b");
}

TEST_F(LeaderElectorTest, TheWorkIsStoppedAtTheRenewDeadlineAndNotLater) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  server_.Refuse(a_.client, Error::Unavailable("refused"));
  a_.clock.Advance(10s - 1ns);
  EXPECT_TRUE(a_.elector->IsLeader());
  EXPECT_FALSE(a_.elector->IsLeader(1s));
  EXPECT_TRUE(a_.working);
  a_.clock.Advance(1ns);
  EXPECT_FALSE(a_.elector->IsLeader());
  EXPECT_TRUE(Eventually([&] { return a_.ended.load(); }));
}

TEST_F(LeaderElectorTest, TheReasonOfTheLastFailureIsToldWhenLeadershipIsLost) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  server_.Refuse(a_.client, Error::Unavailable("connection refused"));
  for (const char* failure : {"write lease", "read lease"}) {
    ASSERT_TRUE(Eventually([&] {
      a_.Pass(100ms);
      return a_.log.Contains("lease could not be renewed", failure);
    }));
  }
  a_.clock.Advance(10s);
  ASSERT_TRUE(Eventually([&] { return a_.ended.load(); }));
  EXPECT_EQ(a_.result.error().message,
            "leadership lost: not renewed in time: Unavailable: read lease: connection refused");
}

TEST_F(LeaderElectorTest, ARenewalThatHangsDoesNotDelayTheStop) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  std::atomic<bool> hanging = false;
  std::atomic<bool> release = false;
  server_.BeforeWrite(a_.client, [&] {
    hanging = true;
    while (!release) std::this_thread::yield();
  });
  a_.clock.Advance(2s);
  ASSERT_TRUE(Eventually([&] { return hanging.load(); }));
  a_.clock.Advance(10s);
  EXPECT_TRUE(Eventually([&] { return !a_.working; }));  // while the call still hangs
  release = true;
  ASSERT_TRUE(Eventually([&] { return a_.ended.load(); }));
  EXPECT_THAT(a_.result.error().message,
              testing::StartsWith("leadership lost: not renewed in time"));
}

TEST_F(LeaderElectorTest, WorkThatEndsByItselfReleasesTheLease) {
  const auto done = a_.elector->Run({}, [](const std::stop_token&) {});
  EXPECT_TRUE(done);
  EXPECT_EQ(server_.Holder(), "");
}

TEST_F(LeaderElectorTest, WorkThatThrowsIsAFailureWithItsText) {
  const auto done = a_.elector->Run(
      {}, [](const std::stop_token&) { throw std::runtime_error("out of memory"); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "leadership lost: the work threw out of memory");
}

TEST_F(LeaderElectorTest, AReleaseThatFailsIsLoggedAndNoFailure) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  server_.Refuse(a_.client, Error::Unavailable("gone"));
  a_.Stop();
  EXPECT_TRUE(a_.result);
  EXPECT_TRUE(a_.log.Contains("lease could not be released", "Unavailable"));
}

struct BadConfig {
  std::string why;
  std::function<void(LeaderElectionConfig&)> spoil;
};

TEST_F(LeaderElectorTest, AWrongConfigurationIsRefusedWithTheFieldNamed) {
  const std::vector<BadConfig> rows = {
      {"lease has no name", [](auto& c) { c.lease.name = ""; }},
      {"identity is empty", [](auto& c) { c.identity = ""; }},
      {"retry_period must be above zero", [](auto& c) { c.retry_period = 0s; }},
      {"lease_duration must be whole seconds, at least one",
       [](auto& c) { c.lease_duration = 1500ms; }},
      {"lease_duration must be whole seconds, at least one",
       [](auto& c) { c.lease_duration = 0s; }},
      {"lease_duration must be longer than renew_deadline",
       [](auto& c) { c.lease_duration = 10s; }},
      {"renew_deadline must be longer than 2.2 × retry_period",
       [](auto& c) { c.renew_deadline = 4s; }},
  };
  for (const BadConfig& row : rows) {
    LeaderElectionConfig config{.lease = {"keysteward", "operator"}, .identity = "a"};
    row.spoil(config);
    const auto elector = LeaderElector::Create(config, a_.runtime);
    ASSERT_FALSE(elector) << row.why;
    EXPECT_EQ(elector.error().message, "leader election: " + row.why);
  }
}

TEST(LeaderIdentity, IsTheHostNameAndSomethingUnique) {
  FakeRandom random;
  const std::string first = LeaderIdentity("operator-7d9f", random);
  EXPECT_EQ(first.size(), std::string("operator-7d9f_").size() + 16);
  EXPECT_EQ(first.rfind("operator-7d9f_", 0), 0u);
  EXPECT_NE(first, LeaderIdentity("operator-7d9f", random));
}

}  // namespace
}  // namespace keysteward::kube
