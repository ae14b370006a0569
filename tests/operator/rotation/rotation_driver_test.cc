// One rotation carried forward: what is persisted, what people are told, how failures are waited
// out.
#include "operator/rotation/rotation_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observability/metric_names.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class DriverTest : public testing::Test {
 protected:
  DriverTest() {
    credential = rig.Store(ManagedCredentialBuilder("stripe-live")
                               .WithOverlapAndQuiet(10s, 10s)
                               .With([](auto& c) { c.status.last_generation = 1; })
                               .Build());
    rotation = rig.Store(CredentialRotationBuilder("first").Because(Cause::kInitial).Build());
  }
  Result<Progress> Drive() { return driver.Drive(credential, rotation, superseded_by, {}); }
  Progress DriveOk() {
    const auto progress = Drive();
    EXPECT_TRUE(progress) << progress.error().ToString();
    return progress ? *progress : Progress();
  }
  // Until it is over, at most five minutes.
  Progress Finish() {
    for (int i = 0; i < 300; ++i) {
      const Progress progress = DriveOk();
      if (progress.finished) return progress;
      rig.clock.Advance(1s);
    }
    return {};
  }

  OperatorRig rig;
  PhaseTimers timers{rig.clock};
  RotationDriver driver{rig.env, timers};
  std::string superseded_by;
  ManagedCredential credential;
  CredentialRotation rotation;
};

TEST_F(DriverTest, AFirstKeyIsBroughtToItsEndAndToldToPeople) {
  const Progress progress = Finish();
  EXPECT_TRUE(progress.finished);
  EXPECT_EQ(progress.reason, "Proven");
  EXPECT_EQ(rotation.status.result, RotationResult::kProven);
  EXPECT_EQ(credential.status.settled_revision, 1);
  EXPECT_THAT(rig.EventReasons(),
              testing::ElementsAre("KeyIssued", "Delivered", "RotationSucceeded"));
  EXPECT_EQ(rig.metrics.Value(kRotations, {{"cause", "Initial"}, {"result", "Proven"}}), 1);
}

TEST_F(DriverTest, ARotationThatWasQueuedSaysThatItRunsOnceItDoes) {
  api::SetCondition(rotation.status.conditions,
                    {.type = "Complete", .status = "False", .reason = "Queued"},
                    rig.clock.WallNow());
  rig.provider.down = true;  // it stays in its first step
  DriveOk();
  const auto stored = rig.Read<CredentialRotation>({"payments", "first"});
  EXPECT_EQ(api::FindCondition(stored->status.conditions, "Complete")->reason, "Running");
}

TEST_F(DriverTest, WhatItHoldsIsWhatTheServerHas) {
  Finish();
  const auto stored = rig.Read<CredentialRotation>({"payments", "first"});
  EXPECT_EQ(stored->status, rotation.status);
  EXPECT_EQ(rig.Read<ManagedCredential>({"payments", "stripe-live"})->status, credential.status);
}

TEST_F(DriverTest, I6_TheTokenIsStoredBeforeTheProviderSeesIt) {
  std::string stored_token = "none";
  rig.provider.OnCall([&](const ProviderCall& call, ProviderPhase) -> Result<void> {
    if (call.verb == "create") {
      stored_token = rig.Read<CredentialRotation>({"payments", "first"})->status.token;
      EXPECT_EQ(stored_token, call.token);
    }
    return {};
  });
  Finish();
  EXPECT_NE(stored_token, "none");
}

TEST_F(DriverTest, I13_NoLogLineEventOrStatusHoldsTheValue) {
  Finish();
  const std::string value = rig.provider.keys().at("key_1").value;
  EXPECT_THAT(rig.log.Text(), Not(HasSubstr(value)));
  for (const auto& event : rig.events) EXPECT_THAT(event.note, Not(HasSubstr(value)));
  EXPECT_THAT(ToJson(rotation).dump(), Not(HasSubstr(value)));
  EXPECT_THAT(ToJson(credential).dump(), Not(HasSubstr(value)));
  EXPECT_THAT(rig.metrics.Render(), Not(HasSubstr(value)));
}

