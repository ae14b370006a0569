#include "cli/commands/next_action.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/duration.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using testing::ElementsAre;
using testing::HasSubstr;

WallTime Now() { return ParseTime("2026-12-20T02:00:00Z").value(); }

ManagedCredential Credential(const std::function<void(ManagedCredential&)>& change = {}) {
  ManagedCredentialBuilder builder;
  builder.WithCurrentKey(7, "key_7");
  if (change) builder.With(change);
  return builder.Build();
}

std::function<void(ManagedCredential&)> With(const std::string& type, const std::string& status,
                                             const std::string& reason) {
  return [=](ManagedCredential& credential) {
    credential.status.conditions.push_back({type, status, reason, "because", 1, Now()});
  };
}

std::vector<std::string> Actions(const ManagedCredential& credential,
                                 const CredentialRotation* active = nullptr) {
  return NextActions(credential, active, Now(), "keysteward");
}

TEST(NextAction, ThereIsAlwaysALine) {
  EXPECT_THAT(Actions(Credential()), ElementsAre("Nothing to do"));
}

TEST(NextAction, TheScheduleIsToldWhenNothingIsToBeDone) {
  EXPECT_THAT(Actions(Credential([](auto& c) { c.status.next_rotation_time = Now() + 72h; })),
              ElementsAre("Nothing to do. The key is rotated by itself at 2026-12-23T02:00:00Z (in "
                          "3d)"));
  EXPECT_THAT(Actions(Credential([](auto& c) { c.status.next_rotation_time = Now() - 1s; })),
              ElementsAre("Nothing to do. A rotation is due and starts by itself"));
}

TEST(NextAction, EveryObstacleHasItsLine) {
  const std::vector<std::tuple<std::string, std::string, std::string, std::string>> rows = {
      {"Stalled", "True", "InvalidSpec", "Needs a person: InvalidSpec: because"},
      {"Ready", "False", "FirstKeyPending", "Wait for the first key: FirstKeyPending: because"},
      {"Ready", "False", "KeyRefused", "The key does not work: KeyRefused: because"},
      {"RotationSucceeded", "False", "RolledBack",
       "The last rotation did not succeed: RolledBack: because"},
      {"ConsumersCurrent", "False", "RolloutInProgress",
       "Wait until every consumer runs the current key: RolloutInProgress: because"},
      {"PreviousRevoked", "False", "Unrevoked", "An older key is still live: Unrevoked: because"},
      {"Compliant", "False", "StandingMissing",
       "Does not meet the policy: StandingMissing: because"}};
  for (const auto& [type, status, reason, line] : rows) {
    EXPECT_THAT(Actions(Credential(With(type, status, reason))), ElementsAre(line));
  }
}

TEST(NextAction, ConditionsThatAreFineSayNothing) {
  for (const char* type : {"Ready", "RotationSucceeded", "PreviousRevoked", "Compliant"}) {
    EXPECT_THAT(Actions(Credential(With(type, "True", "x"))), ElementsAre("Nothing to do")) << type;
  }
  EXPECT_THAT(Actions(Credential(With("Stalled", "False", "x"))), ElementsAre("Nothing to do"));
}

TEST(NextAction, WhileARotationRunsItsOwnConsequencesAreNoDuties) {
  const CredentialRotation active = CredentialRotationBuilder("stripe-live-8").Build();
  const ManagedCredential credential = Credential([](auto& c) {
    c.status.active_rotation = "stripe-live-8";
    c.status.next_rotation_time = Now() + 72h;
    With("PreviousRevoked", "False", "OverlapRunning")(c);
    With("RotationSucceeded", "False", "Failed")(c);
  });
  EXPECT_THAT(
      Actions(credential, &active),
      ElementsAre("Watch the rotation: keysteward rotate --attach stripe-live-8 -n payments"));
}

TEST(NextAction, SuspensionNamesTheCommandThatEndsItAndTheTimeLeft) {
  const auto actions = Actions(Credential([](auto& c) {
    c.spec.rotation.suspend = true;
    c.status.expires_at = Now() + 48h;
    c.status.next_rotation_time = Now() + 24h;
  }));
  EXPECT_THAT(
      actions,
      ElementsAre("Rotation is suspended; to go on: kubectl patch mcred stripe-live -n "
                  "payments --type merge -p '{\"spec\":{\"rotation\":{\"suspend\":false}}}'",
                  "The key expires at 2026-12-22T02:00:00Z (in 2d)"));
}

TEST(NextAction, ADeletionIsToldFirstAndHasNoSchedule) {
  const auto actions = Actions(Credential([](auto& c) {
    c.metadata.deletion_timestamp = Now();
    c.status.next_rotation_time = Now() + 24h;
  }));
  EXPECT_THAT(actions, ElementsAre(HasSubstr("It is being deleted")));
}

}  // namespace
}  // namespace keysteward::cli
