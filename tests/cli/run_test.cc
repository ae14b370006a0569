#include "cli/run.h"

#include "cli/exit_codes.h"
#include "tests/cli/command_test.h"
#include "tests/evidence/evidence_samples.h"

namespace keysteward::cli {
namespace {

using builders::ManagedCredentialBuilder;
using testing::HasSubstr;
using testing::StartsWith;

class RunTest : public CommandTest {
 protected:
  int Main(std::vector<const char*> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "kubectl-keysteward");
    in_.clear();
    in_.str(input);
    out_.str("");
    err_.str("");
    const ParsedCommandLine parsed =
        ParseCommandLine(static_cast<int>(arguments.size()), arguments.data(), out_, err_);
    if (!parsed.run) return parsed.exit_code;
    return cli::Run(parsed.line,
                    {.clock = clock,
                     .in = in_,
                     .out = out_,
                     .err = err_,
                     .connect = [&](const CommandLine& line) { return Connect(line); }});
  }
  Result<Connected> Connect(const CommandLine& line) {
    ++connections_;
    if (connect_error_) return *connect_error_;
    const std::string& given = line.flags.namespace_name;
    return Connected{nullptr, &client, given.empty() ? "payments" : given, "https://10.0.0.1:6443"};
  }

  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  int connections_ = 0;
  std::optional<Error> connect_error_;
};

TEST_F(RunTest, CommandsUseTheContextsNamespaceUnlessTold) {
  Store(ManagedCredentialBuilder("a"));
  Store(ManagedCredentialBuilder("b").In("billing"));
  EXPECT_EQ(Main({"list"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("\na "));
  EXPECT_EQ(Main({"list", "-n", "billing"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("\nb "));
  EXPECT_EQ(Main({"status", "a"}), kExitNo) << "not ready";
  EXPECT_EQ(Main({"rotate", "a", "--reason", "SEC-1: x"}), kExitOk);
  EXPECT_EQ(Main({"check"}), kExitNo);
  EXPECT_EQ(Main({"version"}), kExitOk);
}

TEST_F(RunTest, ErrorsAreExplainedUnderTheNameItWasCalledBy) {
  EXPECT_EQ(Main({"status", "nothing"}), kExitNo);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), StartsWith("error: ManagedCredential payments/nothing: "));
  EXPECT_THAT(err_.str(), HasSubstr("\nnext:  kubectl keysteward list -n payments\n"));
}

TEST_F(RunTest, AnUnreachableServerExitsThreeAndIsNamed) {
  server.FailNext("list", "", Error::Unavailable("connection refused"), kube::CallPhase::kBefore);
  EXPECT_EQ(Main({"list"}), kExitFault);
  EXPECT_THAT(err_.str(), HasSubstr("no answer from https://10.0.0.1:6443"));
}

TEST_F(RunTest, ABadKubeconfigIsWrongInput) {
  connect_error_ =
      Error::NotFound("no kubeconfig found (looked at /x); set --kubeconfig or KUBECONFIG");
  EXPECT_EQ(Main({"list"}), kExitUsage);
  EXPECT_EQ(err_.str(),
            "error: no kubeconfig found (looked at /x); set --kubeconfig or KUBECONFIG\n"
            "next:  kubectl config get-contexts\n");
}

TEST_F(RunTest, WrongRotateFlagsNeedNoCluster) {
  EXPECT_EQ(Main({"rotate", "a"}), kExitUsage);
  EXPECT_THAT(err_.str(), StartsWith("error: say why with --reason"));
  EXPECT_EQ(connections_, 0);
}

TEST_F(RunTest, OfflineCommandsConnectToNothing) {
  const evidence::SampleChain chain = evidence::FourRotations();
  EXPECT_EQ(Main({"evidence", "verify", "-"}, evidence::FormatBundle(chain.MakeBundle())),
            kExitOpen);
  EXPECT_EQ(Main({"evidence", "verify", "-", "--fingerprint", evidence::kTestFingerprint},
                 evidence::FormatBundle(chain.MakeBundle())),
            kExitOk);
  EXPECT_EQ(Main({"evidence", "verify", "-"}, "junk"), kExitUsage);
  EXPECT_EQ(Main({"scan", "-"}, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"), kExitOk);
  EXPECT_EQ(Main({"scan", "-"}, "a: [\n"), kExitUsage);
  EXPECT_EQ(Main({"scan"}), kExitUsage);
  EXPECT_EQ(Main({"scan", "--cluster", "--staged"}), kExitUsage) << "said without connecting";
  EXPECT_EQ(Main({"version", "--client"}), kExitOk);
  EXPECT_EQ(out_.str(), "Client: keysteward 0.1.0\n");
  EXPECT_EQ(connections_, 0);
}

TEST_F(RunTest, OnlyAFollowedRotationWaits) {
  CommandLine line;
  EXPECT_FALSE(Waits(line));
  line.command = RotateOptions{.name = "a"};
  EXPECT_FALSE(Waits(line));
  line.command = RotateOptions{.name = "a",
                               .attach = {},
                               .reason = {},
                               .cause = {},
                               .emergency = {},
                               .revoke_first = {},
                               .wait = true};
  EXPECT_TRUE(Waits(line));
  line.command = RotateOptions{.name = {}, .attach = "a-8"};
  EXPECT_TRUE(Waits(line));
}

}  // namespace
}  // namespace keysteward::cli
