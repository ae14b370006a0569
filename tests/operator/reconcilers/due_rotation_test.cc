#include "operator/reconcilers/due_rotation.h"

#include <gtest/gtest.h>

#include "tests/builders/managed_credential_builder.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::ManagedCredential;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations

const WallTime kNow = FakeClock().WallNow();

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

}  // namespace
}  // namespace keysteward::op
