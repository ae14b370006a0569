#include "kube/config/token_sources.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "kube/config/exec_token_source.h"
#include "kube/config/reloading_transport.h"
#include "kube/config/run_command.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_transport.h"
#include "tests/kube/config/temp_folder.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

std::string Text(const Result<SecretBytes>& token) {
  return token ? std::string(token->view()) : token.error().ToString();
}

TEST(FixedTokenTest, IsAlwaysTheSameAndHasNoNewer) {
  FixedToken tokens(SecretBytes::CopyOf("t"));
  EXPECT_EQ(Text(tokens.Token({})), "t");
  EXPECT_FALSE(tokens.Reject());
}

class FileTokenTest : public testing::Test {
 protected:
  TempFolder folder_;
  FakeClock clock_;
  const std::string file_ = folder_.Write("token", "one\n");
  FileToken tokens_{file_, clock_};
};

TEST_F(FileTokenTest, TheFileIsReadAgainAfterAMinute) {
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  folder_.Write("token", "two");
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  clock_.Advance(minutes(1));
  EXPECT_EQ(Text(tokens_.Token({})), "two");
}

TEST_F(FileTokenTest, ARejectedTokenIsReadAgainAtOnce) {
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  EXPECT_FALSE(tokens_.Reject());
  folder_.Write("token", "two");
  EXPECT_TRUE(tokens_.Reject());
  EXPECT_EQ(Text(tokens_.Token({})), "two");
}

TEST_F(FileTokenTest, AnEarlierReadingOutlivesTheFile) {
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  std::filesystem::remove(file_);
  clock_.Advance(minutes(2));
  EXPECT_EQ(Text(tokens_.Token({})), "one");
  EXPECT_FALSE(tokens_.Reject());
}

TEST_F(FileTokenTest, WithoutAReadingTheErrorNamesTheFile) {
  FileToken none(folder_.path() + "/none", clock_);
  EXPECT_EQ(Text(none.Token({})),
            "NotFound: token: " + folder_.path() + "/none: No such file or directory");
}

// The commands run for real; their deadline is the real clock's.
class RunCommandTest : public testing::Test {
 protected:
  Result<CommandOutput> Shell(const std::string& script, CommandLimits limits = {},
                              std::stop_token stop = {}) {
    return RunCommand({"sh", {"-c", script}, {{"KS_TEST", "from-env"}}}, limits, clock_, stop);
  }
  SystemClock clock_;
};

TEST_F(RunCommandTest, OutputErrorsAndExitCodeComeBack) {
  const auto ran = Shell("echo out; echo \"$KS_TEST\" >&2; exit 3");
  ASSERT_TRUE(ran) << ran.error().ToString();
  EXPECT_EQ(ran->out, "out\n");
  EXPECT_EQ(ran->err, "from-env\n");
  EXPECT_EQ(ran->exit_code, 3);
}

TEST_F(RunCommandTest, StandardInputIsEmpty) { EXPECT_EQ(Shell("cat")->out, ""); }

TEST_F(RunCommandTest, ASignalIsAnExitCodeAbove128) {
  EXPECT_EQ(Shell("kill -9 $$")->exit_code, 137);
}

TEST_F(RunCommandTest, ATooSlowProgramIsKilledWithItsChildren) {
  const auto ran = Shell("sleep 1000 & sleep 1000", {.timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(ran.error().ToString(), "DeadlineExceeded: sh took too long");
}

TEST_F(RunCommandTest, AProgramThatClosesItsOutputIsStillBounded) {
  const auto ran = Shell("exec >&- 2>&-; sleep 1000", {.timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(ran.error().code, ErrorCode::kDeadlineExceeded);
}

TEST_F(RunCommandTest, EndlessOutputIsCut) {
  const auto ran = Shell("yes", {.max_output = 10'000});
  EXPECT_EQ(ran.error().ToString(), "TooLarge: too much output");
  EXPECT_LE(Shell("yes | head -c 100000 >&2")->err.size(), 4096u);
}

TEST_F(RunCommandTest, AStopTokenEndsIt) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(Shell("sleep 1000", {}, stop.get_token()).error().code, ErrorCode::kCancelled);
}

TEST_F(RunCommandTest, AMissingProgramIsNotFound) {
  const auto ran = RunCommand({"/nonexistent/program", {}, {}}, {}, clock_, {});
  EXPECT_EQ(ran.error().ToString(), "NotFound: /nonexistent/program: No such file or directory");
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

class ReloadingTransportTest : public testing::Test {
 protected:
  // Transports that answer with the certificate authority they were made from; "bad" never
  // connects.
  Result<std::unique_ptr<http::HttpTransport>> Make(const std::string& ca) {
    ++made_;
    if (ca == "broken") return Error::InvalidArgument("not a certificate");
    auto transport = std::make_unique<http::FakeTransport>();
    for (int i = 0; i < 5; ++i) {
      if (ca == "old") transport->ReplyError(Error::Unavailable("unknown authority"));
      if (ca != "old") transport->Reply(200, ca);
    }
    return std::unique_ptr<http::HttpTransport>(std::move(transport));
  }
  std::string Send() {
    const auto reply = transport_.Send({}, {});
    return reply ? reply->body : reply.error().message;
  }

  int made_ = 0;
  TempFolder folder_;
  const std::string file_ = folder_.Write("ca.crt", "old");
  ReloadingTransport transport_{file_, "old", [this](const std::string& ca) { return Make(ca); },
                                *Make("old")};
};

TEST_F(ReloadingTransportTest, AnUnchangedFileMakesNothingNew) {
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(made_, 1);
}

TEST_F(ReloadingTransportTest, AReplacedFileServesTheNextRequest) {
  folder_.Write("ca.crt", "new");
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(Send(), "new");
  EXPECT_EQ(made_, 2);
}

TEST_F(ReloadingTransportTest, ABrokenOrMissingFileKeepsTheOldTransport) {
  folder_.Write("ca.crt", "broken");
  EXPECT_EQ(Send(), "unknown authority");
  std::filesystem::remove(file_);
  EXPECT_EQ(Send(), "unknown authority");
  folder_.Write("ca.crt", "new");
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(Send(), "new");
}

}  // namespace
}  // namespace keysteward::kube
