#include "kube/config/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keysteward::kube {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr char kPath[] = "/home/a/.kube/config";

Kubeconfig Parse(const std::string& text, const std::string& path = kPath) {
  const Result<Kubeconfig> config = ParseKubeconfig(text, path);
  EXPECT_TRUE(config) << config.error().ToString();
  return config ? *config : Kubeconfig();
}

std::string ErrorOf(const std::string& text) {
  const Result<Kubeconfig> config = ParseKubeconfig(text, kPath);
  return config ? "" : config.error().ToString();
}

KubeconfigUser User(const std::string& members, const std::string& path = kPath) {
  const Kubeconfig config = Parse("users:\n- name: u\n  user: {" + members + "}\n", path);
  return config.users.contains("u") ? config.users.at("u") : KubeconfigUser();
}

KubeconfigCluster Cluster(const std::string& members) {
  const Kubeconfig config =
      Parse("clusters:\n- name: c\n  cluster: {server: 'https://a', " + members + "}\n");
  return config.clusters.contains("c") ? config.clusters.at("c") : KubeconfigCluster();
}

TEST(Kubeconfig, AnEmptyFileNamesNothing) {
  for (const char* text : {"", "{}", "kind: Config\n", "clusters: null\nusers: []\n"}) {
    const Kubeconfig config = Parse(text);
    EXPECT_EQ(config.current_context, "") << text;
    EXPECT_THAT(config.clusters, IsEmpty());
    EXPECT_THAT(config.users, IsEmpty());
    EXPECT_THAT(config.contexts, IsEmpty());
  }
}

TEST(Kubeconfig, EveryMemberOfAClusterStandsInItsOwnField) {
  const KubeconfigCluster cluster = Cluster(
      "certificate-authority: ca.crt, certificate-authority-data: Q0E=, "
      "tls-server-name: api, proxy-url: 'http://p', insecure-skip-tls-verify: true");
  EXPECT_EQ(cluster.server, "https://a");
  EXPECT_EQ(cluster.certificate_authority, "/home/a/.kube/ca.crt");
  EXPECT_EQ(cluster.certificate_authority_data, "Q0E=");
  EXPECT_EQ(cluster.tls_server_name, "api");
  EXPECT_EQ(cluster.proxy_url, "http://p");
  EXPECT_TRUE(cluster.insecure_skip_tls_verify);
  EXPECT_FALSE(Cluster("tls-server-name: api").insecure_skip_tls_verify);
}

TEST(Kubeconfig, EveryMemberOfAUserStandsInItsOwnField) {
  const KubeconfigUser user = User(
      "client-certificate: a.crt, client-certificate-data: QQ==, client-key: a.key, "
      "client-key-data: Qg==, token: t, tokenFile: t.txt, as: alice, as-uid: u1, "
      "as-groups: [dev, ops]");
  EXPECT_EQ(user.client_certificate, "/home/a/.kube/a.crt");
  EXPECT_EQ(user.client_certificate_data, "QQ==");
  EXPECT_EQ(user.client_key, "/home/a/.kube/a.key");
  EXPECT_EQ(user.client_key_data, "Qg==");
  EXPECT_EQ(user.token, "t");
  EXPECT_EQ(user.token_file, "/home/a/.kube/t.txt");
  EXPECT_EQ(user.impersonate_user, "alice");
  EXPECT_EQ(user.impersonate_uid, "u1");
  EXPECT_THAT(user.impersonate_groups, ElementsAre("dev", "ops"));
  EXPECT_FALSE(user.exec);
  EXPECT_EQ(user.unsupported, "");
}

TEST(Kubeconfig, EveryMemberOfAnExecPluginStandsInItsOwnField) {
  const auto exec = User(
                        "exec: {apiVersion: v1, command: tool, args: [a, b], installHint: get it, "
                        "interactiveMode: IfAvailable, provideClusterInfo: true, "
                        "env: [{name: A, value: '1'}, {name: B}]}")
                        .exec;
  ASSERT_TRUE(exec);
  EXPECT_EQ(exec->api_version, "v1");
  EXPECT_THAT(exec->args, ElementsAre("a", "b"));
  EXPECT_THAT(exec->env, ElementsAre(Pair("A", "1"), Pair("B", "")));
  EXPECT_EQ(exec->install_hint, "get it");
  EXPECT_EQ(exec->interactive_mode, "IfAvailable");
  EXPECT_TRUE(exec->provide_cluster_info);
}

TEST(Kubeconfig, APluginWithASlashIsRelativeToTheFileAndABareNameIsNot) {
  const auto command = [](const std::string& text) {
    return User("exec: {apiVersion: v1, command: " + text + "}").exec->command;
  };
  EXPECT_EQ(command("tool"), "tool");
  EXPECT_EQ(command("bin/tool"), "/home/a/.kube/bin/tool");
  EXPECT_EQ(command("/usr/bin/tool"), "/usr/bin/tool");
}

