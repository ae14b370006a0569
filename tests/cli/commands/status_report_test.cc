#include "cli/commands/status_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "common/duration.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using testing::HasSubstr;
using testing::Not;

WallTime Now() { return ParseTime("2026-12-20T02:00:00Z").value(); }

std::string Printed(const ManagedCredential& credential,
                    const std::vector<CredentialRotation>& rotations = {},
                    std::vector<std::string> next = {"Nothing to do"}) {
  StatusReport report{
      .credential = credential, .rotations = {}, .next = std::move(next), .now = Now()};
  for (const CredentialRotation& rotation : rotations) report.rotations.push_back(&rotation);
  std::ostringstream out;
  PrintStatus(report, out);
  return out.str();
}

ManagedCredential Rotating() {
  return ManagedCredentialBuilder()
      .WithCurrentKey(7, "key_7")
      .With([](ManagedCredential& c) { c.status.active_rotation = "stripe-live-8"; })
      .Build();
}

TEST(StatusReport, EverySectionThatHasNothingToSayIsLeftOut) {
  const std::string text = Printed(ManagedCredentialBuilder().Build());
  EXPECT_THAT(text, Not(HasSubstr("Previous")));
  EXPECT_THAT(text, Not(HasSubstr("Last rotations")));
  EXPECT_THAT(text, Not(HasSubstr("Conditions")));
  EXPECT_THAT(text, testing::EndsWith("\nNext         Nothing to do\n"));
}

TEST(StatusReport, SeveralNextLinesStandUnderEachOther) {
  EXPECT_THAT(Printed(ManagedCredentialBuilder().Build(), {}, {"First", "Second"}),
              testing::EndsWith("Next         First\n             Second\n"));
}

TEST(StatusReport, AKeyWithoutTimesShowsNone) {
  EXPECT_THAT(Printed(ManagedCredentialBuilder().WithCurrentKey(7, "key_7").Build()),
              HasSubstr("Key          key_7, generation 7\n"));
}

TEST(StatusReport, AnExpiredKeySaysHowLongAgo) {
  const auto credential =
      ManagedCredentialBuilder()
          .WithCurrentKey(7, "key_7")
          .With([](ManagedCredential& c) { c.status.current->expires_at = Now() - 2h; })
          .Build();
  EXPECT_THAT(Printed(credential), HasSubstr("expires 2026-12-20T00:00:00Z (120m ago)\n"));
}

TEST(StatusReport, OnlyTheLastFiveRotationsAreShown) {
  std::vector<CredentialRotation> rotations;
  for (int i = 20; i > 10; --i) {
    rotations.push_back(CredentialRotationBuilder("stripe-live-" + std::to_string(i))
                            .Ended(RotationResult::kProven, Now() - 24h)
                            .Build());
  }
  const std::string text = Printed(ManagedCredentialBuilder().Build(), rotations);
  EXPECT_THAT(text, HasSubstr("stripe-live-16"));
  EXPECT_THAT(text, Not(HasSubstr("stripe-live-15")));
}

TEST(StatusReport, TheRunningRotationStandsAboveAndNotAmongTheLast) {
  const std::string text = Printed(Rotating(), {CredentialRotationBuilder("stripe-live-8").Build(),
                                                CredentialRotationBuilder("stripe-live-7")
                                                    .Ended(RotationResult::kCompleted, Now() - 24h)
                                                    .Build()});
  EXPECT_THAT(text, HasSubstr("Rotation     stripe-live-8 is running: Schedule"));
  EXPECT_EQ(text.rfind("stripe-live-8"), text.find("stripe-live-8"));
  EXPECT_THAT(text, HasSubstr("stripe-live-7   Schedule   Completed"));
}

TEST(StatusReport, StepsShowAttemptsAndTheirMessages) {
  CredentialRotationBuilder builder("stripe-live-8");
  builder.WithStepDone("Issue", Now() - 30s, Now() - 28s)
      .WithStepRunning("Restart", Now() - 20s)
      .With([](CredentialRotation& rotation) {
        rotation.status.steps[0].message = "key key_8 issued";
        rotation.status.steps[1].attempts = 3;
        rotation.status.steps.push_back({.name = "Verify"});
      });
  const std::string text = Printed(Rotating(), {builder.Build()});
  EXPECT_THAT(text, HasSubstr("key key_8 issued\n"));
  EXPECT_THAT(text, testing::ContainsRegex("Restart +running +2026-12-20T01:59:40Z +20s +3 +-\n"));
  EXPECT_THAT(text, testing::ContainsRegex("Verify +not begun +- +- +0 +-\n"));
}

TEST(StatusReport, ABlockThatIsOverIsNotShown) {
  const CredentialRotation rotation =
      CredentialRotationBuilder("stripe-live-8")
          .With([](CredentialRotation& r) {
            r.status.conditions.push_back({"Blocked", "False", "Passed", "was paused", 1, Now()});
          })
          .Build();
  EXPECT_THAT(Printed(Rotating(), {rotation}), Not(HasSubstr("BLOCKED")));
}

TEST(StatusReport, FindsTheActiveRotationByItsName) {
  const CredentialRotation other = CredentialRotationBuilder("stripe-live-7").Build();
  const CredentialRotation active = CredentialRotationBuilder("stripe-live-8").Build();
  EXPECT_EQ(ActiveRotation(Rotating(), {&other, &active}), &active);
  EXPECT_EQ(ActiveRotation(Rotating(), {&other}), nullptr);
  EXPECT_EQ(ActiveRotation(ManagedCredentialBuilder().Build(), {&other}), nullptr);
}

TEST(StatusReport, TextOfManyKindsCannotDriveTheTerminal) {
  const std::string evil = "x\x1b[2J\ny";
  ManagedCredential credential = Rotating();
  credential.spec.owner.contact = evil;
  credential.status.current->key_id = evil;
  credential.status.consumers = {.total = 1, .current = 0, .waiting = {{"Pod", evil, evil}}};
  credential.status.conditions.push_back({"Ready", "True", evil, evil, 1, Now()});
  CredentialRotation rotation = CredentialRotationBuilder("stripe-live-8")
                                    .RequestedBy(evil)
                                    .WithStepRunning("Issue", Now())
                                    .Build();
  rotation.status.steps[0].message = evil;
  rotation.status.conditions.push_back({"Blocked", "True", evil, evil, 1, Now()});
  const std::string text = Printed(credential, {rotation}, {evil});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\ny")));
}

}  // namespace
}  // namespace keysteward::cli
