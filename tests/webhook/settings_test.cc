#include "webhook/settings.h"

#include <gtest/gtest.h>

namespace keysteward::webhook {
namespace {

Parsed Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "keysteward-webhook");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Parsed parsed = ParseSettings(static_cast<int>(arguments.size()), arguments.data());
  testing::internal::GetCapturedStdout();
  testing::internal::GetCapturedStderr();
  return parsed;
}

TEST(Settings, DefaultsServeReviewsToAllAndMetricsToThePodAlone) {
  const Parsed parsed = Parse({});
  ASSERT_TRUE(parsed.run);
  EXPECT_EQ(parsed.settings.kubeconfig, "");
  EXPECT_EQ(parsed.settings.namespace_name, "");
  EXPECT_EQ(parsed.settings.bind_address, "::");
  EXPECT_EQ(parsed.settings.port, 8443);
  EXPECT_EQ(parsed.settings.metrics_address, "127.0.0.1");
  EXPECT_EQ(parsed.settings.metrics_port, 8080);
  EXPECT_EQ(parsed.settings.tls_secret, "keysteward-webhook-tls");
  EXPECT_EQ(parsed.settings.operator_user, "");
  EXPECT_EQ(parsed.settings.log_level, LogLevel::kInfo);
  EXPECT_EQ(parsed.settings.log_format, LogFormat::kJson);
}

TEST(Settings, TakesEveryFlag) {
  const Parsed parsed = Parse({"--kubeconfig",
                               "/home/a/.kube/config",
                               "--namespace",
                               "keys",
                               "--bind-address",
                               "10.0.0.1",
                               "--port",
                               "9443",
                               "--metrics-address",
                               "10.0.0.2",
                               "--metrics-port",
                               "9090",
                               "--tls-secret",
                               "tls",
                               "--operator-user",
                               "system:serviceaccount:keys:op",
                               "--log-level",
                               "debug",
                               "--log-format",
                               "text"});
  ASSERT_TRUE(parsed.run);
  EXPECT_EQ(parsed.settings.kubeconfig, "/home/a/.kube/config");
  EXPECT_EQ(parsed.settings.namespace_name, "keys");
  EXPECT_EQ(parsed.settings.bind_address, "10.0.0.1");
  EXPECT_EQ(parsed.settings.port, 9443);
  EXPECT_EQ(parsed.settings.metrics_address, "10.0.0.2");
  EXPECT_EQ(parsed.settings.metrics_port, 9090);
  EXPECT_EQ(parsed.settings.tls_secret, "tls");
  EXPECT_EQ(parsed.settings.operator_user, "system:serviceaccount:keys:op");
  EXPECT_EQ(parsed.settings.log_level, LogLevel::kDebug);
  EXPECT_EQ(parsed.settings.log_format, LogFormat::kText);
}

TEST(Settings, WrongFlagsEndWithTwoHelpAndVersionWithZero) {
  for (const auto& wrong : std::vector<std::vector<const char*>>{{"--unknown"},
                                                                 {"--port", "70000"},
                                                                 {"--port", "-1"},
                                                                 {"--metrics-port", "x"},
                                                                 {"--log-level", "loud"},
                                                                 {"--log-format", "xml"},
                                                                 {"--tls-secret"},
                                                                 {"stray"}}) {
    const Parsed parsed = Parse(wrong);
    EXPECT_FALSE(parsed.run) << wrong[0];
    EXPECT_EQ(parsed.exit_code, 2) << wrong[0];
  }
  for (const char* asked : {"--help", "--version"}) {
    EXPECT_FALSE(Parse({asked}).run) << asked;
    EXPECT_EQ(Parse({asked}).exit_code, 0) << asked;
  }
}

}  // namespace
}  // namespace keysteward::webhook
