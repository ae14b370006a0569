#include "cli/commands/rotation_follower.h"

#include "cli/exit_codes.h"
#include "common/duration.h"
#include "tests/cli/rotate_command_fixture.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class FollowedRotation : public RotateCommand {
 protected:
  FollowedRotation() {
    Store(rotation);
    options = {.name = {}, .attach = "stripe-live-8"};
  }
  WallTime now() const { return clock.WallNow(); }

  CredentialRotationBuilder rotation = CredentialRotationBuilder("stripe-live-8");
};

TEST_F(FollowedRotation, EachStepIsALineAsItCompletesAndTheEndIsTold) {
  BeforeRead({{2, [&] { Store(rotation.WithStepDone("Issue", now() - 1s, now()).Build()); }},
              {4, [&] { Store(rotation.WithStepDone("Deliver", now() - 2s, now()).Build()); }},
              {5, [&] {
                 Store(rotation.Ended(RotationResult::kProven, now())
                           .With([](CredentialRotation& r) {
                             r.status.took = "17s";
                             r.status.conditions[0].message = "old key refused by its provider";
                           })
                           .Build());
               }}});
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(out(),
            "00:00:01Z  Issue           1s     \n"
            "00:00:03Z  Deliver         2s     \n"
            "Proven after 17s: old key refused by its provider\n");
}

TEST_F(FollowedRotation, OnlyProvenAndCompletedAreSuccess) {
  for (const auto& [result, status] :
       std::map<RotationResult, int>{{RotationResult::kProven, kExitOk},
                                     {RotationResult::kCompleted, kExitOk},
                                     {RotationResult::kRolledBack, kExitNo},
                                     {RotationResult::kFailed, kExitNo},
                                     {RotationResult::kSuperseded, kExitNo}}) {
    Store(CredentialRotationBuilder("stripe-live-8").Ended(result, now()).Build());
    EXPECT_EQ(Run(), status) << EnumName(result);
  }
}

TEST_F(FollowedRotation, ATimeoutLeavesItRunningAndSaysHowToReattach) {
  options.timeout = 5s;
  EXPECT_EQ(Run(), kExitOpen);
  EXPECT_EQ(err(),
            "not finished after 5s; the rotation goes on without us\n"
            "watch it again: keysteward rotate --attach stripe-live-8 -n payments\n");
  EXPECT_EQ(server.CallCount("get", kRotations), 6u);
  EXPECT_EQ(server.CallCount("delete", ""), 0u);
}

TEST_F(FollowedRotation, CtrlCLeavesItRunningAndSaysHowToReattach) {
  std::stop_source stop;
  context.stop = stop.get_token();
  BeforeRead({{3, [&] { stop.request_stop(); }}});
  EXPECT_EQ(Run(), kExitOpen);
  EXPECT_EQ(err(),
            "stopped watching; the rotation goes on without us\n"
            "watch it again: keysteward rotate --attach stripe-live-8 -n payments\n");
}

TEST_F(FollowedRotation, AServerThatIsAwayIsAskedAgainAndToldOnce) {
  for (int i = 0; i < 3; ++i) {
    server.FailNext("get", kRotations, Error::Unavailable("connection refused"),
                    kube::CallPhase::kBefore);
  }
  BeforeRead({{2, [&] { Store(rotation.Ended(RotationResult::kProven, now()).Build()); }}});
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(err(),
            "note: CredentialRotation payments/stripe-live-8: connection refused; asking again\n");
}

TEST_F(FollowedRotation, ARotationThatIsDeletedMeanwhileIsAnError) {
  BeforeRead({{3, [&] {
                 ASSERT_TRUE(server.Delete(api::KindOf<CredentialRotation>::resource,
                                           {"payments", "stripe-live-8"}, {}, {}));
               }}});
  const Result<int> status = RunRotate(context, options);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
}

TEST_F(FollowedRotation, ABlockIsToldOnceAndAgainWhenItChanges) {
  const auto block = [&](const std::string& reason) {
    return [this, reason] {
      Store(rotation
                .With([&](CredentialRotation& r) {
                  SetCondition(r.status.conditions,
                               {"Blocked", "True", reason, "Deployment api", 1, now()}, now());
                })
                .Build());
    };
  };
  options.timeout = 6s;
  BeforeRead({{2, block("RolloutPaused")}, {5, block("CrashLooping")}});
  EXPECT_EQ(Run(), kExitOpen);
  EXPECT_EQ(out(),
            "blocked: RolloutPaused: Deployment api\nblocked: CrashLooping: Deployment api\n");
}

TEST_F(FollowedRotation, APlaceInTheQueueIsTold) {
  Store(rotation
            .With([&](CredentialRotation& r) {
              SetCondition(r.status.conditions,
                           {"Complete", "False", "Queued", "behind stripe-live-7", 1, now()},
                           now());
            })
            .Build());
  options.timeout = 1s;
  EXPECT_EQ(Run(), kExitOpen);
  EXPECT_EQ(out(), "queued: behind stripe-live-7\n");
}

TEST_F(FollowedRotation, WithJsonTheLinesGoAsideAndTheObjectIsPrinted) {
  context.output = OutputFormat::kJson;
  Store(rotation.WithStepDone("Issue", now() - 1s, now())
            .Ended(RotationResult::kProven, now())
            .Build());
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(json::parse(out())["status"]["result"], "Proven");
  EXPECT_THAT(err(), HasSubstr("Issue"));
}

TEST(RotationStory, TellsEachStepOnceWhateverTheOrderOfReads) {
  const WallTime start = ParseTime("2026-12-20T02:00:00Z").value();
  RotationStory story;
  CredentialRotationBuilder builder;
  EXPECT_THAT(story.NewLines(builder.Build()), ElementsAre());
  builder.WithStepDone("Issue", start, start + 1s).WithStepRunning("Stage", start + 1s);
  EXPECT_THAT(story.NewLines(builder.Build()), ElementsAre(HasSubstr("02:00:01Z  Issue")));
  EXPECT_THAT(story.NewLines(builder.Build()), ElementsAre());
  builder.WithStepDone("Probe", start + 2s, start + 3s);
  EXPECT_THAT(story.NewLines(builder.Build()), ElementsAre(HasSubstr("02:00:03Z  Probe")));
}

TEST(RotationStory, ALongStepIsToldWhenItBeginsAndWhenItEnds) {
  const WallTime start = ParseTime("2026-12-20T02:00:00Z").value();
  RotationStory story;
  CredentialRotation rotation =
      CredentialRotationBuilder().WithStepRunning("Overlap", start).Build();
  rotation.status.steps.front().message = "both keys live for 10m";
  EXPECT_THAT(story.NewLines(rotation),
              ElementsAre("02:00:00Z  Overlap         begun  both keys live for 10m"));
  EXPECT_THAT(story.NewLines(rotation), ElementsAre());
  rotation.status.steps.front().completed_at = start + 600s;
  rotation.status.steps.front().message = "both keys lived for 10m";
  EXPECT_THAT(story.NewLines(rotation),
              ElementsAre("02:10:00Z  Overlap         10m    both keys lived for 10m"));
}

}  // namespace
}  // namespace keysteward::cli
