#include "kube/leaderelection/lease_lock.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::kube {
namespace {

using api::coordination::Lease;

class LeaseLockTest : public testing::Test {
 protected:
  static Lease HeldBy(const std::string& holder) {
    Lease lease;
    lease.spec.holder_identity = holder;
    lease.spec.lease_duration_seconds = 15;
    return lease;
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeApiServer server_{clock_, random_};
  LeaseLock lock_{server_, {"keysteward", "operator"}};
};

TEST_F(LeaseLockTest, WhatNobodyMadeIsNotFound) {
  EXPECT_EQ(lock_.Get({}).error().code, ErrorCode::kNotFound);
}

TEST_F(LeaseLockTest, CreateSetsItsOwnNameWhateverTheLeaseSays) {
  Lease lease = HeldBy("a");
  lease.metadata.name = "other";
  lease.metadata.namespace_name = "elsewhere";
  lease.metadata.resource_version = "99";
  const Result<Lease> made = lock_.Create(lease, {});
  ASSERT_TRUE(made) << made.error().ToString();
  EXPECT_EQ(made->metadata.key().ToString(), "keysteward/operator");
  EXPECT_EQ(made->spec.holder_identity, "a");
  EXPECT_FALSE(made->metadata.resource_version.empty()) << "the next write is guarded by it";
  EXPECT_EQ(lock_.Get({})->spec, made->spec);
}

TEST_F(LeaseLockTest, OfTwoWhoCreateOneIsTooLate) {
  ASSERT_TRUE(lock_.Create(HeldBy("a"), {}));
  EXPECT_EQ(lock_.Create(HeldBy("b"), {}).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(lock_.Get({})->spec.holder_identity, "a");
}

TEST_F(LeaseLockTest, OfTwoWhoSawTheSameOneIsTooLate) {
  ASSERT_TRUE(lock_.Create(HeldBy("a"), {}));
  Lease first = lock_.Get({}).value();
  Lease second = first;
  first.spec.holder_identity = "b";
  second.spec.holder_identity = "c";
  const Result<Lease> won = lock_.Update(first, {});
  ASSERT_TRUE(won) << won.error().ToString();
  EXPECT_EQ(lock_.Update(second, {}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(lock_.Get({})->spec.holder_identity, "b");
  EXPECT_TRUE(lock_.Update(*won, {})) << "the version that came back is the one to go on with";
}

TEST_F(LeaseLockTest, ALostAnswerIsNotTakenForAFailure) {
  ASSERT_TRUE(lock_.Create(HeldBy("a"), {}));
  server_.FailNext("update", "leases.coordination.k8s.io", Error::UnknownOutcome("reset"),
                   CallPhase::kAfter);
  Lease lease = lock_.Get({}).value();
  lease.spec.holder_identity = "b";
  EXPECT_EQ(lock_.Update(lease, {}).error().code, ErrorCode::kUnknownOutcome);
  EXPECT_EQ(lock_.Get({})->spec.holder_identity, "b") << "it was applied";
}

TEST_F(LeaseLockTest, AnObjectThatIsNoLeaseIsAnError) {
  nlohmann::json broken = ToJson(HeldBy("a"));
  broken["metadata"] = {{"namespace", "keysteward"}, {"name", "operator"}};
  broken["spec"]["leaseDurationSeconds"] = "15";
  const auto made = server_.Create(api::KindOf<Lease>::resource, broken, {}, {});
  ASSERT_TRUE(made) << made.error().ToString();
  EXPECT_EQ(lock_.Get({}).error().message, "Lease: spec.leaseDurationSeconds: must be an integer");
}

}  // namespace
}  // namespace keysteward::kube
