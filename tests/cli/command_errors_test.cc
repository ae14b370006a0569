// Every command that talks to a cluster, under every error a cluster gives: the exit status that
// scripts rely on, one line that says what failed, and nothing on standard output.
#include "cli/exit_codes.h"
#include "cli/run.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kCredentials = "managedcredentials.keysteward.dev";
constexpr const char* kRotations = "credentialrotations.keysteward.dev";

struct Failing {
  const char* name;
  std::vector<const char*> arguments;
  const char* verb;      // of the call that fails
  const char* resource;  // "" any
};

struct Answer {
  Error error;
  int exit_code;
  const char* advice;  // part of the explanation
};

std::vector<Answer> Answers() {
  return {{Error::Make(ErrorCode::kUnauthenticated, "no login"), kExitFault,
           "does not accept your login (401)"},
          {Error::PermissionDenied("forbidden"), kExitFault, "not allowed to do this (403)"},
          {Error::Unavailable("connection refused"), kExitFault, "no answer from https://cluster"},
          {Error::DeadlineExceeded("too late"), kExitOpen, "--request-timeout"},
          {Error::Make(ErrorCode::kResourceExhausted, "busy"), kExitFault, "overloaded (429)"},
          {Error::Internal("boom"), kExitFault, "defect of keysteward"}};
}

class CommandErrors : public CommandTest, public testing::WithParamInterface<Failing> {
 protected:
  // The command of the row with `more` behind it.
  int Main(const std::vector<const char*>& more = {}) {
    std::vector<const char*> arguments = GetParam().arguments;
    arguments.insert(arguments.begin(), "keysteward");
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ParsedCommandLine parsed =
        ParseCommandLine(static_cast<int>(arguments.size()), arguments.data(), out_, err_);
    EXPECT_TRUE(parsed.run) << err_.str();
    const auto connect = [this](const CommandLine&) -> Result<Connected> {
      return Connected{nullptr, &client, "payments", "https://cluster"};
    };
    return cli::Run(parsed.line,
                    {.clock = clock, .in = in_, .out = out_, .err = err_, .connect = connect});
  }

  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_P(CommandErrors, AreExplainedWithTheirExitStatus) {
  Store(builders::ManagedCredentialBuilder());
  for (const Answer& answer : Answers()) {
    out_.str("");
    err_.str("");
    server.FailNext(GetParam().verb, GetParam().resource, answer.error, kube::CallPhase::kBefore);
    EXPECT_EQ(Main(), answer.exit_code) << answer.error.ToString();
    EXPECT_THAT(err_.str(), StartsWith("error: ")) << answer.error.ToString();
    EXPECT_THAT(err_.str(), HasSubstr(answer.error.message));
    EXPECT_THAT(err_.str(), HasSubstr(answer.advice));
    EXPECT_THAT(err_.str(), HasSubstr("\nnext:  ")) << "the way out";
    EXPECT_EQ(out_.str(), "") << answer.error.ToString();
  }
}

TEST_P(CommandErrors, AreTheSameForScriptsThatReadJson) {
  if (std::string_view(GetParam().name).starts_with("Evidence")) return;  // has no --output
  Store(builders::ManagedCredentialBuilder());
  server.FailNext(GetParam().verb, GetParam().resource, Error::PermissionDenied("forbidden"),
                  kube::CallPhase::kBefore);
  EXPECT_EQ(Main({"-o", "json"}), kExitFault);
  EXPECT_EQ(out_.str(), "") << "half an object would be read as a whole one";
}

INSTANTIATE_TEST_SUITE_P(
    OnCluster, CommandErrors,
    testing::Values(
        Failing{"List", {"list"}, "list", kCredentials},
        Failing{"Status", {"status", "stripe-live"}, "get", kCredentials},
        Failing{"StatusHistory", {"status", "stripe-live"}, "list", kRotations},
        Failing{"RotateReads", {"rotate", "stripe-live", "--reason", "SEC-1"}, "get", kCredentials},
        Failing{"RotateAsks", {"rotate", "stripe-live", "--reason", "SEC-1"}, "create", kRotations},
        Failing{"EvidenceExport", {"evidence", "export", "stripe-live"}, "list", kRotations}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
}  // namespace keysteward::cli
