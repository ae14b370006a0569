#include "operator/sweeper/sweeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "kube/cache/lister.h"
#include "kube/cache/store.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRevocation;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::IsEmpty;

class SweeperTest : public testing::Test {
 protected:
  SweeperTest() {
    credential = rig.Store(ManagedCredentialBuilder("stripe-live").Build());
    Sync();
  }

  std::string Stray(int64_t generation) {
    return rig.provider
        .Create({.token = "t",
                 .label = KeyLabel(rig.installation, credential.metadata.uid, generation, 1)},
                {})
        ->id;
  }
  void Sync() { credentials.Replace({std::make_shared<const ManagedCredential>(credential)}); }
  // Two looks far enough apart.
  void SweepTwice() {
    sweeper.Sweep({});
    rig.clock.Advance(3min);
    sweeper.Sweep({});
  }
  void Store(const CredentialRevocation& revocation) {
    nlohmann::json object = ToJson(revocation);
    ASSERT_TRUE(rig.server.Create(api::KindOf<CredentialRevocation>::resource, object, {}, {}));
    ASSERT_TRUE(rig.server.Patch(api::KindOf<CredentialRevocation>::resource,
                                 {"", revocation.metadata.name}, kube::PatchType::kMerge,
                                 {{"status", object["status"]}}, {.subresource = "status"}, {}));
    revocations.Replace({std::make_shared<const CredentialRevocation>(revocation)});
  }
  CredentialRevocation Revocation(api::v1alpha1::RevocationState state) {
    CredentialRevocation revocation;
    revocation.metadata.name = "r-5";
    revocation.spec.credential = {"payments", "stripe-live", credential.metadata.uid};
    revocation.spec.key.generation = 5;
    revocation.status.state = state;
    return revocation;
  }

  OperatorRig rig;
  ManagedCredential credential;
  kube::Store<ManagedCredential> credentials;
  kube::Store<CredentialRotation> rotations;
  kube::Store<api::core::Secret> secrets;
  kube::Store<CredentialRevocation> revocations;
  Sweeper sweeper{rig.env,
                  {kube::Lister(credentials), kube::Lister(rotations), kube::Lister(secrets)},
                  kube::Lister(revocations)};
};

TEST_F(SweeperTest, I4_AStrayIsEndedAfterTwoLooksApart) {
  Stray(5);
  sweeper.Sweep({});
  sweeper.Sweep({});
  rig.clock.Advance(119s);
  sweeper.Sweep({});
  EXPECT_EQ(rig.provider.LiveKeys().size(), 1u) << "not sure enough yet";
  rig.clock.Advance(1s);
  sweeper.Sweep({});
  EXPECT_THAT(rig.provider.LiveKeys(), IsEmpty());
}

TEST_F(SweeperTest, ALongConsistencyWindowIsWaitedFor) {
  rig.provider.behaviour.consistency_window = 10min;
  Stray(5);
  SweepTwice();
  EXPECT_EQ(rig.provider.LiveKeys().size(), 1u);
}

TEST_F(SweeperTest, I9_AClaimTheCacheHasNotSeenKeepsTheKey) {
  const std::string id = Stray(5);
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"status", {{"lastGeneration", 5}, {"activeRotation", "r"}}}},
                               {.subresource = "status"}, {}));
  SweepTwice();
  EXPECT_THAT(rig.provider.LiveKeys(), ElementsAre(id)) << "the cache is minutes old";
}

TEST_F(SweeperTest, I9_AFailedFreshReadKeepsTheKey) {
  Stray(5);
  sweeper.Sweep({});
  rig.clock.Advance(3min);
  rig.server.FailNext("list", "credentialrotations.keysteward.dev", Error::Unavailable("away"),
                      kube::CallPhase::kBefore);
  sweeper.Sweep({});
  EXPECT_EQ(rig.provider.LiveKeys().size(), 1u);
  EXPECT_TRUE(rig.log.Contains("orphan key kept", "away"));
}

TEST_F(SweeperTest, TheKeysOfAFinishedCredentialStatusStay) {
  const std::string current = Stray(5);
  const std::string previous = Stray(4);
  credential.status.current = api::v1alpha1::CurrentKey{.generation = 5, .key_id = current};
  credential.status.previous =
      api::v1alpha1::PreviousKeyStatus{.generation = 4, .key_id = previous};
  Sync();
  SweepTwice();
  EXPECT_EQ(rig.provider.LiveKeys().size(), 2u);
  credential.status.previous->state = api::v1alpha1::PreviousState::kRevoked;
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"status", ToJson(credential.status)}}, {.subresource = "status"},
                               {}));
  Sync();
  SweepTwice();
  EXPECT_THAT(rig.provider.LiveKeys(), ElementsAre(current));
}