TEST_F(DriverTest, FailuresWaitLongerAndAreBlockedFromTheFifthOn) {
  rig.provider.down = true;
  std::vector<Duration> pauses;
  for (int i = 0; i < 8; ++i) {
    const Progress progress = DriveOk();
    EXPECT_EQ(progress.reason, "ProviderUnavailable");
    EXPECT_EQ(progress.blocked, i >= 4) << i;
    pauses.push_back(progress.requeue_after);
    rig.clock.Advance(progress.requeue_after);
  }
  EXPECT_THAT(pauses, testing::ElementsAre(1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s));
  EXPECT_TRUE(api::IsTrue(rotation.status.conditions, "Blocked"));
  EXPECT_THAT(rig.EventReasons(), Contains("ProviderUnavailable"));
  rig.provider.down = false;
  EXPECT_TRUE(Finish().finished);
  EXPECT_FALSE(api::IsTrue(rotation.status.conditions, "Blocked"));
}

TEST_F(DriverTest, AWaitWritesNothingTwice) {
  rig.provider.down = true;
  for (int i = 0; i < 6; ++i) DriveOk();
  const int64_t before = rig.server.revision();
  for (int i = 0; i < 5; ++i) DriveOk();
  EXPECT_EQ(rig.server.revision(), before);
}

TEST_F(DriverTest, ARefusalIsBlockedAtOnceWithTheProvidersWords) {
  rig.provider.FailNext("probe", Error::PermissionDenied("probe: the provider answered 403"),
                        ProviderPhase::kBefore);
  const Progress progress = DriveOk();
  EXPECT_TRUE(progress.blocked);
  EXPECT_EQ(progress.reason, "ProviderRefuses");
  EXPECT_EQ(progress.message, "probe: the provider answered 403");
}

TEST_F(DriverTest, ARefusedCreateEndsTheRotationWithoutAnotherCallToTheProvider) {
  rig.provider.FailNext("create", Error::PermissionDenied("create: the provider answered 403"),
                        ProviderPhase::kBefore);
  const Progress progress = DriveOk();
  EXPECT_TRUE(progress.finished);
  EXPECT_EQ(progress.reason, "Failed");
  EXPECT_THAT(progress.message, HasSubstr("IssueFailed: CredentialIssuer stripe made no key"));
  EXPECT_THAT(rig.ProviderVerbs(), testing::ElementsAre("list", "create"));
}

TEST_F(DriverTest, RetryAfterOfTheProviderIsHonoured) {
  Error error = Error::Make(ErrorCode::kResourceExhausted, "the provider answered 429");
  error.retry_after = 25000ms;
  rig.provider.FailNext("create", error, ProviderPhase::kBefore);
  EXPECT_EQ(DriveOk().requeue_after, 25s);
}

TEST_F(DriverTest, AnIssuerThatIsNotThereIsWaitedFor) {
  rig.resolver.error = Error::NotFound("IssuerNotFound: there is no CredentialIssuer stripe");
  const Progress progress = DriveOk();
  EXPECT_TRUE(progress.blocked);
  EXPECT_EQ(progress.reason, "IssuerNotReady");
  EXPECT_THAT(progress.message, HasSubstr("there is no CredentialIssuer stripe"));
  const auto stored = rig.Read<CredentialRotation>({"payments", "first"});
  const auto* blocked = api::FindCondition(stored->status.conditions, "Blocked");
  ASSERT_NE(blocked, nullptr);
  EXPECT_EQ(blocked->reason, "IssuerNotReady");
  const int64_t before = rig.server.revision();
  DriveOk();
  EXPECT_EQ(rig.server.revision(), before) << "a wait writes nothing";
  rig.resolver.error.reset();
  EXPECT_TRUE(Finish().finished);
  EXPECT_EQ(api::FindCondition(rotation.status.conditions, "Blocked"), nullptr);
}

TEST_F(DriverTest, I14_WhatIsToldBeforeTheFirstStepStandsBehindTheStartInTheEvidence) {
  rig.provider.declared = {{.name = "scope", .required = true}};
  EXPECT_EQ(DriveOk().reason, "InvalidParameters");
  rig.provider.declared.clear();
  Finish();
  std::vector<std::string> types;
  for (const auto& entry : rotation.status.evidence) types.push_back(entry.type);
  ASSERT_GE(types.size(), 3u);
  EXPECT_EQ(types[0], "RotationStarted");
  EXPECT_EQ(types[1], "Blocked");
  EXPECT_THAT(std::vector<std::string>(types.begin() + 1, types.end()),
              Not(Contains("RotationStarted")));
}

TEST_F(DriverTest, AProcessWithoutLeaseDoesNothing) {
  rig.is_leader = false;
  EXPECT_FALSE(Drive());
  EXPECT_TRUE(rig.provider.calls().empty());
}

