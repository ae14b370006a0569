#include "cli/commands/status_command.h"

#include "cli/exit_codes.h"
#include "common/duration.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::v1alpha1::Cause;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::PreviousState;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class StatusCommand : public CommandTest {
 protected:
  int Run(const std::string& name = "stripe-live") {
    const Result<int> status = RunStatus(context, {.name = name});
    EXPECT_TRUE(status) << status.error().ToString();
    return status.value_or(-1);
  }
  WallTime now() const { return clock.WallNow(); }

  // Ready, key_7 of generation 7, key_6 revoked, 3 of 3 consumers.
  ManagedCredentialBuilder Working() {
    return ManagedCredentialBuilder().WithCurrentKey(7, "key_7").With([&](ManagedCredential& c) {
      c.status.current->issued_at = now() - 24h * 3;
      c.status.current->expires_at = now() + 24h * 87;
      c.status.expires_at = now() + 24h * 87;
      c.status.next_rotation_time = now() + 24h * 27;
      c.status.previous = {.generation = 6,
                           .revision = 6,
                           .key_id = "key_6",
                           .digest = "d",
                           .state = PreviousState::kRevoked};
      c.status.consumers = {.total = 3, .current = 3, .waiting = {}};
      Set(c, "Ready", "True", "KeyDelivered", "key key_7 is delivered in Secret stripe-live");
    });
  }
  void Set(ManagedCredential& c, const std::string& type, const std::string& status,
           const std::string& reason, const std::string& message) {
    SetCondition(c.status.conditions, {type, status, reason, message, 1, now()}, now());
  }
  std::string Next() const { return out().substr(out().find("\nNext") + 1); }
};

TEST_F(StatusCommand, AWorkingCredentialIsToldInFull) {
  Store(Working());
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(out(),
            "Credential   payments/stripe-live\n"
            "Owner        payments (payments-oncall@example.com)\n"
            "Purpose      Charge customers through Stripe\n"
            "Issuer       CredentialIssuer stripe\n"
            "Secret       stripe-live, revision 7\n"
            "\n"
            "Ready        yes: key key_7 is delivered in Secret stripe-live\n"
            "Key          key_7, generation 7, issued 2025-12-29T00:00:00Z (3d ago), expires "
            "2026-03-29T00:00:00Z (in 87d)\n"
            "Previous     key_6, generation 6: Revoked\n"
            "Consumers    3 of 3 run the current key\n"
            "Rotation     none is running\n"
            "\n"
            "Conditions\n"
            "  CONDITION   STATUS   REASON         SINCE   MESSAGE\n"
            "  Ready       True     KeyDelivered   0s      key key_7 is delivered in Secret "
            "stripe-live\n"
            "\n"
            "Next         Nothing to do. The key is rotated by itself at 2026-01-28T00:00:00Z (in "
            "27d)\n");
}

TEST_F(StatusCommand, ACredentialTheOperatorNeverSawSaysSoAndIsNotReady) {
  Store(ManagedCredentialBuilder());
  EXPECT_EQ(Run(), kExitNo);
  EXPECT_THAT(out(), HasSubstr("Ready        not known yet: the operator has not looked\n"));
  EXPECT_THAT(out(), HasSubstr("Key          none yet\nConsumers    none found\n"));
  EXPECT_EQ(Next(),
            "Next         The operator has not looked at this credential yet; if that lasts, look "
            "for the cause: keysteward check\n");
}

TEST_F(StatusCommand, ARunningRotationShowsItsStepsAndWhoWaits) {
  Store(Working().With([&](ManagedCredential& c) {
    c.status.active_rotation = "stripe-live-8";
    c.status.consumers = {
        .total = 3, .current = 1, .waiting = {{"Deployment", "api", "RolloutInProgress"}}};
  }));
  clock.Advance(10s);
  Store(CredentialRotationBuilder("stripe-live-8")
            .Because(Cause::kLeak, "SEC-123: seen in build log")
            .RequestedBy("alice")
            .WithStepDone("Issue", now() - 9s, now() - 8s)
            .WithStepRunning("Restart", now() - 5s));
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_THAT(out(), HasSubstr("Consumers    1 of 3 run the current key\n"
                               "  waiting    Deployment api: RolloutInProgress\n"));
  EXPECT_THAT(out(),
              HasSubstr("Rotation     stripe-live-8 is running: Leak, asked by alice, because "
                        "SEC-123: seen in build log, since 2026-01-01T00:00:10Z (0s ago)\n"
                        "  STEP      STATE     STARTED                TOOK   ATTEMPTS   DETAIL\n"
                        "  Issue     done      2026-01-01T00:00:01Z   1s     "));
  EXPECT_THAT(out(), HasSubstr("  Restart   running   2026-01-01T00:00:05Z   5s     "));
  EXPECT_EQ(
      Next(),
      "Next         Watch the rotation: keysteward rotate --attach stripe-live-8 -n payments\n");
}

