// When a rotation is due, which request runs, and what the conditions say: pure rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/v1alpha1/conditions.h"
#include "observability/metric_names.h"
#include "operator/reconcilers/credential_metrics.h"
#include "operator/reconcilers/due_rotation.h"
#include "operator/reconcilers/issuer_reconciler.h"
#include "operator/reconcilers/rotation_queue.h"
#include "operator/reconcilers/status_summary.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::PreviousState;
using api::v1alpha1::RotationResult;
using api::v1alpha1::StandingType;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime kNow = FakeClock().WallNow();

// --- due ---

ManagedCredential Issued(WallTime at, std::optional<WallTime> expires = std::nullopt) {
  ManagedCredential credential =
      ManagedCredentialBuilder("stripe-live").WithCurrentKey(1, "key_1").Build();
  credential.status.current->issued_at = at;
  credential.status.current->expires_at = expires;
  credential.spec.rotation.rotate_before = 24h;
  return credential;
}

TEST(DueRotation, AMissingKeyIsDueAtOnce) {
  const auto due = NextRotation(ManagedCredentialBuilder("stripe-live").Build(), kNow);
  EXPECT_EQ(due->at, kNow);
  EXPECT_EQ(due->cause, Cause::kInitial);
}

TEST(DueRotation, AnExpiryIsMetAheadOfTime) {
  const auto due = NextRotation(Issued(kNow, kNow + 240h), kNow);
  EXPECT_EQ(due->at, kNow + 216h);
  EXPECT_EQ(due->cause, Cause::kExpiry);
}

TEST(DueRotation, TheSoonerOfIntervalAndExpiryCounts) {
  ManagedCredential credential = Issued(kNow, kNow + 240h);
  credential.spec.rotation.interval = 100h;
  EXPECT_EQ(NextRotation(credential, kNow)->cause, Cause::kSchedule);
  EXPECT_EQ(NextRotation(credential, kNow)->at, kNow + 100h);
  credential.spec.rotation.interval = 300h;
  EXPECT_EQ(NextRotation(credential, kNow)->cause, Cause::kExpiry);
}

TEST(DueRotation, AKeyWithoutExpiryOrIntervalIsNeverDue) {
  EXPECT_FALSE(NextRotation(Issued(kNow), kNow));
}

TEST(DueRotation, FailuresInARowWaitLongerUpToAnHour) {
  ManagedCredential credential = ManagedCredentialBuilder("stripe-live").Build();
  credential.status.failures.last_time = kNow;
  for (const auto& [count, delay] : std::initializer_list<std::pair<int64_t, Duration>>{
           {1, 1min}, {2, 2min}, {6, 32min}, {7, 1h}, {1'000'000'000'000, 1h}}) {
    credential.status.failures.count = count;
    EXPECT_EQ(NextRotation(credential, kNow)->at, kNow + delay) << count;
  }
}

TEST(DueRotation, AFailureNotedByAClockThatWasAheadIsNotWaitedFor) {
  ManagedCredential credential = ManagedCredentialBuilder("stripe-live").Build();
  credential.status.failures = {.count = 1, .last_time = kNow + 24h * 3653, .reason = "Failed"};
  EXPECT_EQ(NextRotation(credential, kNow)->at, kNow);
}

// --- queue ---

RotationPtr Asked(const std::string& name, int age, Cause cause = Cause::kManual,
                  const std::string& begun = "") {
  CredentialRotation rotation = CredentialRotationBuilder(name).Because(cause, "test").Build();
  rotation.metadata.creation_timestamp = kNow - std::chrono::seconds(age);
  if (!begun.empty()) rotation.status.steps.push_back({.name = begun, .started_at = kNow});
  return std::make_shared<const CredentialRotation>(std::move(rotation));
}

std::string Describe(const QueuePlan& plan) {
  std::string text = "active=" + (plan.active ? plan.active->metadata.name : "") +
                     " next=" + (plan.next ? plan.next->metadata.name : "") + " refused=";
  for (const auto& refused : plan.refused) text += refused->metadata.name + ",";
  if (plan.escalate) text += " escalate";
  if (!plan.superseded_by.empty()) text += " superseded by " + plan.superseded_by;
  return text;
}

TEST(RotationQueue, TheOldestIsNextTheOthersAreRefused) {
  EXPECT_EQ(Describe(PlanQueue({Asked("c", 1), Asked("a", 9), Asked("b", 5)}, "")),
            "active= next=a refused=b,c,");
}

TEST(RotationQueue, OneRunsAndOneWaits) {
  EXPECT_EQ(Describe(PlanQueue({Asked("a", 9), Asked("b", 5), Asked("c", 1)}, "a")),
            "active=a next=b refused=c,");
}

TEST(RotationQueue, ALeakOvertakesWhoWaits) {
  EXPECT_EQ(
      Describe(PlanQueue({Asked("a", 9), Asked("b", 5), Asked("leak", 1, Cause::kLeak)}, "a")),
      "active=a next=leak refused=b, superseded by leak");
}