TEST_F(DriverTest, I8_AConflictEndsThePassBeforeTheNextEffect) {
  ASSERT_TRUE(rig.server.Patch(api::KindOf<CredentialRotation>::resource, {"payments", "first"},
                               kube::PatchType::kMerge,
                               {{"metadata", {{"labels", {{"changed", "true"}}}}}}, {}, {}));
  const auto progress = Drive();
  ASSERT_FALSE(progress);
  EXPECT_EQ(progress.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(rig.provider.calls().empty()) << "the intent could not be stored";
}

TEST_F(DriverTest, ANewKeyThatIsNeverAcceptedEndsFailedAndRevoked) {
  rig.provider.behaviour.probe_refuses_new = true;
  const Progress progress = Finish();
  EXPECT_TRUE(progress.finished);
  EXPECT_EQ(rotation.status.result, RotationResult::kFailed);
  EXPECT_TRUE(rig.provider.LiveKeys().empty());
  EXPECT_TRUE(api::IsTrue(rotation.status.conditions, "Failed"));
  EXPECT_THAT(rig.EventReasons(), Contains("RolledBack"));
  EXPECT_EQ(rig.EventReasons().back(), "RotationFailed");
}

TEST_F(DriverTest, AnOutageWhileTheNewKeyIsTriedIsWaitedOutHoweverLong) {
  const MonoTime back = rig.clock.MonoNow() + 10min;
  rig.provider.OnCall([&](const ProviderCall& asked, ProviderPhase) -> Result<void> {
    if (asked.verb == "probe" && rig.clock.MonoNow() < back) {
      return Error::Unavailable("probe: the provider answered 503");
    }
    return {};
  });
  Progress progress;
  while (rig.clock.MonoNow() < back - 1min) {
    progress = DriveOk();
    rig.clock.Advance(progress.requeue_after);
  }
  EXPECT_TRUE(progress.blocked);
  EXPECT_EQ(progress.reason, "ProviderUnavailable");
  EXPECT_EQ(rotation.status.step, "Probe");
  EXPECT_TRUE(Finish().finished);
  EXPECT_EQ(rotation.status.result, RotationResult::kProven);
  EXPECT_THAT(rig.EventReasons(), Not(Contains("RolledBack")));
}

TEST_F(DriverTest, AfterAnOutageARefusedKeyStillHasAllItsTime) {
  rig.provider.behaviour.probe_refuses_new = true;
  int probes = 0;
  rig.provider.OnCall([&probes](const ProviderCall& asked, ProviderPhase phase) -> Result<void> {
    const bool fails = asked.verb == "probe" && phase == ProviderPhase::kBefore && ++probes <= 20;
    return fails ? Result<void>(Error::Unavailable("connection refused")) : Result<void>();
  });
  while (probes <= 20) rig.clock.Advance(DriveOk().requeue_after);
  EXPECT_EQ(rotation.status.step, "Probe") << "it went back at the first answer";
  Finish();
  EXPECT_EQ(rotation.status.result, RotationResult::kFailed);
}

TEST_F(DriverTest, AStrongerRequestUndoesItAndRevokesItsKey) {
  rig.provider.behaviour.probe_refuses_new = true;
  DriveOk();
  ASSERT_EQ(rig.provider.LiveKeys().size(), 1u);
  superseded_by = "leak";
  EXPECT_TRUE(Finish().finished);
  EXPECT_EQ(rotation.status.result, RotationResult::kSuperseded);
  EXPECT_TRUE(rig.provider.LiveKeys().empty());
}

TEST_F(DriverTest, AnotherProcessGoesOnFromTheJournal) {
  rig.provider.behaviour.valid_after = 20s;
  DriveOk();
  PhaseTimers other_timers(rig.clock);
  RotationDriver other(rig.env, other_timers);
  credential = *rig.Read<ManagedCredential>({"payments", "stripe-live"});
  rotation = *rig.Read<CredentialRotation>({"payments", "first"});
  for (int i = 0; i < 60 && !rotation.status.result; ++i) {
    ASSERT_TRUE(other.Drive(credential, rotation, "", {}));
    rig.clock.Advance(1s);
  }
  EXPECT_EQ(rotation.status.result, RotationResult::kProven);
  EXPECT_EQ(rig.provider.keys().size(), 1u);
}

}  // namespace
}  // namespace keysteward::op
