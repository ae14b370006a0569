#include "kube/config/exec_token_source.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/fakes/fake_clock.h"
#include "tests/kube/config/temp_folder.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

std::string Text(const Result<SecretBytes>& token) {
  return token ? std::string(token->view()) : token.error().ToString();
}

constexpr char kV1[] = "client.authentication.k8s.io/v1";

TEST(ExecCredentialTest, ATokenAndItsEndAreRead) {
  const auto credential = ParseExecCredential(
      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
          "status":{"token":"t","expirationTimestamp":"2026-01-01T01:00:00Z"}})",
      kV1);
  ASSERT_TRUE(credential) << credential.error().ToString();
  EXPECT_EQ(credential->token.view(), "t");
  EXPECT_EQ(*credential->expires, FakeClock().WallNow() + std::chrono::hours(1));
}

TEST(ExecCredentialTest, WhatIsWrongIsNamedWithoutTheToken) {
  const std::pair<const char*, const char*> rows[] = {
      {"canary", "malformed JSON at byte 1"},
      {R"({"apiVersion":"client.authentication.k8s.io/v1"})", "kind: is required"},
      {R"({"kind":"X","apiVersion":"client.authentication.k8s.io/v1"})",
       "kind: must be ExecCredential"},
      {R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1",
           "status":{"token":"canary"}})",
       "apiVersion: must be client.authentication.k8s.io/v1"},
      {R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})",
       "status.token: is required"},
      {R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
           "status":{"clientCertificateData":"canary","clientKeyData":"canary"}})",
       "status.clientCertificateData: client certificates from a plugin are not supported"},
  };
  for (const auto& [output, message] : rows) {
    const auto credential = ParseExecCredential(output, kV1);
    ASSERT_FALSE(credential) << output;
    EXPECT_EQ(credential.error().message, message);
  }
}

class ExecTokenSourceTest : public testing::Test {
 protected:
  // A plugin that counts its runs and prints a token that ends after `life` of fake time.
  ExecSettings Plugin(const std::string& status) {
    const std::string script = folder_.Write(
        "plugin",
        "#!/bin/sh\necho \"$KUBERNETES_EXEC_INFO\" > \"" + folder_.path() +
            "/info\"\necho x >> \"" + folder_.path() +
            "/runs\"\necho "
            "'{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/"
            "v1\",\"status\":" +
            status + "}'\n",
        0700);
    ExecSettings settings;
    settings.api_version = kV1;
    settings.command = script;
    return settings;
  }
  std::string Read(const std::string& name) {
    std::ifstream file(folder_.path() + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  size_t Runs() { return Read("runs").size() / 2; }

  TempFolder folder_;
  FakeClock clock_;
};

TEST_F(ExecTokenSourceTest, TheTokenIsKeptUntilShortlyBeforeItsEnd) {
  const auto tokens = ExecTokenSource::Create(
      Plugin(R"({"token":"t","expirationTimestamp":"2026-01-01T00:10:00Z"})"), nullptr, clock_);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(Text((*tokens)->Token({})), "t");
  clock_.Advance(minutes(9));
  EXPECT_EQ(Text((*tokens)->Token({})), "t");
  EXPECT_EQ(Runs(), 1u);
  clock_.Advance(seconds(51));
  EXPECT_EQ(Text((*tokens)->Token({})), "t");
  EXPECT_EQ(Runs(), 2u);
}

TEST_F(ExecTokenSourceTest, ARejectedTokenIsAskedForAgain) {
  const auto tokens = ExecTokenSource::Create(Plugin(R"({"token":"t"})"), nullptr, clock_);
  EXPECT_EQ(Text((*tokens)->Token({})), "t");
  clock_.Advance(std::chrono::hours(1000));
  EXPECT_EQ(Text((*tokens)->Token({})), "t");
  EXPECT_EQ(Runs(), 1u);
  EXPECT_TRUE((*tokens)->Reject());
  EXPECT_EQ(Text((*tokens)->Token({})), "t");
  EXPECT_EQ(Runs(), 2u);
}

TEST_F(ExecTokenSourceTest, ThePluginLearnsTheClusterOnlyWhenItAsks) {
  ExecSettings settings = Plugin(R"({"token":"t"})");
  const json cluster = {{"server", "https://x:443"}};
  EXPECT_EQ(Text((*ExecTokenSource::Create(settings, cluster, clock_))->Token({})), "t");
  EXPECT_FALSE(json::parse(Read("info"))["spec"].contains("cluster"));
  settings.provide_cluster_info = true;
  EXPECT_EQ(Text((*ExecTokenSource::Create(settings, cluster, clock_))->Token({})), "t");
  const json info = json::parse(Read("info"));
  EXPECT_EQ(info["spec"]["cluster"]["server"], "https://x:443");
  EXPECT_EQ(info["spec"]["interactive"], false);
  EXPECT_EQ(info["apiVersion"], kV1);
}

TEST_F(ExecTokenSourceTest, AFailingPluginIsQuotedAndAMissingOneHinted) {
  ExecSettings settings;
  settings.api_version = kV1;
  settings.command = folder_.Write("bad", "#!/bin/sh\necho 'please log in' >&2; exit 1\n", 0700);
  EXPECT_EQ(
      Text((*ExecTokenSource::Create(settings, nullptr, clock_))->Token({})),
      "Unauthenticated: exec plugin: " + settings.command + " ended with code 1: please log in");
  settings.command = "/nonexistent/plugin";
  settings.install_hint = "install it with: apt install plugin";
  EXPECT_EQ(
      Text((*ExecTokenSource::Create(settings, nullptr, clock_))->Token({})),
      "NotFound: exec plugin: install it with: apt install plugin: /nonexistent/plugin: No such "
      "file or directory");
}

TEST_F(ExecTokenSourceTest, UnsupportedSettingsAreRefused) {
  ExecSettings settings;
  settings.api_version = "client.authentication.k8s.io/v1alpha1";
  EXPECT_EQ(ExecTokenSource::Create(settings, nullptr, clock_).error().message,
            "exec.apiVersion: \"client.authentication.k8s.io/v1alpha1\" is not supported; use "
            "client.authentication.k8s.io/v1");
  settings.api_version = "client.authentication.k8s.io/v1beta1";
  settings.interactive_mode = "Always";
  EXPECT_EQ(ExecTokenSource::Create(settings, nullptr, clock_).error().message,
            "exec.interactiveMode: Always is not supported");
}

TEST(ExecCredentialTest, AnEndThatIsNoTimeIsNotTakenForNone) {
  const auto credential = ParseExecCredential(
      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
          "status":{"token":"canary","expirationTimestamp":"soon"}})",
      kV1);
  ASSERT_FALSE(credential);
  EXPECT_EQ(credential.error().message.find("canary"), std::string::npos);
  EXPECT_NE(credential.error().message.find("status.expirationTimestamp: "), std::string::npos);
}