TEST_F(SweeperTest, AKeyKeptOnPurposeIsNobodysOrphan) {
  const std::string kept = rig.MakeStagedKey(credential, 4).id;
  rig.MakeStagedKey(credential, 5);
  ASSERT_TRUE(KeepStaged(rig.env, credential.metadata.uid, 4, {}));
  SweepTwice();
  EXPECT_THAT(rig.provider.LiveKeys(), ElementsAre(kept)) << "being staged alone keeps no key";
}

TEST_F(SweeperTest, AKeyThatWasMarkedAMomentAgoIsKept) {
  const std::string kept = rig.MakeStagedKey(credential, 4).id;
  rig.server.OnCall([&](const kube::CallRecord& made, kube::CallPhase phase) -> Result<void> {
    // Between the two looks at the marks.
    if (phase == kube::CallPhase::kBefore &&
        made.resource == "credentialrevocations.keysteward.dev") {
      EXPECT_TRUE(KeepStaged(rig.env, credential.metadata.uid, 4, {}));
    }
    return {};
  });
  SweepTwice();
  EXPECT_THAT(rig.provider.LiveKeys(), ElementsAre(kept));
}

TEST_F(SweeperTest, WithoutAViewOfTheKeptKeysNothingIsEnded) {
  Stray(5);
  sweeper.Sweep({});
  rig.clock.Advance(3min);
  rig.server.FailNext("list", "secrets", Error::Unavailable("away"), kube::CallPhase::kBefore);
  sweeper.Sweep({});
  EXPECT_EQ(rig.provider.LiveKeys().size(), 1u);
  EXPECT_TRUE(rig.log.Contains("orphans not looked for", "away"));
}

TEST_F(SweeperTest, I8_ALeaseThatIsAboutToEndPermitsNoDelete) {
  Stray(5);
  rig.lease_remaining = 1s;
  SweepTwice();
  EXPECT_EQ(rig.provider.LiveKeys().size(), 1u);
  rig.lease_remaining = 8s;
  sweeper.Sweep({});
  EXPECT_THAT(rig.provider.LiveKeys(), IsEmpty());
  EXPECT_EQ(rig.provider.calls().back().timeout, 7s);
}

TEST_F(SweeperTest, AnOpenRevocationAnswersForItsGenerationAndAClosedOneDoesNot) {
  Stray(5);
  Store(Revocation(api::v1alpha1::RevocationState::kUnrevoked));
  SweepTwice();
  EXPECT_EQ(rig.provider.LiveKeys().size(), 1u);
  const CredentialRevocation closed = Revocation(api::v1alpha1::RevocationState::kRevoked);
  ASSERT_TRUE(rig.server.Patch(api::KindOf<CredentialRevocation>::resource, {"", "r-5"},
                               kube::PatchType::kMerge, {{"status", {{"state", "Revoked"}}}},
                               {.subresource = "status"}, {}));
  revocations.Replace({std::make_shared<const CredentialRevocation>(closed)});
  SweepTwice();
  EXPECT_THAT(rig.provider.LiveKeys(), IsEmpty());
}

TEST_F(SweeperTest, WithoutLeaseOrWithEffectsOffNothingIsEnded) {
  Stray(5);
  rig.is_leader = false;
  SweepTwice();
  rig.is_leader = true;
  rig.effects_disabled = true;
  SweepTwice();
  EXPECT_EQ(rig.provider.LiveKeys().size(), 1u);
}

TEST_F(SweeperTest, AnOutageIsLoggedAndTheNextSweepWorks) {
  Stray(5);
  rig.provider.down = true;
  SweepTwice();
  EXPECT_TRUE(rig.log.Contains("sweep failed", "connection refused"));
  rig.provider.down = false;
  SweepTwice();
  EXPECT_THAT(rig.provider.LiveKeys(), IsEmpty());
}

TEST_F(SweeperTest, AProviderWithoutListIsNotSwept) {
  rig.provider.behaviour.lists = false;
  Stray(5);
  SweepTwice();
  EXPECT_THAT(rig.ProviderVerbs(), ElementsAre("create"));
}

}  // namespace
}  // namespace keysteward::op
