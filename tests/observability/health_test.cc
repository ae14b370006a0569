#include "observability/health.h"

#include <gtest/gtest.h>

namespace keysteward {
namespace {

Result<void> Pass() { return {}; }

TEST(HealthChecks, WithoutChecksTheProcessIsHealthy) {
  const HealthReport report = HealthChecks().Run();
  EXPECT_TRUE(report.healthy);
  EXPECT_EQ(report.text, "ok\n");
}

TEST(HealthChecks, OneFailureMakesTheWholeUnhealthyAndIsNamed) {
  HealthChecks checks;
  checks.Add("ping", Pass);
  checks.Add("informers", [] { return Error::Unavailable("secrets are not synced"); });
  checks.Add("leader", Pass);
  const HealthReport report = checks.Run();
  EXPECT_FALSE(report.healthy);
  EXPECT_EQ(report.text,
            "[+]ping ok\n[-]informers failed: secrets are not synced\n[+]leader ok\nfailed\n");
}

TEST(HealthChecks, ACheckOfTheSameNameIsReplaced) {
  HealthChecks checks;
  checks.Add("ping", [] { return Error::Unavailable("no"); });
  checks.Add("ping", Pass);
  EXPECT_EQ(checks.Run().text, "[+]ping ok\nok\n");
}

TEST(HealthChecks, AMessageCannotForgeALine) {
  HealthChecks checks;
  checks.Add("ping", [] { return Error::Unavailable("x\n[+]all ok"); });
  EXPECT_EQ(checks.Run().text, "[-]ping failed: x\\x0A[+]all ok\nfailed\n");
}

TEST(HealthChecks, ACheckMayUseTheChecksItself) {
  HealthChecks checks;
  checks.Add("self", [&checks] {
    checks.Add("late", Pass);
    return Pass();
  });
  EXPECT_EQ(checks.Run().text, "[+]self ok\nok\n");
  EXPECT_EQ(checks.Run().text, "[+]self ok\n[+]late ok\nok\n");
}

}  // namespace
}  // namespace keysteward