TEST(ExecCredentialTest, ATokenBesideACertificateIsUsed) {
  const auto credential = ParseExecCredential(
      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
          "status":{"token":"t","clientCertificateData":"c","clientKeyData":"k"}})",
      kV1);
  ASSERT_TRUE(credential) << credential.error().ToString();
  EXPECT_EQ(credential->token.view(), "t");
  EXPECT_EQ(credential->expires, std::nullopt) << "good until rejected";
}

TEST_F(ExecTokenSourceTest, ThePluginGetsItsArgumentsAndVariables) {
  ExecSettings settings = Plugin(R"({"token":"'"$1-$KS_TEST"'"})");
  settings.args = {"arg", "unused"};
  settings.env = {{"KS_TEST", "variable"}};
  EXPECT_EQ(Text((*ExecTokenSource::Create(settings, nullptr, clock_))->Token({})), "arg-variable");
}

TEST_F(ExecTokenSourceTest, ATokenThatHasEndedIsNotGivenOutWhenThePluginFails) {
  const auto tokens = ExecTokenSource::Create(
      Plugin(R"({"token":"t","expirationTimestamp":"2026-01-01T00:10:00Z"})"), nullptr, clock_);
  EXPECT_EQ(Text((*tokens)->Token({})), "t");
  folder_.Write("plugin", "#!/bin/sh\nexit 2\n", 0700);
  EXPECT_EQ(Text((*tokens)->Token({})), "t") << "still good";
  clock_.Advance(minutes(10));
  EXPECT_EQ((*tokens)->Token({}).error().code, ErrorCode::kUnauthenticated);
}

TEST_F(ExecTokenSourceTest, WhatAFailingPluginPrintedIsNeverShown) {
  ExecSettings settings = Plugin(R"({"token":"canary"})");
  folder_.Write("plugin", "#!/bin/sh\necho canary; printf '\\033[31m' >&2; exit 1\n", 0700);
  const auto tokens = ExecTokenSource::Create(settings, nullptr, clock_);
  EXPECT_EQ(Text((*tokens)->Token({})),
            "Unauthenticated: exec plugin: " + settings.command + " ended with code 1: \\x1B[31m");
  folder_.Write("plugin", "#!/bin/sh\necho '{\"kind\":\"canary\"}'\n", 0700);
  EXPECT_EQ(Text((*tokens)->Token({})),
            "InvalidArgument: exec plugin: " + settings.command + ": kind: must be ExecCredential");
}

TEST_F(ExecTokenSourceTest, ACancelledCallEndsThePluginAndKeepsNothing) {
  const auto tokens = ExecTokenSource::Create(Plugin(R"({"token":"t"})"), nullptr, clock_);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ((*tokens)->Token({.stop = stop.get_token()}).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(Text((*tokens)->Token({})), "t");
}

TEST_F(ExecTokenSourceTest, ManyThreadsGetTheToken) {
  const auto tokens = ExecTokenSource::Create(Plugin(R"({"token":"t"})"), nullptr, clock_);
  std::atomic<int> good = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3; ++i) {
        good += Text((*tokens)->Token({})) == "t" ? 1 : 0;
        if (i == 1) (*tokens)->Reject();
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 12);
}

}  // namespace
}  // namespace keysteward::kube
