// Leadership when clocks, processes and the API server misbehave: never two leaders at work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "tests/kube/leaderelection/replica_rig.h"

namespace keysteward::kube {
namespace {

// The process stands still from within a call until after its lease ran out; another took over.
TEST_F(LeaderElectorTest, I8_AFrozenLeaderThawedAfterExpirySeesItselfNotLeadingAtOnce) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  b_.Start();
  ASSERT_TRUE(Eventually([&] { return b_.log.Contains("new leader", "holder=a"); }));
  // a is frozen: its clock is not advanced, so none of its threads does anything.
  ASSERT_TRUE(Eventually([&] {
    b_.Pass(100ms);
    return b_.working.load();
  }));
  EXPECT_TRUE(a_.working);
  a_.clock.Advance(16s);  // thawed: time has passed, before any thread of it ran
  EXPECT_FALSE(a_.elector->IsLeader());
  ASSERT_TRUE(Eventually([&] { return a_.ended.load(); }));
  EXPECT_FALSE(a_.result);
  EXPECT_EQ(server_.Holder(), "b");
}

TEST_F(LeaderElectorTest, I8_AFrozenLeaderThatNobodyReplacedEndsNonetheless) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  a_.clock.Advance(16s);
  EXPECT_FALSE(a_.elector->IsLeader());
  ASSERT_TRUE(Eventually([&] { return a_.ended.load(); }));
  EXPECT_FALSE(a_.result);
}

TEST_F(LeaderElectorTest, ASuspendedMachineCountsTheTimeOfTheWallClock) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  a_.clock.JumpWall(16s);  // the monotonic clock stood still
  EXPECT_FALSE(a_.elector->IsLeader());
  ASSERT_TRUE(Renews(a_));
  EXPECT_TRUE(a_.elector->IsLeader());
}

TEST_F(LeaderElectorTest, WallClockJumpsNeverEndALeadershipNorLengthenIt) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  for (const Duration jump : {Duration(24h * 3650), Duration(-24h * 7300), Duration(1s)}) {
    a_.clock.JumpWall(jump);
    EXPECT_LE(a_.elector->Remaining(), 10s);
    ASSERT_TRUE(Renews(a_));
    EXPECT_TRUE(a_.elector->IsLeader());
  }
  EXPECT_FALSE(a_.ended);
}

TEST_F(LeaderElectorTest, AConflictStormEndsTheLeadershipWithoutABusyLoop) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  server_.Refuse(a_.client, Error::Conflict("the object has been modified"));
  const int calls = server_.reads() + server_.writes();
  for (int i = 0; i < 100; ++i) a_.clock.Advance(100ms);
  ASSERT_TRUE(Eventually([&] { return a_.ended.load(); }));
  EXPECT_FALSE(a_.result);
  EXPECT_LE(server_.reads() + server_.writes() - calls, 2 * 5);  // one try each retry_period
}

TEST_F(LeaderElectorTest, OneConflictIsHealedByReadingAgain) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  server_.Put(server_.Lease()->spec);  // same holder, new version
  ASSERT_TRUE(Renews(a_));
  ASSERT_TRUE(Renews(a_));
  EXPECT_TRUE(a_.elector->IsLeader());
  EXPECT_GE(server_.reads(), 2);
}

TEST_F(LeaderElectorTest, ARenewalWhoseAnswerWasLostDoesNotCountButIsHealed) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  server_.LoseAnswers(a_.client);
  const int writes = server_.writes();
  const MonoTime leading_since = a_.clock.MonoNow();
  ASSERT_TRUE(Eventually([&] {
    a_.Pass(100ms);
    return server_.writes() == writes + 1;
  }));
  EXPECT_EQ(a_.elector->Remaining(), leading_since + 10s - a_.clock.MonoNow());
  server_.Allow(a_.client);
  ASSERT_TRUE(Renews(a_));
  EXPECT_TRUE(a_.elector->IsLeader());
}

TEST_F(LeaderElectorTest, ALeaderThatSeesAnotherHolderStopsAtOnce) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  api::coordination::LeaseSpec thief;
  thief.holder_identity = "thief";
  thief.lease_duration_seconds = 15;
  server_.Put(thief);
  ASSERT_TRUE(Eventually([&] {
    a_.Pass(100ms);
    return a_.ended.load();
  }));
  EXPECT_EQ(a_.result.error().message, "leadership lost: the lease is held by thief");
  EXPECT_EQ(server_.Holder(), "thief");
}

TEST_F(LeaderElectorTest, I8_ADeletedLeaseDoesNotMakeASecondLeader) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  b_.Start();
  ASSERT_TRUE(Eventually([&] { return b_.log.Contains("new leader", "holder=a"); }));
  server_.DeleteLease();
  const int reads = server_.reads();
  ASSERT_TRUE(Eventually([&] {  // b looks first, more than once
    b_.Pass(100ms);
    return server_.reads() > reads + 1;
  }));
  EXPECT_FALSE(b_.working);
  ASSERT_TRUE(Renews(a_));
  EXPECT_EQ(server_.Holder(), "a");
  EXPECT_TRUE(a_.elector->IsLeader());
}

TEST_F(LeaderElectorTest, TwoReplicasNeverWorkAtOnceThroughManyTakeOvers) {
  std::atomic<bool> both = false;
  a_.Start();
  b_.Start();
  for (int round = 0; round < 6; ++round) {
    Replica* leader = nullptr;
    ASSERT_TRUE(AsTimePasses([&] {
      if (a_.working && b_.working) both = true;
      leader = a_.working ? &a_ : b_.working ? &b_ : nullptr;
      return leader != nullptr;
    }));
    // Both lose and regain the server now and then; the leader must give way in time.
    server_.Refuse(leader->client, Error::Unavailable("cut"));
    for (int i = 0; i < 20; ++i) {
      a_.Pass(100ms);
      b_.Pass(100ms);
      if (a_.working && b_.working) both = true;
    }
    server_.Allow(leader->client);
  }
  EXPECT_FALSE(both);
}

TEST_F(LeaderElectorTest, ACandidateSurvivesASlowAndForbiddenApi) {
  server_.Refuse(a_.client, Error::PermissionDenied("leases is forbidden"));
  a_.Start();
  ASSERT_TRUE(Eventually([&] {
    return a_.log.Contains("lease could not be read or taken",
                           "PermissionDenied: read lease: leases is forbidden");
  }));
  server_.Allow(a_.client);
  server_.BeforeWrite(a_.client, [&] { a_.clock.Advance(12s); });
  ASSERT_TRUE(Eventually([&] {
    a_.Pass(100ms);
    return server_.Holder() == "a";
  }));
  EXPECT_FALSE(a_.working);  // taken, but the answer came after the deadline
  server_.Allow(a_.client);
  ASSERT_TRUE(Eventually([&] {
    a_.Pass(100ms);
    return a_.working.load();
  }));
}

}  // namespace
}  // namespace keysteward::kube
