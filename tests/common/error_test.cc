#include "common/error.h"

#include <gtest/gtest.h>

#include <set>

namespace keysteward {
namespace {

TEST(Error, ContextGoesInFrontOutermostFirst) {
  const Error inner = Error::Unavailable("connection reset");
  const Error outer = inner.WithContext("put").WithContext("deliver secret");
  EXPECT_EQ(outer.message, "deliver secret: put: connection reset");
  EXPECT_EQ(outer.code, ErrorCode::kUnavailable);
  EXPECT_EQ(inner.message, "connection reset");
}

TEST(Error, ContextKeepsWhatTheServerAskedUsToWait) {
  Error limited = Error::Make(ErrorCode::kResourceExhausted, "slow down");
  limited.retry_after = std::chrono::seconds(3);
  EXPECT_EQ(limited.WithContext("list").retry_after, std::chrono::seconds(3));
}

TEST(Error, ContextOnATemporaryKeepsTheRest) {
  Error limited = Error::Make(ErrorCode::kResourceExhausted, "slow down");
  limited.retry_after = std::chrono::seconds(3);
  const Error told = std::move(limited).WithContext("list");
  EXPECT_EQ(told.ToString(), "ResourceExhausted: list: slow down");
  EXPECT_EQ(told.retry_after, std::chrono::seconds(3));
}

// Names are labels of metrics and fields of logs: alerts are written against them.
TEST(Error, TheNameOfACodeNeverChanges) {
  const std::pair<ErrorCode, const char*> rows[] = {
      {ErrorCode::kCancelled, "Cancelled"},
      {ErrorCode::kInvalidArgument, "InvalidArgument"},
      {ErrorCode::kNotFound, "NotFound"},
      {ErrorCode::kAlreadyExists, "AlreadyExists"},
      {ErrorCode::kConflict, "Conflict"},
      {ErrorCode::kExpired, "Expired"},
      {ErrorCode::kUnauthenticated, "Unauthenticated"},
      {ErrorCode::kPermissionDenied, "PermissionDenied"},
      {ErrorCode::kResourceExhausted, "ResourceExhausted"},
      {ErrorCode::kUnavailable, "Unavailable"},
      {ErrorCode::kDeadlineExceeded, "DeadlineExceeded"},
      {ErrorCode::kUnknownOutcome, "UnknownOutcome"},
      {ErrorCode::kTooLarge, "TooLarge"},
      {ErrorCode::kFailedPrecondition, "FailedPrecondition"},
      {ErrorCode::kInternal, "Internal"}};
  std::set<std::string_view> names;
  for (const auto& [code, name] : rows) {
    EXPECT_EQ(ErrorCodeName(code), name);
    names.insert(ErrorCodeName(code));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(ErrorCode::kInternal) + 1) << "each has its own";
}

TEST(Error, EachFactorySetsItsCodeAndItsMessageAlone) {
  const std::pair<Error, ErrorCode> rows[] = {
      {Error::Cancelled("m"), ErrorCode::kCancelled},
      {Error::InvalidArgument("m"), ErrorCode::kInvalidArgument},
      {Error::NotFound("m"), ErrorCode::kNotFound},
      {Error::Conflict("m"), ErrorCode::kConflict},
      {Error::PermissionDenied("m"), ErrorCode::kPermissionDenied},
      {Error::Unavailable("m"), ErrorCode::kUnavailable},
      {Error::DeadlineExceeded("m"), ErrorCode::kDeadlineExceeded},
      {Error::UnknownOutcome("m"), ErrorCode::kUnknownOutcome},
      {Error::TooLarge("m"), ErrorCode::kTooLarge},
      {Error::FailedPrecondition("m"), ErrorCode::kFailedPrecondition},
      {Error::Internal("m"), ErrorCode::kInternal}};
  for (const auto& [error, code] : rows) {
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(error.message, "m");
    EXPECT_EQ(error.retry_after, std::nullopt);
    EXPECT_EQ(error.ToString(), std::string(ErrorCodeName(code)) + ": m");
  }
}

TEST(Error, IsEqualOnlyInEveryPart) {
  const Error error = Error::Conflict("stale");
  EXPECT_EQ(error, Error::Conflict("stale"));
  EXPECT_NE(error, Error::Conflict("older"));
  EXPECT_NE(error, Error::NotFound("stale"));
  Error waiting = error;
  waiting.retry_after = std::chrono::seconds(1);
  EXPECT_NE(error, waiting);
}

}  // namespace
}  // namespace keysteward
