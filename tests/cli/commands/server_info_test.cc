#include "cli/commands/server_info.h"

#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kDiscovery = "/apis/keysteward.dev/v1alpha1";

class ServerInfoTest : public CommandTest {
 protected:
  Result<ServerInfo> Read(const std::string& version, const std::string& kinds) {
    client.Answer("/version", version);
    client.Answer(kDiscovery, kinds);
    return ReadServerInfo(context);
  }
  static constexpr const char* kVersion = R"({"minor": "36", "gitVersion": "v1.36.3"})";
};

TEST_F(ServerInfoTest, TellsVersionAndKindsInOrder) {
  const auto info = Read(kVersion, R"({"resources": [{"name": "managedcredentials"},
      {"name": "managedcredentials/status"}, {"name": "credentialissuers"}]})");
  ASSERT_TRUE(info) << info.error().ToString();
  EXPECT_EQ(info->git_version, "v1.36.3");
  EXPECT_EQ(info->minor, 36);
  EXPECT_THAT(info->kinds, ElementsAre("credentialissuers", "managedcredentials"));
}

TEST_F(ServerInfoTest, MinorsThatAreNoNumberAreZero) {
  for (const auto& [minor, number] :
       {std::pair{"36+", 36}, {"30", 30}, {"", 0}, {"x", 0}, {"+1", 0}}) {
    const auto info = Read(std::string(R"({"gitVersion": "v", "minor": ")") + minor + "\"}", "{}");
    ASSERT_TRUE(info) << minor;
    EXPECT_EQ(info->minor, number) << minor;
  }
}

TEST_F(ServerInfoTest, AClusterWithoutOurKindsIsAnAnswer) {
  client.Answer("/version", std::string(kVersion));
  client.Answer(kDiscovery, Error::NotFound("the server could not find the requested resource"));
  const auto info = ReadServerInfo(context);
  ASSERT_TRUE(info) << info.error().ToString();
  EXPECT_THAT(info->kinds, IsEmpty());
}

TEST_F(ServerInfoTest, AServerThatDoesNotAnswerIsNoEmptyCluster) {
  client.Answer("/version", Error::Unavailable("connection refused"));
  EXPECT_EQ(ReadServerInfo(context).error(),
            Error::Unavailable("ask the API server for its version: connection refused"));
  client.Answer("/version", std::string(kVersion));
  client.Answer(kDiscovery, Error::PermissionDenied("forbidden"));
  EXPECT_EQ(ReadServerInfo(context).error(),
            Error::PermissionDenied("discover keysteward.dev/v1alpha1: forbidden"));
}

TEST_F(ServerInfoTest, AnswersOfAnotherShapeNameTheirField) {
  EXPECT_THAT(Read("{}", "{}").error().message, HasSubstr("version.gitVersion: is required"));
  EXPECT_THAT(Read("<html>", "{}").error().message, testing::Not(HasSubstr("html")));
  EXPECT_THAT(Read(kVersion, R"({"resources": {}})").error().message,
              HasSubstr("APIResourceList.resources: must be a list"));
  EXPECT_THAT(Read(kVersion, R"({"resources": [{"name": 7}]})").error().message,
              HasSubstr("APIResourceList.resources[0].name: must be a string"));
}

}  // namespace
}  // namespace keysteward::cli
