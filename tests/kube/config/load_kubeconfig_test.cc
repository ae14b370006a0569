#include <gtest/gtest.h>

#include "common/base64.h"
#include "kube/config/rest_config.h"
#include "tests/fakes/fake_clock.h"
#include "tests/kube/config/temp_folder.h"

namespace keysteward::kube {
namespace {

constexpr char kFile[] = R"(
apiVersion: v1
kind: Config
current-context: dev
preferences: {colors: true}
clusters:
- name: dev
  cluster: {server: "https://dev.example:6443", certificate-authority-data: Q0E=}
- name: prod
  cluster: {server: "https://prod.example", certificate-authority: ca/prod.crt, tls-server-name: api}
- name: careless
  cluster: {server: "https://10.0.0.1:6443", insecure-skip-tls-verify: true}
- name: proxied
  cluster: {server: "https://p.example", proxy-url: "http://proxy:3128"}
- name: plain
  cluster: {server: "http://p.example"}
users:
- name: cert
  user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
- name: token
  user: {token: token-one}
- name: file
  user: {tokenFile: token.txt, token: ignored}
- name: half
  user: {client-certificate-data: Q0VSVA==}
- name: broken
  user: {client-certificate-data: "***", client-key-data: S0VZ}
- name: gke
  user: {auth-provider: {name: gcp}}
- name: as
  user: {token: t, as: alice, as-groups: [dev, ops], as-uid: u1}
contexts:
- name: dev
  context: {cluster: dev, user: cert, namespace: payments}
- name: prod
  context: {cluster: prod, user: token}
- name: nowhere
  context: {cluster: gone, user: token}
)";

class LoadKubeconfigTest : public testing::Test {
 protected:
  Result<RestConfig> Load(KubeconfigFlags flags) {
    if (flags.kubeconfig.empty()) flags.kubeconfig = folder_.path() + "/config";
    return LoadKubeconfig(flags, environment_, clock_);
  }
  std::string Message(const KubeconfigFlags& flags) {
    const auto config = Load(flags);
    return config ? "no error" : config.error().message;
  }
  std::string Where(const std::string& text) {
    return "kubeconfig: " + folder_.path() + "/config: " + text;
  }
  std::string Token(const RestConfig& config) {
    const auto token = config.tokens->Token({});
    return token ? std::string(token->view()) : token.error().ToString();
  }

  void SetUp() override {
    folder_.Write("config", kFile);
    folder_.Write("ca/prod.crt", "PROD-CA");
    folder_.Write("token.txt", "  token-two\n");
  }

  TempFolder folder_;
  FakeClock clock_;
  std::map<std::string, std::string> variables_;
  const Environment environment_ = [this](const std::string& name) { return variables_[name]; };
};

TEST_F(LoadKubeconfigTest, TheCurrentContextIsUsed) {
  const auto config = Load({});
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->server.Url(), "https://dev.example:6443");
  EXPECT_EQ(config->trust.ca_pem, "CA");
  EXPECT_EQ(config->ca_file, "");
  EXPECT_EQ(config->client_certificate_pem, "CERT");
  EXPECT_EQ(config->client_key_pem.view(), "KEY");
  EXPECT_EQ(config->namespace_name, "payments");
  EXPECT_EQ(Token(*config), "");
}

TEST_F(LoadKubeconfigTest, AnotherContextIsChosenByFlag) {
  const auto config = Load({.context = "prod"});
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->server.Url(), "https://prod.example");
  EXPECT_EQ(config->trust.ca_pem, "PROD-CA");
  EXPECT_EQ(config->ca_file, folder_.path() + "/ca/prod.crt");
  EXPECT_EQ(config->trust.server_name, "api");
  EXPECT_EQ(config->namespace_name, "default");
  EXPECT_EQ(Token(*config), "token-one");
}

TEST_F(LoadKubeconfigTest, FlagsWinOverTheFile) {
  const std::string ca = folder_.Write("other.crt", "OTHER-CA");
  const auto config = Load({.user = "token",
                            .server = "https://flag.example:1234",
                            .namespace_name = "ops",
                            .token = "flag-token",
                            .certificate_authority = ca,
                            .tls_server_name = "name"});
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->server.Url(), "https://flag.example:1234");
  EXPECT_EQ(config->namespace_name, "ops");
  EXPECT_EQ(config->trust.ca_pem, "OTHER-CA");
  EXPECT_EQ(config->trust.server_name, "name");
  EXPECT_EQ(Token(*config), "flag-token");
}

TEST_F(LoadKubeconfigTest, ATokenFileWinsOverTheTokenAndIsRelativeToTheConfig) {
  const auto config = Load({.user = "file"});
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(Token(*config), "token-two");
}

TEST_F(LoadKubeconfigTest, ImpersonationBecomesHeaders) {
  const auto config = Load({.user = "as"});
  ASSERT_TRUE(config) << config.error().ToString();
  const http::Headers expected = {{"Impersonate-User", "alice"},
                                  {"Impersonate-Uid", "u1"},
                                  {"Impersonate-Group", "dev"},
                                  {"Impersonate-Group", "ops"}};
  EXPECT_EQ(config->impersonation, expected);
  const auto by_flag = Load({.user = "token", .as = "bob", .as_groups = {"x"}});
  ASSERT_TRUE(by_flag);
  EXPECT_EQ(by_flag->impersonation.size(), 2u);
  EXPECT_EQ(Message({.user = "token", .as_groups = {"x"}}),
            "kubeconfig: a group or uid is impersonated without a user (--as)");
}