TEST(RotationQueue, ALeakHastensWhatIsDelivered) {
  EXPECT_EQ(Describe(PlanQueue(
                {Asked("a", 9, Cause::kManual, "Deliver"), Asked("leak", 1, Cause::kLeak)}, "a")),
            "active=a next=leak refused= escalate");
}

TEST(RotationQueue, ALeakDoesNotUndoALeak) {
  EXPECT_EQ(Describe(PlanQueue({Asked("a", 9, Cause::kLeak), Asked("leak", 1, Cause::kLeak)}, "a")),
            "active=a next=leak refused=");
}

TEST(RotationQueue, EqualAgesAreOrderedByName) {
  EXPECT_EQ(Describe(PlanQueue({Asked("b", 5), Asked("a", 5)}, "")), "active= next=a refused=b,");
}

TEST(RotationQueue, OneThatIsBeingDeletedIsPassedOverUnlessItRuns) {
  CredentialRotation going = *Asked("a", 9);
  going.metadata.deletion_timestamp = kNow;
  const auto gone = std::make_shared<const CredentialRotation>(going);
  EXPECT_EQ(Describe(PlanQueue({gone, Asked("b", 5)}, "")), "active= next=b refused=");
  EXPECT_EQ(Describe(PlanQueue({gone, Asked("b", 5)}, "a")), "active=a next=b refused=");
}

// --- conditions ---

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

// --- issuer's condition ---

TEST(IssuerReady, TakesTheReasonInFrontOfTheMessage) {
  const auto ready = [](const Result<void>& check) {
    const api::Condition condition = IssuerReady(check, false, 3);
    return condition.status + " " + condition.reason + ": " + condition.message;
  };
  EXPECT_EQ(ready({}), "True AdminAccepted: the provider accepted the admin credential");
  EXPECT_EQ(ready(Error::PermissionDenied("HostNotAllowed: host x is not listed")),
            "False HostNotAllowed: host x is not listed");
  EXPECT_EQ(ready(Error::PermissionDenied("check: the provider answered 401")),
            "False AdminRefused: check: the provider answered 401");
  EXPECT_EQ(ready(Error::Unavailable("no route")), "False ProviderUnreachable: no route");
  EXPECT_EQ(ready(Error::Unavailable("")), "False ProviderUnreachable: ");
  EXPECT_EQ(IssuerReady({}, true, 3).reason, "SelfContained");
  EXPECT_EQ(IssuerReady({}, true, 3).observed_generation, 3);
}

// --- metrics ---

class MetricsOfCredential : public testing::Test {
 protected:
  const Labels labels{{"namespace", "payments"}, {"name", "stripe-live"}};
  Labels Joined(const std::string& team) {
    Labels joined = labels;
    joined["team"] = team;
    joined["criticality"] = "Medium";
    joined["issuer"] = "stripe";
    return joined;
  }
  FakeMetrics metrics;
  CredentialMetrics reported{metrics};
  ManagedCredential credential = Issued(kNow - 1h);
};

TEST_F(MetricsOfCredential, InfoFollowsItsLabelsWithoutLeavingTheOldOnes) {
  reported.Report(credential, kNow);
  EXPECT_EQ(metrics.Value(kCredentialInfo, Joined("payments")), 1);
  credential.spec.owner.team = "billing";
  reported.Report(credential, kNow);
  EXPECT_FALSE(metrics.Has(kCredentialInfo, Joined("payments")));
  EXPECT_EQ(metrics.Value(kCredentialInfo, Joined("billing")), 1);
}

TEST_F(MetricsOfCredential, APreviousKeyIsCountedWhileItLives) {
  reported.Report(credential, kNow);
  EXPECT_EQ(metrics.Value(kPreviousKeyAlive, labels), 0);
  credential.status.previous = api::v1alpha1::PreviousKeyStatus{.key_id = "key_0"};
  reported.Report(credential, kNow);
  EXPECT_EQ(metrics.Value(kPreviousKeyAlive, labels), 3600);
  reported.Report(credential, kNow - 24h);
  EXPECT_EQ(metrics.Value(kPreviousKeyAlive, labels), 0) << "a clock set back";
  credential.status.previous->state = PreviousState::kRevoked;
  reported.Report(credential, kNow);
  EXPECT_EQ(metrics.Value(kPreviousKeyAlive, labels), 0);
}

TEST_F(MetricsOfCredential, ATimeThatIsNoMoreLosesItsSeries) {
  credential.status.next_rotation_time = kNow;
  reported.Report(credential, kNow);
  EXPECT_TRUE(metrics.Has(kCredentialNextRotation, labels));
  credential.status.next_rotation_time.reset();
  reported.Report(credential, kNow);
  EXPECT_FALSE(metrics.Has(kCredentialNextRotation, labels));
}

TEST_F(MetricsOfCredential, ACredentialThatIsGoneLeavesNoSeries) {
  credential.status.expires_at = kNow;
  reported.Report(credential, kNow);
  reported.Forget(credential.metadata.key());
  EXPECT_EQ(metrics.Render(), "");
}

}  // namespace
}  // namespace keysteward::op
