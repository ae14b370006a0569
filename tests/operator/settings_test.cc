#include "operator/settings.h"

#include <gtest/gtest.h>

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations

Parsed Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "keysteward-operator");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Parsed parsed = ParseSettings(static_cast<int>(arguments.size()), arguments.data());
  testing::internal::GetCapturedStdout();
  testing::internal::GetCapturedStderr();
  return parsed;
}

TEST(Settings, DefaultsAreSafe) {
  const Parsed parsed = Parse({});
  ASSERT_TRUE(parsed.run);
  EXPECT_TRUE(parsed.settings.leader_elect);
  EXPECT_TRUE(parsed.settings.restore_registration);
  EXPECT_FALSE(parsed.settings.allow_loopback);
  EXPECT_TRUE(parsed.settings.allowed_hosts.empty());
  EXPECT_EQ(parsed.settings.secret_staleness, 2s);
  EXPECT_EQ(parsed.settings.metrics_address, "127.0.0.1");
  EXPECT_EQ(parsed.settings.sweep_interval, 60s);
  EXPECT_EQ(parsed.settings.orphan_age, 120s);
}

TEST(Settings, HostRulesCarryTheirPermission) {
  const Parsed parsed =
      Parse({"--allowed-host", "api.acme.example", "--allowed-host", "keys.local:private"});
  ASSERT_EQ(parsed.settings.allowed_hosts.size(), 2u);
  EXPECT_EQ(parsed.settings.allowed_hosts[0].host, "api.acme.example");
  EXPECT_FALSE(parsed.settings.allowed_hosts[0].allow_private);
  EXPECT_EQ(parsed.settings.allowed_hosts[1].host, "keys.local");
  EXPECT_TRUE(parsed.settings.allowed_hosts[1].allow_private);
}

TEST(Settings, TakesEveryFlag) {
  const Parsed parsed = Parse({"--namespace",
                               "keys",
                               "--no-leader-elect",
                               "--secret-staleness",
                               "120s",
                               "--cluster-restarts",
                               "3",
                               "--namespace-restarts",
                               "2",
                               "--workload-restarts",
                               "0",
                               "--workers",
                               "2",
                               "--log-level",
                               "debug",
                               "--log-format",
                               "text",
                               "--no-serving-certificate",
                               "--operator-name",
                               "ks-operator",
                               "--wanted-config-map",
                               "ks-wanted",
                               "--no-restore-registration",
                               "--sweep-interval",
                               "0s",
                               "--orphan-age",
                               "5s"});
  ASSERT_TRUE(parsed.run);
  EXPECT_EQ(parsed.settings.namespace_name, "keys");
  EXPECT_FALSE(parsed.settings.leader_elect);
  EXPECT_EQ(parsed.settings.secret_staleness, 120s);
  EXPECT_EQ(parsed.settings.cluster_restarts, 3);
  EXPECT_EQ(parsed.settings.namespace_restarts, 2);
  EXPECT_EQ(parsed.settings.workload_restarts, 0);
  EXPECT_EQ(parsed.settings.workers, 2);
  EXPECT_EQ(parsed.settings.log_level, LogLevel::kDebug);
  EXPECT_EQ(parsed.settings.log_format, LogFormat::kText);
  EXPECT_FALSE(parsed.settings.serving_certificate);
  EXPECT_EQ(parsed.settings.operator_name, "ks-operator");
  EXPECT_EQ(parsed.settings.wanted_config_map, "ks-wanted");
  EXPECT_FALSE(parsed.settings.restore_registration);
  EXPECT_EQ(parsed.settings.sweep_interval, 100ms) << "it must not spin";
  EXPECT_EQ(parsed.settings.orphan_age, 5s);
}

TEST(Settings, WrongFlagsEndWithTwoHelpAndVersionWithZero) {
  for (const auto& wrong : std::vector<std::vector<const char*>>{{"--unknown"},
                                                                 {"--secret-staleness", "soon"},
                                                                 {"--orphan-age", "-1"},
                                                                 {"--sweep-interval", "x"},
                                                                 {"--cluster-restarts", "0"},
                                                                 {"--namespace-restarts", "0"},
                                                                 {"--workload-restarts", "11"},
                                                                 {"--workers", "1000"},
                                                                 {"--log-level", "loud"},
                                                                 {"--metrics-port", "70000"}}) {
    const Parsed parsed = Parse(wrong);
    EXPECT_FALSE(parsed.run) << wrong[0];
    EXPECT_EQ(parsed.exit_code, 2) << wrong[0];
  }
  EXPECT_EQ(Parse({"--help"}).exit_code, 0);
  EXPECT_EQ(Parse({"--version"}).exit_code, 0);
  EXPECT_FALSE(Parse({"--help"}).run);
}

}  // namespace
}  // namespace keysteward::op