TEST(Kubeconfig, APathIsRelativeToTheFolderOfItsFile) {
  EXPECT_EQ(User("client-key: /etc/a.key").client_key, "/etc/a.key");
  EXPECT_EQ(User("client-key: ../a.key").client_key, "/home/a/.kube/../a.key");
  EXPECT_EQ(User("client-key: a.key", "config").client_key, "a.key");
  EXPECT_EQ(User("client-key: a.key", "sub/config").client_key, "sub/a.key");
  EXPECT_EQ(User("token: t").client_key, "");
}

TEST(Kubeconfig, WhatCannotBeHonouredIsKeptByName) {
  EXPECT_EQ(User("auth-provider: {name: gcp}").unsupported, "auth-provider");
  EXPECT_EQ(User("username: u, password: canary").unsupported, "username");
  EXPECT_EQ(User("as-user-extra: {a: [b]}").unsupported, "as-user-extra");
}

TEST(Kubeconfig, EverythingKnowsWhereItStood) {
  const Kubeconfig config = Parse(
      "clusters:\n- {name: a, cluster: {server: s}}\n- {name: b, cluster: {server: s}}\n"
      "users:\n- {name: a, user: {token: t}}\ncontexts:\n- {name: a, context: {cluster: b}}\n");
  EXPECT_EQ(config.clusters.at("b").where, "/home/a/.kube/config: clusters[1].cluster");
  EXPECT_EQ(config.users.at("a").where, "/home/a/.kube/config: users[0].user");
  EXPECT_EQ(config.contexts.at("a").where, "/home/a/.kube/config: contexts[0].context");
}

TEST(Kubeconfig, OfANameListedTwiceTheFirstCounts) {
  const Kubeconfig config =
      Parse("users:\n- {name: a, user: {token: first}}\n- {name: a, user: {token: second}}\n");
  EXPECT_EQ(config.users.at("a").token, "first");
}

TEST(Kubeconfig, FieldsOfOtherToolsAreIgnored) {
  const Kubeconfig config = Parse(
      "apiVersion: v1\npreferences: {colors: true}\nextensions: [{name: x}]\ncurrent-context: c\n"
      "contexts:\n- name: c\n  extra: 1\n  context: {cluster: k, user: u, namespace: n, x: [1]}\n");
  EXPECT_EQ(config.current_context, "c");
  EXPECT_EQ(config.contexts.at("c").cluster, "k");
  EXPECT_EQ(config.contexts.at("c").user, "u");
  EXPECT_EQ(config.contexts.at("c").namespace_name, "n");
}

TEST(Kubeconfig, AWrongFieldIsNamedWithItsFileAndNeverQuoted) {
  const std::pair<std::string, std::string> rows[] = {
      {"users:\n- {user: {token: canary}}\n", "users[0].name: is required"},
      {"users:\n- {name: a, user: {exec: {apiVersion: v1}}}\n",
       "users[0].user.exec.command: is required"},
      {"users:\n- {name: a, user: {exec: {apiVersion: v1, command: c, env: [{value: canary}]}}}\n",
       "users[0].user.exec.env[0].name: is required"},
      {"users:\n- {name: a, user: {as-groups: canary}}\n",
       "users[0].user.as-groups: must be a list of strings"},
      {"clusters:\n- {name: a, cluster: {server: s, insecure-skip-tls-verify: 'true'}}\n",
       "clusters[0].cluster.insecure-skip-tls-verify: must be true or false"},
      {"contexts:\n- {name: a, context: canary}\n", "contexts[0].context: must be an object"},
      {"current-context: [canary]\n", "current-context: must be a string"}};
  for (const auto& [text, message] : rows) {
    EXPECT_EQ(ErrorOf(text), std::string("InvalidArgument: ") + kPath + ": " + message) << text;
  }
}

TEST(KubeconfigMerge, TakesOverOnlyWhatIsMissing) {
  Kubeconfig first = Parse("users:\n- {name: a, user: {token: first}}\n");
  first.Merge(
      Parse("current-context: two\n"
            "users:\n- {name: a, user: {token: second}}\n- {name: b, user: {token: b}}\n"
            "clusters:\n- {name: c, cluster: {server: s}}\n"
            "contexts:\n- {name: two, context: {cluster: c}}\n",
            "/other/config"));
  EXPECT_EQ(first.current_context, "two");
  EXPECT_EQ(first.users.at("a").token, "first");
  EXPECT_EQ(first.users.at("b").token, "b");
  EXPECT_EQ(first.users.at("b").where, "/other/config: users[1].user");
  EXPECT_EQ(first.clusters.at("c").server, "s");
  first.Merge(Parse("current-context: three\n"));
  EXPECT_EQ(first.current_context, "two");
}

}  // namespace
}  // namespace keysteward::kube
