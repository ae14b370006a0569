#include "kube/leaderelection/leader_elector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "observability/metric_names.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/fakes/lease_server.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;

// One replica with its own clock, so that freezing it stops its time-outs but not the others'.
class Replica {
 public:
  Replica(LeaseServer& server, const std::string& identity) {
    server.Serve(client);
    LeaderElectionConfig config;
    config.lease = {"keysteward", "operator"};
    config.identity = identity;
    elector = std::move(LeaderElector::Create(config, runtime)).value();
  }
  ~Replica() { Stop(); }

  void Start() {
    thread_ = std::jthread([this] {
      result = elector->Run(stop.get_token(), [this](const std::stop_token& leading) {
        working = true;
        while (!leading.stop_requested()) clock.SleepFor(1h, leading);
        told_to_stop_with = elector->Remaining();
        working = false;
      });
      ended = true;
    });
  }
  void Stop() {
    stop.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  FakeClock clock;
  FakeRandom random;
  FakeLogger log;
  FakeMetrics metrics;
  ScriptedClient client;
  const Runtime runtime{client, clock, random, log, metrics};
  std::unique_ptr<LeaderElector> elector;
  std::stop_source stop;
  std::atomic<bool> working = false;
  std::atomic<bool> ended = false;
  std::atomic<Duration> told_to_stop_with = 0ns;
  Result<void> result;

 private:
  std::jthread thread_;
};

class LeaderElectorTest : public ::testing::Test {
 protected:
  // Small steps, as time really passes, each long enough in real time for the threads to follow.
  template <typename Condition>
  bool AsTimePasses(const Condition& condition) {
    return Eventually([&] {
      a_.clock.Advance(100ms);
      b_.clock.Advance(100ms);
      return condition();
    });
  }
  bool Leads(Replica& replica) {
    return Eventually([&] { return replica.working.load(); });
  }
  // Whether the replica renewed after this call.
  bool Renews(Replica& replica) {
    const int before = server_.writes();
    return Eventually([&] {
      replica.clock.Advance(100ms);
      return server_.writes() > before + 1;
    });
  }

  LeaseServer server_;
  Replica a_{server_, "a"};
  Replica b_{server_, "b"};
};

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
    b_.clock.Advance(100ms);
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
      a_.clock.Advance(10ms);
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
  ASSERT_TRUE(Eventually([&] {
    a_.clock.Advance(100ms);
    return hanging.load();
  }));
  a_.clock.Advance(10s);
  EXPECT_TRUE(Eventually([&] { return !a_.working; }));  // while the call still hangs
  release = true;
  ASSERT_TRUE(Eventually([&] { return a_.ended.load(); }));
  EXPECT_THAT(a_.result.error().message,
              testing::StartsWith("leadership lost: not renewed in time"));
}

// The process stands still from within a call until after its lease ran out; another took over.
TEST_F(LeaderElectorTest, I8_AFrozenLeaderThawedAfterExpirySeesItselfNotLeadingAtOnce) {
  a_.Start();
  ASSERT_TRUE(Leads(a_));
  b_.Start();
  ASSERT_TRUE(Eventually([&] { return b_.log.Contains("new leader", "holder=a"); }));
  // a is frozen: its clock is not advanced, so none of its threads does anything.
  ASSERT_TRUE(Eventually([&] {
    b_.clock.Advance(100ms);
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
    a_.clock.Advance(10ms);
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
    a_.clock.Advance(100ms);
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
    b_.clock.Advance(100ms);
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
      a_.clock.Advance(100ms);
      b_.clock.Advance(100ms);
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
    a_.clock.Advance(100ms);
    return server_.Holder() == "a";
  }));
  EXPECT_FALSE(a_.working);  // taken, but the answer came after the deadline
  server_.Allow(a_.client);
  ASSERT_TRUE(Eventually([&] {
    a_.clock.Advance(100ms);
    return a_.working.load();
  }));
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
