#include "policy/exceptions.h"

#include <gtest/gtest.h>

#include <functional>

namespace keysteward::policy {
namespace {

using namespace std::chrono_literals;

const WallTime kNow{500'000h};
const detection::ObjectIdentity kApi{"apps/v1", "Deployment", "shop", "api"};

detection::Finding Key() {
  detection::Finding finding;
  finding.rule = "stripe-secret-key";
  finding.path = "spec.env[0].value";
  finding.stable_path = "spec.env[KEY].value";
  finding.fingerprint = "0123456789abcdef";
  return finding;
}

Exception Waiver(const std::function<void(Exception&)>& change = nullptr) {
  Exception exception;
  exception.namespace_name = "shop";
  exception.name = "sandbox";
  exception.expires_at = kNow + 24h;
  exception.scope.rule = "stripe-secret-key";
  if (change) change(exception);
  return exception;
}

bool Covered(const std::function<void(Exception&)>& change,
             const detection::ObjectIdentity& object = kApi) {
  const std::vector<Exception> exceptions = {Waiver(change)};
  return MatchException(exceptions, object, Key(), kNow).valid != nullptr;
}

TEST(MatchExceptionTable, CoverByRulePathOrFingerprint) {
  EXPECT_TRUE(Covered(nullptr));
  EXPECT_TRUE(Covered([](Exception& e) { e.scope = {"", "", "spec.env[0].value", "", ""}; }));
  EXPECT_TRUE(Covered([](Exception& e) {
    e.scope = {"", "", "spec.env[KEY].value", "", ""};
  })) << "a path by names outlives a reorder";
  EXPECT_TRUE(Covered([](Exception& e) { e.scope = {"", "", "", "", "0123456789abcdef"}; }));
  EXPECT_TRUE(Covered([](Exception& e) {
    e.scope = {"Deployment", "api", "spec.env[0].value", "stripe-secret-key", "0123456789abcdef"};
  }));
}

TEST(MatchExceptionTable, CoverNothingWhenOnePartDiffers) {
  const std::function<void(Exception&)> changes[] = {
      [](Exception& e) { e.namespace_name = "other"; },
      [](Exception& e) { e.namespace_name = ""; },
      [](Exception& e) { e.scope.kind = "StatefulSet"; },
      [](Exception& e) { e.scope.kind = "deployment"; },
      [](Exception& e) { e.scope.name = "web"; },
      [](Exception& e) { e.scope.path = "spec.env[1].value"; },
      [](Exception& e) { e.scope.path = "spec.env"; },
      [](Exception& e) { e.scope.rule = "stripe"; },
      [](Exception& e) { e.scope.fingerprint = "fedcba9876543210"; }};
  for (size_t i = 0; i < std::size(changes); ++i) EXPECT_FALSE(Covered(changes[i])) << i;
}

TEST(MatchExceptionTable, NeverCoverAWholeObject) {
  EXPECT_FALSE(Covered([](Exception& e) { e.scope = {}; }));
  EXPECT_FALSE(Covered([](Exception& e) { e.scope = {"Deployment", "api", "", "", ""}; }));
}

TEST(MatchExceptionTable, CoverFilesThatNameNoNamespace) {
  EXPECT_TRUE(Covered(nullptr, {"apps/v1", "Deployment", "", "api"}));
}

TEST(MatchExceptionTable, EndAtTheirTime) {
  const auto match = [](Duration left) {
    const std::vector<Exception> one = {Waiver([&](Exception& e) { e.expires_at = kNow + left; })};
    const ExceptionMatch found = MatchException(one, kApi, Key(), kNow);
    return std::pair(found.valid != nullptr, found.expired != nullptr);
  };
  EXPECT_EQ(match(1s), std::pair(true, false));
  EXPECT_EQ(match(0s), std::pair(false, true)) << "the end itself is over";
  EXPECT_EQ(match(-1s), std::pair(false, true));
}

TEST(MatchExceptionTable, AValidOneHidesTheOnesThatEnded) {
  const std::vector<Exception> exceptions = {
      Waiver([](Exception& e) { e.name = "old", e.expires_at = kNow - 24h; }),
      Waiver([](Exception& e) { e.name = "new"; }),
      Waiver([](Exception& e) { e.name = "older", e.expires_at = kNow - 48h; })};
  const ExceptionMatch match = MatchException(exceptions, kApi, Key(), kNow);
  ASSERT_NE(match.valid, nullptr);
  EXPECT_EQ(match.valid->name, "new");
  EXPECT_EQ(match.expired, nullptr);
  EXPECT_EQ(MatchException({}, kApi, Key(), kNow).valid, nullptr);
}

}  // namespace
}  // namespace keysteward::policy
