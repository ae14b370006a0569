#include "operator/rotation/journal.h"

#include <gtest/gtest.h>

#include "tests/operator/rotation/state_samples.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRotationStatus;
using namespace std::chrono_literals;  // NOLINT: test durations

const WallTime kStart = FakeClock().WallNow();

TEST(Journal, AnIntentIsRecordedOnceWithItsTime) {
  CredentialRotationStatus status;
  BeginStep(status, Step::kIssue, kStart + 1500ms);
  BeginStep(status, Step::kIssue, kStart + 9s);
  ASSERT_EQ(status.steps.size(), 1u);
  EXPECT_EQ(status.steps[0].started_at, kStart + 1s) << "whole seconds, the first time";
  EXPECT_EQ(status.steps[0].attempts, 1);
  EXPECT_EQ(status.step, "Issue");
  EXPECT_EQ(status.schema_version, kJournalVersion);
}

TEST(Journal, ACompletionKeepsAnEarlierMessageAndCutsALongOne) {
  CredentialRotationStatus status;
  BeginStep(status, Step::kRollBack, kStart);
  JournalEntry(status, Step::kRollBack).message = "why";
  CompleteStep(status, Step::kRollBack, "", kStart);
  EXPECT_EQ(status.steps[0].message, "why");
  CompleteStep(status, Step::kRollBack, std::string(2000, 'x'), kStart);
  EXPECT_EQ(status.steps[0].message.size(), 512u);
}

TEST(Journal, CondemnsTheOldKeyAndRollingBackTheNewOne) {
  CredentialRotationStatus status = Observed().Build().rotation.status;
  EXPECT_EQ(CondemnedBy(status).id, "key_1");
  EXPECT_EQ(CondemnedBy(status).generation, 1);
  BeginStep(status, Step::kRollBack, kStart);
  EXPECT_EQ(CondemnedBy(status).id, "key_2");
  EXPECT_EQ(CondemnedBy(status).generation, 2);
  status.new_key.reset();
  EXPECT_EQ(CondemnedBy(status).id, "") << "the provider's answer was never read";
}

TEST(Journal, AFirstKeyCondemnsNothing) {
  EXPECT_EQ(CondemnedBy(Observed().FirstKey().Build().rotation.status).generation, 0);
}

TEST(Journal, ReopeningDisableForgetsQuietAndProof) {
  CredentialRotationStatus status = Observed().At(Step::kQuiet).Build().rotation.status;
  JournalEntry(status, Step::kDisable).proof = "p";
  ReopenDisable(status);
  EXPECT_FALSE(StepBegun(status, Step::kQuiet));
  EXPECT_TRUE(StepBegun(status, Step::kOverlap));
  const auto& entry = JournalEntry(status, Step::kDisable);
  EXPECT_FALSE(entry.completed_at);
  EXPECT_EQ(entry.proof, "");
  EXPECT_EQ(entry.attempts, 2);
}

TEST(Journal, TellsWhileTheRotationWritesTheSecret) {
  const auto writes = [](const Observed& observed) {
    return WritesSecret(observed.Build().rotation.status);
  };
  EXPECT_FALSE(writes(Observed().At(Step::kProbe)));
  EXPECT_TRUE(writes(Observed().At(Step::kDeliver)));
  EXPECT_FALSE(writes(Observed().At(Step::kRestart)));
  EXPECT_TRUE(writes(Observed().At(Step::kRestart).Running(Step::kRollBack)));
  EXPECT_FALSE(writes(Observed().At(Step::kRestart).Done({Step::kRollBack})));
  EXPECT_TRUE(writes(Observed().At(Step::kProbe).Running(Step::kRollBack)));
}

}  // namespace
}  // namespace keysteward::op
