#include "operator/reconcilers/key_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::IsEmpty;

class KeyWatchTest : public testing::Test {
 protected:
  KeyWatchTest() {
    credential = rig.Store(builders::ManagedCredentialBuilder("stripe-live")
                               .WithCurrentKey(1, "key_1")
                               .With([](auto& c) { c.spec.verification.interval = 1h; })
                               .Build());
    rig.MakeStagedKey(credential, 1);
    rig.provider.ForgetCalls();
    (void)watch.Look(credential, {});  // the interval begins with the first look
  }
  // A look when the next one is due.
  KeyHealth LookAfter(Duration pause) {
    rig.clock.Advance(pause);
    return watch.Look(credential, {});
  }

  OperatorRig rig;
  PhaseTimers timers{rig.clock};
  KeyWatch watch{rig.env, timers};
  api::v1alpha1::ManagedCredential credential;
};

TEST_F(KeyWatchTest, AsksOnceAnIntervalSpreadByUid) {
  const Duration next = LookAfter(30min).next_look;
  EXPECT_GE(next, 30min);
  EXPECT_LE(next, 45min);
  EXPECT_THAT(rig.ProviderVerbs(), IsEmpty());
  EXPECT_FALSE(LookAfter(next).refused);
  EXPECT_THAT(rig.ProviderVerbs(), ElementsAre("probe"));
}

TEST_F(KeyWatchTest, NeedsTwoRefusalsInARow) {
  rig.provider.RevokeByOthers("key_1");
  const KeyHealth first = LookAfter(2h);
  EXPECT_FALSE(first.refused);
  EXPECT_EQ(first.next_look, 5s);
  EXPECT_TRUE(LookAfter(5s).refused);
}

TEST_F(KeyWatchTest, AnAcceptedKeyForgetsAnEarlierRefusal) {
  rig.provider.behaviour.probe_unclear = false;
  ASSERT_TRUE(rig.provider.Disable("key_1", {}));
  EXPECT_FALSE(LookAfter(2h).refused);
  ASSERT_TRUE(rig.provider.Enable("key_1", {}));
  EXPECT_FALSE(LookAfter(5s).refused);
  ASSERT_TRUE(rig.provider.Disable("key_1", {}));
  EXPECT_FALSE(LookAfter(2h).refused) << "the count began again";
}

TEST_F(KeyWatchTest, TroubleOrAnUnclearAnswerSaysNothingAboutTheKey) {
  rig.provider.down = true;
  EXPECT_FALSE(LookAfter(2h).refused);
  EXPECT_FALSE(LookAfter(2h).refused);
  rig.provider.down = false;
  rig.provider.behaviour.probe_unclear = true;
  EXPECT_FALSE(LookAfter(2h).refused);
  EXPECT_FALSE(LookAfter(2h).refused);
}

TEST_F(KeyWatchTest, AnOutageDoesNotForgetARefusal) {
  rig.provider.RevokeByOthers("key_1");
  LookAfter(2h);
  rig.provider.down = true;
  EXPECT_FALSE(LookAfter(5s).refused);
  rig.provider.down = false;
  EXPECT_TRUE(LookAfter(5s).refused);
}

TEST_F(KeyWatchTest, WithoutStagedValueOrIssuerNothingIsAsked) {
  ASSERT_TRUE(DeleteStaged(rig.env, credential.metadata.uid, 1, {}));
  EXPECT_FALSE(LookAfter(2h).refused);
  rig.resolver.error = Error::NotFound("gone");
  EXPECT_FALSE(LookAfter(2h).refused);
  EXPECT_THAT(rig.ProviderVerbs(), IsEmpty());
}

TEST_F(KeyWatchTest, ForgettingStartsAgain) {
  rig.provider.RevokeByOthers("key_1");
  LookAfter(2h);
  ASSERT_TRUE(LookAfter(5s).refused);
  watch.Forget(credential.metadata.uid);
  EXPECT_FALSE(watch.Look(credential, {}).refused);
}

}  // namespace
}  // namespace keysteward::op
