#include "cli/commands/version_command.h"

#include "cli/commands/server_info.h"
#include "cli/exit_codes.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

class VersionCommand : public CommandTest {};

TEST_F(VersionCommand, ClientAndServerAreTold) {
  ASSERT_EQ(RunVersion(context).value_or(-1), kExitOk);
  EXPECT_EQ(out(), "Client: keysteward 0.1.0\nServer: Kubernetes v1.36.0\nKinds:  not installed\n");
}

TEST_F(VersionCommand, KindsAreCountedWithoutTheirSubresources) {
  client.Answer("/apis/keysteward.dev/v1alpha1",
                std::string(R"({"resources":[{"name":"managedcredentials/status"},
                               {"name":"managedcredentials"},{"name":"credentialrotations"}]})"));
  EXPECT_THAT(ReadServerInfo(context)->kinds,
              ElementsAre("credentialrotations", "managedcredentials"));
  ASSERT_TRUE(RunVersion(context));
  EXPECT_THAT(out(), testing::HasSubstr("Kinds:  keysteward.dev/v1alpha1, 2 kinds\n"));
}

TEST_F(VersionCommand, TheClientIsToldEvenWhenTheServerIsAway) {
  client.Answer("/version", Error::Unavailable("connection refused"));
  const Result<int> status = RunVersion(context);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "ask the API server for its version: connection refused");
  EXPECT_EQ(out(), "Client: keysteward 0.1.0\n");
}

TEST_F(VersionCommand, JsonHoldsBoth) {
  context.output = OutputFormat::kJson;
  ASSERT_TRUE(RunVersion(context));
  const json answer = json::parse(out());
  EXPECT_EQ(answer["client"]["version"], "0.1.0");
  EXPECT_EQ(answer["server"]["kubernetes"], "v1.36.0");
  EXPECT_THAT(answer["server"]["kinds"], IsEmpty());
}

TEST_F(VersionCommand, MinorsOfVendorsAreRead) {
  for (const auto& [minor, expected] : std::map<std::string, int>{
           {"36", 36}, {"31+", 31}, {"", 0}, {"x", 0}, {"99999999999999", 0}}) {
    client.Answer("/version", json{{"gitVersion", "v1"}, {"minor", minor}}.dump());
    EXPECT_EQ(ReadServerInfo(context)->minor, expected) << minor;
  }
}

TEST_F(VersionCommand, AnswersThatAreNoVersionAreErrors) {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"gitVersion":7})"}) {
    client.Answer("/version", std::string(body));
    EXPECT_FALSE(ReadServerInfo(context)) << body;
  }
  client.Answer("/version", std::string(R"({"gitVersion":"v1.36.0","minor":"36"})"));
  client.Answer("/apis/keysteward.dev/v1alpha1", std::string(R"({"resources":7})"));
  EXPECT_FALSE(ReadServerInfo(context));
  client.Answer("/apis/keysteward.dev/v1alpha1", Error::PermissionDenied("forbidden"));
  EXPECT_EQ(ReadServerInfo(context).error().message, "discover keysteward.dev/v1alpha1: forbidden");
}

}  // namespace
}  // namespace keysteward::cli
