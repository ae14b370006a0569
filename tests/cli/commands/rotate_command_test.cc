#include "cli/commands/rotate_command.h"

#include "cli/commands/rotation_follower.h"
#include "cli/exit_codes.h"
#include "common/duration.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::v1alpha1::Cause;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using api::v1alpha1::RotationResult;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kRotations = "credentialrotations.keysteward.dev";

class RotateCommand : public CommandTest {
 protected:
  RotateCommand() { options.name = "stripe-live"; }

  int Run() {
    const Result<int> status = RunRotate(context, options);
    EXPECT_TRUE(status) << status.error().ToString();
    return status.value_or(-1);
  }
  std::vector<json> Stored() {
    return server
        .List(api::KindOf<CredentialRotation>::resource, {.namespace_name = "payments"}, {})
        ->items;
  }
  // Before the n-th read of a rotation that gets through (from 1) `change` is made, as the operator
  // would.
  void BeforeRead(std::map<int, std::function<void()>> changes) {
    const auto reads = std::make_shared<int>(0);
    server.OnCall([=](const kube::CallRecord& call, kube::CallPhase phase) -> Result<void> {
      if (call.verb != "get" || call.resource != kRotations || phase != kube::CallPhase::kBefore) {
        return {};
      }
      const auto change = changes.find(++*reads);
      if (change != changes.end()) change->second();
      return {};
    });
  }

  RotateOptions options{.name = {}, .attach = {}, .reason = "SEC-123: key seen in build log"};
};

// --- What is asked for ---

TEST(RotateOptionsCheck, RulesOfTheServerAreToldBeforeAsking) {
  EXPECT_TRUE(CheckRotateOptions({.name = "a", .attach = {}, .reason = "why"}));
  EXPECT_TRUE(CheckRotateOptions({.name = {}, .attach = "a-8"}));
  EXPECT_TRUE(
      CheckRotateOptions({.name = "a", .attach = {}, .reason = {}, .cause = Cause::kOwnerChange}));
  const std::string either = "name a credential to rotate, or a rotation with --attach";
  EXPECT_EQ(CheckRotateOptions({}).error().message, either);
  EXPECT_EQ(CheckRotateOptions({.name = "a", .attach = "a-8"}).error().message, either);
  const std::string why =
      "say why with --reason, in 3 to 512 characters: --reason \"SEC-123: key seen in build log\"";
  EXPECT_EQ(CheckRotateOptions({.name = "a"}).error().message, why);
  EXPECT_EQ(CheckRotateOptions({.name = "a", .attach = {}, .reason = "ab"}).error().message, why);
  EXPECT_EQ(CheckRotateOptions({.name = "a", .attach = {}, .reason = std::string(513, 'x')})
                .error()
                .message,
            why);
  EXPECT_EQ(CheckRotateOptions({.name = "a", .attach = {}, .reason = {}, .cause = Cause::kLeak})
                .error()
                .message,
            why);
  EXPECT_EQ(CheckRotateOptions({.name = "a",
                                .attach = {},
                                .reason = "why",
                                .cause = Cause::kManual,
                                .emergency = false,
                                .revoke_first = true})
                .error()
                .message,
            "--revoke-first ends the old key before its consumers have moved: it needs --emergency "
            "too");
}

TEST(RotationRequestObject, HoldsOnlyWhatWasAskedFor) {
  EXPECT_EQ(RotationRequest({.name = "a", .attach = {}, .reason = "why"}, "payments"),
            json::parse(R"({"apiVersion":"keysteward.dev/v1alpha1","kind":"CredentialRotation",
              "metadata":{"generateName":"a-","namespace":"payments"},
              "spec":{"credentialRef":{"name":"a"},"cause":"Manual","reason":"why"}})"));
  const json leak = RotationRequest({.name = "a",
                                     .attach = {},
                                     .reason = "why",
                                     .cause = Cause::kLeak,
                                     .emergency = true,
                                     .revoke_first = true},
                                    "payments");
  EXPECT_EQ(leak["spec"]["cause"], "Leak");
  EXPECT_EQ(leak["spec"]["urgency"], "Emergency");
  EXPECT_EQ(leak["spec"]["revoke"], "First");
  EXPECT_FALSE(
      RotationRequest({.name = "a", .attach = {}, .reason = {}, .cause = Cause::kDecommission},
                      "p")["spec"]
          .contains("reason"));
}

TEST_F(RotateCommand, CreatesARotationAndSaysHowToWatchIt) {
  Store(ManagedCredentialBuilder());
  EXPECT_EQ(Run(), kExitOk);
  ASSERT_EQ(Stored().size(), 1u);
  const std::string name = Stored()[0]["metadata"]["name"];
  EXPECT_THAT(name, testing::MatchesRegex("stripe-live-.+"));
  EXPECT_EQ(Stored()[0]["spec"]["reason"], "SEC-123: key seen in build log");
  EXPECT_EQ(out(), "rotation payments/" + name + " created\nwatch it: keysteward rotate --attach " +
                       name + " -n payments\n");
  EXPECT_EQ(err(), "");
}

TEST_F(RotateCommand, PrintsTheObjectAsJsonInstead) {
  Store(ManagedCredentialBuilder());
  context.output = OutputFormat::kJson;
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(json::parse(out())["kind"], "CredentialRotation");
}

TEST_F(RotateCommand, AnUnknownCredentialIsNotAskedFor) {
  const Result<int> status = RunRotate(context, options);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(Stored(), testing::IsEmpty());
}

TEST_F(RotateCommand, WhatMakesTheRequestWaitIsSaid) {
  Store(ManagedCredentialBuilder().With([](ManagedCredential& c) {
    c.status.active_rotation = "stripe-live-8";
    c.spec.rotation.suspend = true;
  }));
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(err(),
            "note: rotation stripe-live-8 is running; this request waits for its end\n"
            "note: rotation of stripe-live is suspended; the request waits until "
            "spec.rotation.suspend is false\n");
}

TEST_F(RotateCommand, ALeakIsNotHeldUpBySuspension) {
  Store(ManagedCredentialBuilder().With(
      [](ManagedCredential& c) { c.spec.rotation.suspend = true; }));
  options.cause = Cause::kLeak;
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(err(), "");
}

TEST_F(RotateCommand, ARefusalNamesWhatWasAskedFor) {
  Store(ManagedCredentialBuilder());
  server.FailNext("create", kRotations, Error::PermissionDenied("forbidden"),
                  kube::CallPhase::kBefore);
  EXPECT_EQ(RunRotate(context, options).error().message,
            "ask for a rotation of payments/stripe-live: forbidden");
}

// --- Following it ---

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

TEST_F(RotateCommand, WaitFollowsWhatItCreated) {
  Store(ManagedCredentialBuilder());
  options.wait = true;
  BeforeRead({{2, [&] {
                 const CredentialRotation created =
                     api::v1alpha1::FromJson(Stored()[0], std::type_identity<CredentialRotation>())
                         .value();
                 CredentialRotation ended = CredentialRotationBuilder(created.metadata.name)
                                                .Ended(RotationResult::kRolledBack, clock.WallNow())
                                                .Build();
                 Store(ended);
               }}});
  EXPECT_EQ(Run(), kExitNo);
  EXPECT_THAT(out(), HasSubstr("created\nRolledBack"));
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
