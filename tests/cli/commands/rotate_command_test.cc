#include "cli/commands/rotate_command.h"

#include "cli/exit_codes.h"
#include "common/duration.h"
#include "tests/cli/rotate_command_fixture.h"

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
using testing::HasSubstr;

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

}  // namespace
}  // namespace keysteward::cli
