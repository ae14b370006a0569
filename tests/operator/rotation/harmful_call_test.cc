#include "operator/rotation/harmful_call.h"

#include <gtest/gtest.h>

#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations

TEST(HarmfulCall, I8_EndsASecondBeforeTheLease) {
  OperatorRig rig;
  rig.lease_remaining = 9s;
  const auto call = HarmfulCall(rig.env, {.timeout = 30s});
  ASSERT_TRUE(call);
  EXPECT_EQ(call->timeout, 8s);
}

TEST(HarmfulCall, KeepsAShorterTimeoutOfItsOwn) {
  OperatorRig rig;
  EXPECT_EQ(HarmfulCall(rig.env, {.timeout = 3s})->timeout, 3s);
  rig.lease_remaining = Duration::max();
  EXPECT_EQ(HarmfulCall(rig.env, {.timeout = 30s})->timeout, 30s) << "there is only one process";
}

TEST(HarmfulCall, I8_IsNotBegunWhenLessThanASecondWouldBeLeft) {
  OperatorRig rig;
  rig.lease_remaining = 2s;
  EXPECT_EQ(HarmfulCall(rig.env, {})->timeout, 1s);
  rig.lease_remaining = 2s - 1ns;
  const auto call = HarmfulCall(rig.env, {});
  ASSERT_FALSE(call);
  EXPECT_EQ(call.error().code, ErrorCode::kUnavailable);
}

TEST(HarmfulCall, I8_IsNotBegunWithoutTheLease) {
  OperatorRig rig;
  rig.is_leader = false;
  EXPECT_EQ(HarmfulCall(rig.env, {}).error().message, "no longer leader");
}

TEST(HarmfulCall, IsStillEndedByItsStopToken) {
  OperatorRig rig;
  std::stop_source source;
  const auto call = HarmfulCall(rig.env, {.stop = source.get_token()});
  source.request_stop();
  EXPECT_TRUE(call->stop.stop_requested());
}

}  // namespace
}  // namespace keysteward::op
