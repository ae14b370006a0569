#include "cli/commands/refusal_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/core/pod_types.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using testing::HasSubstr;

using RefusalCheck = CommandTest;

TEST_F(RefusalCheck, ProvesByADryRunThatAPodWithAKeyIsRefused) {
  server.FailNext("create", "pods",
                  Error::PermissionDenied(
                      "admission webhook \"workloads.keysteward.dev\" denied the request: "
                      "spec.containers[0].env[0].value: literal credential (named-credential)"),
                  kube::CallPhase::kBefore);
  const CheckResult result = CheckRefusal(context, "default");
  EXPECT_EQ(result.level, CheckLevel::kOk);
  EXPECT_EQ(result.detail, "a pod with a key is refused in namespace default");
}

TEST_F(RefusalCheck, AnAcceptedPodWithAKeyIsAFailureAndIsNotStored) {
  const CheckResult result = CheckRefusal(context, "default");
  EXPECT_EQ(result.level, CheckLevel::kFailure);
  EXPECT_THAT(result.detail, HasSubstr("a pod with a key was accepted in namespace default"));
  EXPECT_THAT(result.fix, HasSubstr("keysteward.dev/enforce"));
  EXPECT_THAT(server.List(api::KindOf<api::core::Pod>::resource, {}, {}).value().items,
              testing::IsEmpty());
}

TEST_F(RefusalCheck, ARefusalBySomebodyElseProvesNothing) {
  server.FailNext("create", "pods", Error::PermissionDenied("pods is forbidden"),
                  kube::CallPhase::kBefore);
  const CheckResult result = CheckRefusal(context, "default");
  EXPECT_EQ(result.level, CheckLevel::kWarning);
  EXPECT_THAT(result.detail, HasSubstr("not tried in namespace default: pods is forbidden"));
}

TEST_F(RefusalCheck, AsksWithADryRunOfAPodThatNobodyElseRefuses) {
  (void)CheckRefusal(context, "payments");
  const std::vector<kube::CallRecord> calls = server.Calls();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].verb, "create");
  EXPECT_EQ(calls[0].key.namespace_name, "payments");
}

TEST_F(RefusalCheck, AWordOfAStrangerIsMadePrintable) {
  server.FailNext("create", "pods", Error::PermissionDenied("no\x1b[31m way\n"),
                  kube::CallPhase::kBefore);
  EXPECT_EQ(CheckRefusal(context, "default").detail,
            "not tried in namespace default: no\\x1B[31m way\\x0A");
}

}  // namespace
}  // namespace keysteward::cli
