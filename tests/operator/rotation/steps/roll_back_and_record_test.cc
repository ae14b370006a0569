// RollBack and Record: the way back, and what is left when a rotation is over.
#include "tests/operator/rotation/steps/ending_steps_fixture.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::PreviousState;
using Outcome = StepReport::Outcome;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::IsEmpty;

class RollBackStep : public EndingSteps {
 protected:
  RollBackStep() {
    state.rotation.status.steps =
        Observed().At(Step::kRestart).Running(Step::kRollBack).Build().rotation.status.steps;
  }
};

TEST_F(RollBackStep, I16_DeliversTheOldKeyAsANewRevision) {
  const StepReport report = Do(Step::kRollBack);
  EXPECT_EQ(report.reason, "SettlingSecret");
  EXPECT_EQ(state.credential.status.current->key_id, old_key);
  EXPECT_EQ(state.credential.status.current->revision, 3);
  EXPECT_EQ(state.credential.status.previous->key_id, new_key);
  EXPECT_EQ(ReadDelivered(rig.env, state.credential, {})->generation, 1);
}

TEST_F(RollBackStep, SettlesWhenEveryKubeletServesTheOldKey) {
  Do(Step::kRollBack);
  state.delivered_for = 1s;
  EXPECT_EQ(Do(Step::kRollBack).requeue_after, 1s);
  EXPECT_EQ(state.credential.status.settled_revision, 2);
  state.delivered_for = 2s;
  EXPECT_EQ(Do(Step::kRollBack).outcome, Outcome::kDone);
  EXPECT_EQ(state.credential.status.settled_revision, 3);
}

TEST_F(RollBackStep, IsBlockedWhenTheOldValueIsGone) {
  LoseStaged(1);
  const StepReport report = Do(Step::kRollBack);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.message, "the value of the old key is gone; rotate again to get a new one");
}

TEST_F(RollBackStep, IsBlockedForAFirstKey) {
  state.rotation.status.old_key.reset();
  EXPECT_EQ(Do(Step::kRollBack).reason, "StagedKeyLost");
}

TEST_F(RollBackStep, HasNothingToDoWhenNothingWasDelivered) {
  state.rotation.status.steps =
      Observed().Before(Step::kProbe).Running(Step::kRollBack).Build().rotation.status.steps;
  EXPECT_EQ(Do(Step::kRollBack).outcome, Outcome::kDone);
  EXPECT_EQ(state.credential.status.current->key_id, new_key);
}

TEST_F(EndingSteps, RecordDropsTheValueOfADeadKeyOnly) {
  At(Step::kRecord);
  Do(Step::kRecord);
  EXPECT_FALSE(*ReadStaged(rig.env, state.credential.metadata.uid, 1, {}));
  EXPECT_TRUE(*ReadStaged(rig.env, state.credential.metadata.uid, 2, {}));
  EXPECT_THAT(*ListStaged(rig.env, StagedChoice::kKept, {}), IsEmpty());
}

TEST_F(EndingSteps, RecordRetiresAKeyThatItsIssuerCannotRevoke) {
  rig.provider.behaviour.revokes = false;
  state.rotation.status.steps = Observed().Before(Step::kDisable).Build().rotation.status.steps;
  Do(Step::kRecord);
  EXPECT_FALSE(*ReadStaged(rig.env, state.credential.metadata.uid, 1, {}));
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kRetired);
}

TEST_F(EndingSteps, RecordMarksAKeyThatStaysAliveOnPurpose) {
  state.rotation.status.steps = Observed().Before(Step::kDisable).Build().rotation.status.steps;
  Do(Step::kRecord);
  const auto kept = *ListStaged(rig.env, StagedChoice::kKept, {});
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].generation, 1);
  EXPECT_EQ(kept[0].key_id, old_key);
  EXPECT_EQ(state.credential.status.previous->state, PreviousState::kKept);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].type, "OldKeyKept");
  EXPECT_TRUE(Lives(old_key));
}

TEST_F(EndingSteps, RecordOfARefusedIssueMarksNothing) {
  state.rotation.status.steps =
      Observed().At(Step::kIssue).Done({Step::kRollBack}).Build().rotation.status.steps;
  Do(Step::kRecord);
  EXPECT_THAT(*ListStaged(rig.env, StagedChoice::kKept, {}), IsEmpty());
  EXPECT_THAT(notes, IsEmpty());
}

}  // namespace
}  // namespace keysteward::op