TEST_F(StatusCommand, ABlockedRotationSaysWhyFirst) {
  Store(Working().With([&](ManagedCredential& c) { c.status.active_rotation = "stripe-live-8"; }));
  Store(CredentialRotationBuilder("stripe-live-8")
            .With([&](api::v1alpha1::CredentialRotation& rotation) {
              SetCondition(
                  rotation.status.conditions,
                  {"Blocked", "True", "RolloutPaused", "Deployment api is paused", 1, now()},
                  now());
            }));
  Run();
  EXPECT_THAT(out(), HasSubstr("  BLOCKED    RolloutPaused: Deployment api is paused\n"));
  EXPECT_THAT(Next(), testing::StartsWith("Next         Rotation stripe-live-8 is blocked: "
                                          "RolloutPaused: Deployment api is paused\n"));
}

TEST_F(StatusCommand, AnActiveRotationWhoseObjectIsGoneIsSaidToBeGone) {
  Store(Working().With([&](ManagedCredential& c) { c.status.active_rotation = "stripe-live-8"; }));
  Run();
  EXPECT_THAT(out(), HasSubstr("Rotation     stripe-live-8 (its object is gone)\n"));
}

TEST_F(StatusCommand, PastRotationsStandNewestFirstAndOnlyThoseOfThisCredential) {
  Store(Working());
  Store(CredentialRotationBuilder("stripe-live-6").Ended(RotationResult::kRolledBack, now() + 5s));
  clock.Advance(60s);
  Store(CredentialRotationBuilder("stripe-live-7")
            .Because(Cause::kManual, "SEC-1")
            .Ended(RotationResult::kProven, now() + 17s));
  Store(CredentialRotationBuilder("other-1").Of("other").Ended(RotationResult::kFailed, now()));
  clock.Advance(60s);
  Store(CredentialRotationBuilder("stripe-live-9").Because(Cause::kManual, "later"));
  EXPECT_EQ(Run(), kExitOk);
  const size_t queued = out().find("stripe-live-9   Manual     (queued)");
  const size_t newer = out().find("stripe-live-7   Manual     Proven");
  const size_t older = out().find("stripe-live-6   Schedule   RolledBack");
  EXPECT_LT(queued, newer) << out();
  EXPECT_LT(newer, older) << out();
  EXPECT_NE(older, std::string::npos) << out();
  EXPECT_THAT(out(), Not(HasSubstr("other-1")));
}

TEST_F(StatusCommand, ARefusedKeyIsNotReady) {
  Store(Working().With([&](ManagedCredential& c) {
    Set(c, "Ready", "False", "KeyRefused", "the provider refuses key key_7");
  }));
  EXPECT_EQ(Run(), kExitNo);
  EXPECT_THAT(out(), HasSubstr("Ready        NO, KeyRefused: the provider refuses key key_7\n"));
  EXPECT_THAT(Next(),
              HasSubstr("The key does not work: KeyRefused: the provider refuses key key_7\n"));
}

TEST_F(StatusCommand, JsonHoldsTheObjectsAndWhatComesNext) {
  Store(Working());
  Store(CredentialRotationBuilder("stripe-live-7").Ended(RotationResult::kProven, now()));
  context.output = OutputFormat::kJson;
  EXPECT_EQ(Run(), kExitOk);
  const json answer = json::parse(out());
  EXPECT_EQ(answer["credential"]["status"]["current"]["keyId"], "key_7");
  EXPECT_EQ(answer["rotations"][0]["metadata"]["name"], "stripe-live-7");
  EXPECT_THAT(answer["next"][0].get<std::string>(), HasSubstr("Nothing to do."));
}

TEST_F(StatusCommand, AnUnknownNameIsNamedInTheError) {
  const Result<int> status = RunStatus(context, {.name = "stripe-lve"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(status.error().message,
              testing::StartsWith("ManagedCredential payments/stripe-lve: "));
}

TEST_F(StatusCommand, RotationsThatMayNotBeReadAreAnErrorNotAnEmptyHistory) {
  Store(Working());
  server.FailNext("list", "credentialrotations.keysteward.dev",
                  Error::PermissionDenied("forbidden"), kube::CallPhase::kBefore);
  const Result<int> status = RunStatus(context, {.name = "stripe-live"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "list CredentialRotations of namespace payments: forbidden");
}

TEST_F(StatusCommand, TextOfTheClusterCannotDriveTheTerminal) {
  Store(
      Working().With([](ManagedCredential& c) { c.spec.purpose = "x\x1b]0;pwn\x07\nReady  yes"; }));
  Run();
  EXPECT_THAT(out(), HasSubstr("Purpose      x\\x1B]0;pwn\\x07\\x0AReady  yes\n"));
}

}  // namespace
}  // namespace keysteward::cli
