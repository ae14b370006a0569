#include "operator/reconcilers/rotation_queue.h"

#include <gtest/gtest.h>

#include "tests/builders/credential_rotation_builder.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using builders::CredentialRotationBuilder;

const WallTime kNow = FakeClock().WallNow();

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

}  // namespace
}  // namespace keysteward::op
