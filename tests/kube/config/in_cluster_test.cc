// LoadInCluster: the service account that is mounted into a pod.
#include <gtest/gtest.h>

#include "kube/config/rest_config.h"
#include "tests/fakes/fake_clock.h"
#include "tests/kube/config/temp_folder.h"

namespace keysteward::kube {
namespace {

class LoadInClusterTest : public testing::Test {
 protected:
  Result<RestConfig> Load() { return LoadInCluster(environment_, clock_, folder_.path()); }

  void SetUp() override {
    variables_ = {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
    folder_.Write("token", "pod-token");
    folder_.Write("ca.crt", "CLUSTER-CA");
    folder_.Write("namespace", "keysteward-system\n");
  }

  TempFolder folder_;
  FakeClock clock_;
  std::map<std::string, std::string> variables_;
  const Environment environment_ = [this](const std::string& name) { return variables_[name]; };
};

TEST_F(LoadInClusterTest, TheMountedServiceAccountIsUsed) {
  const auto config = Load();
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->server.Url(), "https://10.96.0.1");
  EXPECT_EQ(config->trust.ca_pem, "CLUSTER-CA");
  EXPECT_EQ(config->ca_file, folder_.path() + "/ca.crt");
  EXPECT_EQ(config->namespace_name, "keysteward-system");
  EXPECT_EQ(config->tokens->Token({})->view(), "pod-token");
}

TEST_F(LoadInClusterTest, AnIpv6ServiceAddressIsBracketed) {
  variables_["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  const auto config = Load();
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->server.Url(), "https://[fd00::1]");
}

TEST_F(LoadInClusterTest, OutsideOfAClusterIsNotFound) {
  variables_.clear();
  EXPECT_EQ(
      Load().error().ToString(),
      "NotFound: not inside a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are "
      "not set");
}

TEST_F(LoadInClusterTest, AMissingOrEmptyTokenIsToldAtOnce) {
  folder_.Write("token", "\n");
  EXPECT_EQ(Load().error().message, "token: " + folder_.path() + "/token: the file is empty");
  std::filesystem::remove(folder_.path() + "/token");
  EXPECT_EQ(Load().error().code, ErrorCode::kNotFound);
}

TEST_F(LoadInClusterTest, BothVariablesAreNeeded) {
  for (const char* name : {"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"}) {
    const std::string value = std::exchange(variables_[name], "");
    EXPECT_EQ(Load().error().code, ErrorCode::kNotFound) << name;
    variables_[name] = value;
  }
  variables_["KUBERNETES_SERVICE_PORT"] = "https";
  EXPECT_FALSE(Load());
}

TEST_F(LoadInClusterTest, AMissingAuthorityIsNamed) {
  std::filesystem::remove(folder_.path() + "/ca.crt");
  EXPECT_EQ(Load().error().ToString(),
            "NotFound: " + folder_.path() + "/ca.crt: No such file or directory");
}

TEST_F(LoadInClusterTest, WithoutANamespaceItIsDefault) {
  std::filesystem::remove(folder_.path() + "/namespace");
  const auto config = Load();
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->namespace_name, "default");
}

TEST_F(LoadInClusterTest, ATokenThatTheKubeletRenewsIsReadAgain) {
  const auto config = Load();
  ASSERT_TRUE(config) << config.error().ToString();
  folder_.Write("token", "renewed");
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(config->tokens->Token({})->view(), "renewed");
}

}  // namespace
}  // namespace keysteward::kube