TEST_F(LoadKubeconfigTest, AnUnauthenticatedServerNeedsTheFlag) {
  EXPECT_EQ(Message({.cluster = "careless"}),
            Where("clusters[2].cluster.insecure-skip-tls-verify: the server would not be "
                  "authenticated; pass --insecure-skip-tls-verify to accept that, or set "
                  "certificate-authority-data"));
  const auto config = Load({.cluster = "careless", .insecure_skip_tls_verify = true});
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_TRUE(config->trust.insecure_skip_verify);
}

TEST_F(LoadKubeconfigTest, WhatCannotBeHonouredIsRefusedByName) {
  EXPECT_EQ(Message({.cluster = "proxied"}),
            Where("clusters[3].cluster.proxy-url: proxies are not supported"));
  EXPECT_EQ(Message({.cluster = "plain"}), Where("clusters[4].cluster.server: must be https"));
  EXPECT_EQ(Message({.user = "gke"}), Where("users[5].user.auth-provider: is not supported"));
  EXPECT_EQ(Message({.user = "half"}), Where("users[3].user.client-key: is missing"));
  EXPECT_EQ(Message({.user = "broken"}).rfind(Where("users[4].user.client-certificate-data: "), 0),
            0u)
      << Message({.user = "broken"});
}

TEST_F(LoadKubeconfigTest, NamesThatDoNotExistAreTold) {
  EXPECT_EQ(Message({.context = "none"}), "kubeconfig: there is no context \"none\"");
  EXPECT_EQ(Message({.context = "nowhere"}), "kubeconfig: there is no cluster \"gone\"");
  EXPECT_EQ(Message({.user = "nobody"}), "kubeconfig: there is no user \"nobody\"");
}

TEST_F(LoadKubeconfigTest, AMissingCaFileIsNamed) {
  EXPECT_EQ(Message({.certificate_authority = "/nonexistent/ca.crt"}),
            Where("clusters[0].cluster.certificate-authority: /nonexistent/ca.crt: No such file or "
                  "directory"));
}

TEST_F(LoadKubeconfigTest, FilesOfTheListAreMergedAndTheFirstWins) {
  const std::string first = folder_.Write(
      "first", "current-context: prod\nusers:\n- name: token\n  user: {token: from-first}\n");
  variables_["KUBECONFIG"] =
      first + "::" + folder_.path() + "/missing:" + folder_.path() + "/config";
  const auto config = LoadKubeconfig({}, environment_, clock_);
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->server.Url(), "https://prod.example");
  EXPECT_EQ(Token(*config), "from-first");
}

TEST_F(LoadKubeconfigTest, TheHomeFolderIsTheLastPlaceToLook) {
  variables_["HOME"] = folder_.path();
  EXPECT_EQ(LoadKubeconfig({}, environment_, clock_).error().message,
            "no kubeconfig found (looked at " + folder_.path() +
                "/.kube/config); set --kubeconfig or KUBECONFIG");
  folder_.Write(".kube/config", kFile);
  EXPECT_TRUE(LoadKubeconfig({}, environment_, clock_));
}

TEST_F(LoadKubeconfigTest, AServerByFlagNeedsNoFile) {
  const auto config =
      LoadKubeconfig({.server = "https://x.example", .token = "t"}, environment_, clock_);
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->server.host, "x.example");
}

TEST_F(LoadKubeconfigTest, AFileNamedByFlagMustExist) {
  const auto config = Load({.kubeconfig = "/nonexistent/config"});
  EXPECT_EQ(config.error().ToString(),
            "NotFound: kubeconfig: /nonexistent/config: No such file or directory");
}

TEST_F(LoadKubeconfigTest, AnEmptyFileHasNoServer) {
  folder_.Write("config", "");
  EXPECT_EQ(Message({}), "kubeconfig: no server; name a context or set --server");
}

TEST_F(LoadKubeconfigTest, WrongTypesAreNamedWithFileAndField) {
  const std::pair<std::string, std::string> rows[] = {
      {"clusters: {}\n", "clusters: must be a list"},
      {"kind: Secret\n", "kind: must be Config"},
      {"clusters:\n- cluster: {server: x}\n", "clusters[0].name: is required"},
      {"clusters:\n- name: a\n  cluster: {}\n", "clusters[0].cluster.server: is required"},
      {"users:\n- name: a\n  user: {token: [x]}\n", "users[0].user.token: must be a string"},
      {"users:\n- name: a\n  user: {exec: {command: x}}\n",
       "users[0].user.exec.apiVersion: is required"},
      {"[]\n", "document: must be an object"},
      {"a: &b c\n", "line 1: anchors and aliases are not accepted"},
  };
  for (const auto& [text, message] : rows) {
    folder_.Write("config", text);
    EXPECT_EQ(Message({}), Where(message)) << text;
  }
}

TEST_F(LoadKubeconfigTest, NoErrorShowsAValueOfTheFile) {
  folder_.Write(
      "config",
      "users:\n- name: a\n  user: {token: {x: canary-value}, client-key-data: canary-value}\n"
      "clusters:\n- name: a\n  cluster: {server: 'https://user:canary-value@host'}\n"
      "contexts:\n- name: a\n  context: {cluster: a, user: a}\ncurrent-context: a\n");
  EXPECT_EQ(Message({}).find("canary-value"), std::string::npos) << Message({});
}

}  // namespace
}  // namespace keysteward::kube
