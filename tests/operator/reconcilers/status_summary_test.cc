#include "operator/reconcilers/status_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/v1alpha1/conditions.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::ManagedCredential;
using api::v1alpha1::PreviousState;
using api::v1alpha1::RotationResult;
using api::v1alpha1::StandingType;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime kNow = FakeClock().WallNow();

class Summary : public testing::Test {
 protected:
  Summary() {
    credential = ManagedCredentialBuilder("stripe-live").WithCurrentKey(1, "key_1").Build();
    view.secret_intact = true;
  }
  // "True Reason: message"
  std::string Condition(const std::string& type) {
    Summarise(credential, view, kNow);
    const api::Condition* found = api::FindCondition(credential.status.conditions, type);
    return found == nullptr ? "" : found->status + " " + found->reason + ": " + found->message;
  }

  ManagedCredential credential;
  CredentialView view;
};

TEST_F(Summary, ADeliveredKeyIsReadyThroughARotationAndABlockedOne) {
  EXPECT_EQ(Condition("Ready"), "True KeyDelivered: key key_1 is delivered in Secret stripe-live");
  view.rotating = RotatingView{"r", "Restart", "BarePod", "Pod one: BarePod", true};
  EXPECT_THAT(Condition("Ready"), HasSubstr("True KeyDelivered"));
  EXPECT_EQ(Condition("Rotating"), "True BarePod: rotation r, step Restart: Pod one: BarePod");
  EXPECT_EQ(Condition("Reconciling"), "False Observed: the spec is observed");
  EXPECT_EQ(Condition("Stalled"), "");
}

TEST_F(Summary, AnExpiredOrRefusedKeyIsNotReady) {
  view.key_refused = true;
  EXPECT_EQ(Condition("Ready"),
            "False KeyRefused: the provider refuses the delivered key; it is being replaced");
  credential.status.current->expires_at = kNow;
  EXPECT_EQ(Condition("Ready"),
            "False KeyExpired: the delivered key expired at 2026-01-01T00:00:00Z");
}

TEST_F(Summary, BeforeTheFirstKeyKstatusSaysInProgress) {
  credential.status.current.reset();
  EXPECT_EQ(Condition("Ready"), "False FirstKeyPending: the first key was not asked for yet");
  EXPECT_THAT(Condition("Reconciling"), HasSubstr("True FirstKeyPending"));
  view.rotating = RotatingView{"r", "Issue", "ProviderUnavailable", "connection refused", true};
  EXPECT_EQ(Condition("Ready"),
            "False ProviderUnavailable: first key: step Issue: connection refused");
}

TEST_F(Summary, ASecretOfSomebodyElseStallsTheFirstKeyOnly) {
  view.secret_foreign = true;
  EXPECT_EQ(Condition("Stalled"), "");
  credential.status.current.reset();
  EXPECT_THAT(Condition("Ready"), HasSubstr("False SecretConflict: Secret stripe-live exists and"));
  EXPECT_THAT(Condition("Stalled"), HasSubstr("True SecretConflict"));
  EXPECT_THAT(Condition("Delivered"), HasSubstr("False SecretConflict"));
}

TEST_F(Summary, DeliveredTellsDrift) {
  EXPECT_THAT(Condition("Delivered"), HasSubstr("True KeyDelivered: revision "));
  view.secret_intact = false;
  EXPECT_THAT(Condition("Delivered"), HasSubstr("False SecretDrifted"));
  credential.status.current.reset();
  EXPECT_THAT(Condition("Delivered"), HasSubstr("False FirstKeyPending"));
}

TEST_F(Summary, ConsumersNameAtMostTenThatWait) {
  EXPECT_EQ(Condition("ConsumersCurrent"), "True NoConsumers: no pod uses the Secret");
  view.gate = {.total = 20, .current = 5};
  for (int i = 0; i < 15; ++i) {
    view.gate.details.push_back(
        {"Deployment", "d" + std::to_string(i), api::v1alpha1::Gate::kWaiting, "OldPodRunning"});
  }
  EXPECT_THAT(Condition("ConsumersCurrent"), HasSubstr("False RolloutInProgress: 5 of 20"));
  EXPECT_EQ(credential.status.consumers.waiting.size(), 10u);
  view.gate = {.total = 2, .current = 2};
  EXPECT_THAT(Condition("ConsumersCurrent"), HasSubstr("True AllCurrent"));
  EXPECT_THAT(credential.status.consumers.waiting, IsEmpty());
}

