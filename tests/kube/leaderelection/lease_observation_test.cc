#include "kube/leaderelection/lease_observation.h"

#include <gtest/gtest.h>

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;
using api::coordination::Lease;

constexpr MonoTime kStart{1h};

Lease HeldBy(const std::string& holder, int64_t seconds = 15, const std::string& version = "1") {
  Lease lease;
  lease.metadata.resource_version = version;
  lease.spec.holder_identity = holder;
  lease.spec.lease_duration_seconds = seconds;
  return lease;
}

class LeaseObservationTest : public ::testing::Test {
 protected:
  LeaseObservation observation_{"me", 15s};
};

TEST_F(LeaseObservationTest, ALeaseNeverSeenReleasedOrOursMayBeTaken) {
  EXPECT_TRUE(observation_.MayTake(kStart));
  observation_.Saw(HeldBy(""), kStart);
  EXPECT_TRUE(observation_.MayTake(kStart));
  observation_.Saw(HeldBy("me"), kStart);
  EXPECT_TRUE(observation_.MayTake(kStart));
  EXPECT_TRUE(observation_.HeldByUs());
}

TEST_F(LeaseObservationTest, AForeignLeaseIsFreeWhenSeenUnchangedForItsWholeDuration) {
  observation_.Saw(HeldBy("other"), kStart);
  observation_.Saw(HeldBy("other"), kStart + 10s);
  EXPECT_FALSE(observation_.MayTake(kStart + 15s - 1ns));
  EXPECT_TRUE(observation_.MayTake(kStart + 15s));
}

TEST_F(LeaseObservationTest, EveryRenewalStartsTheWaitAnew) {
  observation_.Saw(HeldBy("other", 15, "1"), kStart);
  observation_.Saw(HeldBy("other", 15, "2"), kStart + 14s);
  EXPECT_FALSE(observation_.MayTake(kStart + 28s));
  EXPECT_TRUE(observation_.MayTake(kStart + 29s));
}

TEST_F(LeaseObservationTest, StampsOfAnotherMachineDoNotMatter) {
  Lease lease = HeldBy("other");
  lease.spec.renew_time = WallTime{};  // 1970
  observation_.Saw(lease, kStart);
  EXPECT_FALSE(observation_.MayTake(kStart + 1s));
  lease.spec.renew_time = WallTime{24h * 365 * 200};  // 2170
  observation_.Saw(lease, kStart + 1s);
  EXPECT_TRUE(observation_.MayTake(kStart + 16s));
}

TEST_F(LeaseObservationTest, TheDurationIsTheHoldersOwn) {
  observation_.Saw(HeldBy("slow", 60), kStart);
  EXPECT_FALSE(observation_.MayTake(kStart + 59s));
  EXPECT_TRUE(observation_.MayTake(kStart + 60s));
}

TEST_F(LeaseObservationTest, AnAbsurdDurationIsReplacedOrCapped) {
  observation_.Saw(HeldBy("unset", 0), kStart);
  EXPECT_TRUE(observation_.MayTake(kStart + 15s));
  observation_.Saw(HeldBy("negative", -7), kStart);
  EXPECT_FALSE(observation_.MayTake(kStart + 14s));
  observation_.Saw(HeldBy("endless", INT64_MAX), kStart);
  EXPECT_FALSE(observation_.MayTake(kStart + 23h));
  EXPECT_TRUE(observation_.MayTake(kStart + 24h));
}

TEST_F(LeaseObservationTest, AForeignLeaseThatVanishesStaysHeldForTheRestOfItsTime) {
  observation_.Saw(HeldBy("other"), kStart);
  observation_.SawNone();
  EXPECT_FALSE(observation_.MayTake(kStart + 14s));
  EXPECT_TRUE(observation_.MayTake(kStart + 15s));
}

TEST_F(LeaseObservationTest, OurOwnLeaseThatVanishesMayBeMadeAnew) {
  observation_.Saw(HeldBy("me"), kStart);
  observation_.SawNone();
  EXPECT_TRUE(observation_.MayTake(kStart));
  EXPECT_FALSE(observation_.HeldByUs());
}

TEST_F(LeaseObservationTest, ARecreatedLeaseIsAChangeThoughItsVersionIsTheSame) {
  Lease lease = HeldBy("other");
  observation_.Saw(lease, kStart);
  lease.metadata.uid = "second";
  observation_.Saw(lease, kStart + 14s);
  EXPECT_FALSE(observation_.MayTake(kStart + 15s));
}

}  // namespace
}  // namespace keysteward::kube
