#include "kube/controller/reconciler.h"

#include <gtest/gtest.h>

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;

TEST(NextQueueAction, DoneForgets) {
  const QueueDecision decision = NextQueueAction(ReconcileResult{});
  EXPECT_EQ(decision.action, QueueAction::kForget);
  EXPECT_EQ(decision.outcome, "success");
}

TEST(NextQueueAction, WaitingComesBackAfterItsDelay) {
  const QueueDecision decision = NextQueueAction(ReconcileResult::RequeueAfter(5min));
  EXPECT_EQ(decision.action, QueueAction::kAddAfter);
  EXPECT_EQ(decision.delay, 5min);
  EXPECT_EQ(decision.outcome, "requeue_after");
}

TEST(NextQueueAction, StalledIsNotTriedAgain) {
  const QueueDecision decision =
      NextQueueAction(ReconcileResult::Stalled(Error::InvalidArgument("spec.issuer is wrong")));
  EXPECT_EQ(decision.action, QueueAction::kForget);
  EXPECT_EQ(decision.outcome, "error");
}

TEST(NextQueueAction, EveryErrorIsTriedAgainWithGrowingDelay) {
  for (const ErrorCode code : {ErrorCode::kConflict, ErrorCode::kUnavailable, ErrorCode::kInternal,
                               ErrorCode::kInvalidArgument, ErrorCode::kUnknownOutcome}) {
    const QueueDecision decision = NextQueueAction(Error::Make(code, "no"));
    EXPECT_EQ(decision.action, QueueAction::kAddRateLimited);
    EXPECT_EQ(decision.delay, 0s);
    EXPECT_EQ(decision.outcome, "error");
  }
}

TEST(NextQueueAction, TheDelayAServerAskedForIsTheLeast) {
  Error error = Error::Make(ErrorCode::kResourceExhausted, "too many requests");
  error.retry_after = 7000ms;
  const QueueDecision decision = NextQueueAction(error);
  EXPECT_EQ(decision.action, QueueAction::kAddRateLimited);
  EXPECT_EQ(decision.delay, 7s);
}

}  // namespace
}  // namespace keysteward::kube