TEST_F(Summary, ConsumersAreNotCurrentWhileADriftIsUnsettled) {
  view.gate = {.total = 2, .current = 2};
  credential.status.drift = api::v1alpha1::SecretDrift{};
  EXPECT_THAT(Condition("ConsumersCurrent"), HasSubstr("False SecretDrifted"));
  EXPECT_THAT(Condition("Delivered"), HasSubstr("True KeyDelivered"));
  view.gate = {.total = 2, .current = 1};
  EXPECT_THAT(Condition("ConsumersCurrent"), HasSubstr("False RolloutInProgress"));
  view.gate = {};
  EXPECT_THAT(Condition("ConsumersCurrent"), HasSubstr("True NoConsumers"));
}

TEST_F(Summary, PreviousRevokedFollowsTheStateOfTheOlderKey) {
  EXPECT_THAT(Condition("PreviousRevoked"), HasSubstr("True NoPrevious"));
  credential.status.previous = api::v1alpha1::PreviousKeyStatus{.key_id = "key_0"};
  for (const auto& [state, text] : std::initializer_list<std::pair<PreviousState, const char*>>{
           {PreviousState::kLive, "False OverlapRunning: key key_0 is still live"},
           {PreviousState::kDisabled,
            "False QuietRunning: key key_0 is disabled and watched for use before it is revoked"},
           {PreviousState::kRetired,
            "True NothingToRevoke: no pod holds key key_0 any more, and its issuer cannot revoke"},
           {PreviousState::kUnrevoked, "False Unrevoked: key key_0 could not be revoked yet"},
           {PreviousState::kKept,
            "False Kept: key key_0 stays alive at the provider: spec.revocation was None when it "
            "was replaced; end it there by hand"},
           {PreviousState::kRevoked, "True Revoked: key key_0 is revoked"}}) {
    credential.status.previous->state = state;
    EXPECT_EQ(Condition("PreviousRevoked"), text);
  }
}

TEST_F(Summary, CompliantNeedsAStandingThatIsApprovedAndNotOver) {
  EXPECT_THAT(Condition("Compliant"), HasSubstr("False StandingMissing"));
  credential = ManagedCredentialBuilder("stripe-live").WithStandingUntil(kNow + 1h).Build();
  EXPECT_EQ(Condition("Compliant"),
            "True PolicySatisfied: approval claimed by security@example.com");
  credential.spec.standing->until = kNow;
  EXPECT_THAT(Condition("Compliant"), HasSubstr("False StandingExpired"));
  credential.spec.standing->type = StandingType::kPermanent;
  credential.spec.standing->approved_by = "";
  EXPECT_THAT(Condition("Compliant"), HasSubstr("False ApprovalMissing"));
}

TEST_F(Summary, TheSameViewTwiceChangesNothing) {
  Summarise(credential, view, kNow);
  const auto before = credential.status;
  Summarise(credential, view, kNow + 1h);
  EXPECT_EQ(credential.status, before);
}

TEST(Results, AFailureCountsAndASuccessForgets) {
  ManagedCredential credential = ManagedCredentialBuilder("stripe-live").Build();
  const auto end = [&](RotationResult result) {
    SummariseResult(credential, CredentialRotationBuilder("r").Ended(result, kNow).Build(), kNow);
    return credential.status.failures.count;
  };
  EXPECT_EQ(end(RotationResult::kFailed), 1);
  EXPECT_EQ(end(RotationResult::kRolledBack), 2);
  EXPECT_EQ(end(RotationResult::kSuperseded), 2) << "says nothing about the key";
  EXPECT_FALSE(api::IsTrue(credential.status.conditions, "RotationSucceeded"));
  EXPECT_EQ(end(RotationResult::kCompleted), 0);
  EXPECT_TRUE(api::IsTrue(credential.status.conditions, "RotationSucceeded"));
}

}  // namespace
}  // namespace keysteward::op
