#include "cli/output/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_codes.h"

namespace keysteward::cli {
namespace {

using testing::HasSubstr;

const Scene kScene{.program = "kubectl keysteward",
                   .namespace_name = "payments",
                   .server = "https://10.0.0.1:6443"};

TEST(Explanation, AMissingObjectPointsToTheList) {
  EXPECT_EQ(Explain(Error::NotFound("ManagedCredential payments/x: not found"), kScene),
            "error: ManagedCredential payments/x: not found\n"
            "next:  kubectl keysteward list -n payments\n");
}

TEST(Explanation, AMissingKindMeansNotInstalled) {
  for (const char* message : {"list: the server could not find the requested resource",
                              "list: the server answered without a Kubernetes status (HTTP 404)"}) {
    EXPECT_EQ(
        Explain(Error::NotFound(message), kScene),
        "error: " + std::string(message) +
            "\nwhy:   this cluster has no Keysteward kinds, so Keysteward is not installed in "
            "it\nnext:  kubectl keysteward check\n");
  }
}

TEST(Explanation, NotLoggedInAndNotAllowedAreToldApart) {
  const std::string login =
      Explain(Error::Make(ErrorCode::kUnauthenticated, "Unauthorized"), kScene);
  EXPECT_EQ(
      login,
      "error: Unauthorized\n"
      "why:   the API server does not accept your login (401): it is missing, wrong or expired\n"
      "next:  log in again, then: kubectl auth whoami\n");
  const std::string denied = Explain(Error::PermissionDenied("forbidden"), kScene);
  EXPECT_EQ(
      denied,
      "error: forbidden\n"
      "why:   you are known, but not allowed to do this (403)\n"
      "next:  kubectl auth can-i --list -n payments; roles that help are listed in docs/cli.md\n");
}

TEST(Explanation, AnUnreachableServerIsNamed) {
  EXPECT_EQ(
      Explain(Error::Unavailable("connection refused"), kScene),
      "error: connection refused\n"
      "why:   no answer from https://10.0.0.1:6443: wrong kubeconfig or context, no network, or "
      "it is down\n"
      "next:  kubectl cluster-info\n");
}

TEST(Explanation, ALostAnswerWarnsBeforeTryingAgain) {
  EXPECT_THAT(
      Explain(Error::UnknownOutcome("reset"), kScene),
      HasSubstr("may or may not have taken effect\nnext:  kubectl keysteward list -n payments"));
}

TEST(Explanation, EveryOtherErrorSaysAtLeastWhatFailed) {
  EXPECT_EQ(Explain(Error::Conflict("changed meanwhile"), kScene), "error: changed meanwhile\n");
  EXPECT_EQ(Explain(Error::FailedPrecondition("x"), kScene),
            "error: x\nnext:  kubectl keysteward check\n");
  EXPECT_THAT(Explain(Error::Internal("x"), kScene), HasSubstr("a defect of keysteward"));
  EXPECT_THAT(Explain(Error::DeadlineExceeded("x"), kScene), HasSubstr("--request-timeout"));
  EXPECT_THAT(Explain(Error::Make(ErrorCode::kResourceExhausted, "x"), kScene), HasSubstr("(429)"));
  EXPECT_THAT(Explain(Error::InvalidArgument("x"), kScene), HasSubstr("kubectl keysteward --help"));
}

TEST(Explanation, AServersTextCannotDriveTheTerminal) {
  EXPECT_THAT(Explain(Error::Conflict("a\x1b[2J\nnext:  rm -rf /"), kScene),
              HasSubstr("error: a\\x1B[2J\\x0Anext:  rm -rf /\n"));
}

TEST(Explanation, EveryCodeHasItsExitStatus) {
  const std::vector<std::pair<ErrorCode, int>> rows = {
      {ErrorCode::kNotFound, kExitNo},           {ErrorCode::kInvalidArgument, kExitUsage},
      {ErrorCode::kTooLarge, kExitUsage},        {ErrorCode::kDeadlineExceeded, kExitOpen},
      {ErrorCode::kCancelled, kExitOpen},        {ErrorCode::kUnavailable, kExitFault},
      {ErrorCode::kUnauthenticated, kExitFault}, {ErrorCode::kPermissionDenied, kExitFault},
      {ErrorCode::kInternal, kExitFault},        {ErrorCode::kUnknownOutcome, kExitFault},
      {ErrorCode::kConflict, kExitFault},        {ErrorCode::kResourceExhausted, kExitFault}};
  for (const auto& [code, status] : rows) {
    EXPECT_EQ(ExitCodeOf(Error::Make(code, "")), status) << ErrorCodeName(code);
  }
}

}  // namespace
}  // namespace keysteward::cli
