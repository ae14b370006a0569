#include "common/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace keysteward {
namespace {

Result<int> ParsePort(bool good) {
  if (good) return 8443;
  return Error::InvalidArgument("port is not a number");
}

Result<std::string> Describe(bool good) {
  KS_ASSIGN_OR_RETURN(const int port, ParsePort(good));
  return "port " + std::to_string(port);
}

Result<void> Check(bool good) {
  KS_RETURN_IF_ERROR(ParsePort(good));
  return {};
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = ParsePort(true);
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(*good, 8443);
  EXPECT_EQ(good.value(), 8443);
  const Result<int> bad = ParsePort(false);
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "port is not a number");
  EXPECT_EQ(bad.value_or(1), 1);
}

TEST(Result, TheMacrosBindTheValueOrReturnTheError) {
  EXPECT_EQ(Describe(true).value(), "port 8443");
  EXPECT_EQ(Describe(false).error(), Error::InvalidArgument("port is not a number"));
  EXPECT_TRUE(Check(true));
  EXPECT_EQ(Check(false).error().code, ErrorCode::kInvalidArgument);
}

TEST(Result, CarriesTypesThatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> owner = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(owner);
  EXPECT_EQ(*taken, 7);
  Result<std::unique_ptr<int>> failed = Error::NotFound("none");
  EXPECT_EQ(std::move(failed).value_or(nullptr), nullptr);
}

TEST(Result, TakesWhatConvertsToItsType) {
  const Result<std::string> text = "literal";
  EXPECT_EQ(*text, "literal");
  EXPECT_EQ(text->size(), 7U);
}

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

TEST(Error, EveryCodeHasItsOwnName) {
  std::string names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    const std::string name(ErrorCodeName(static_cast<ErrorCode>(code)));
    EXPECT_EQ(names.find("|" + name + "|"), std::string::npos) << name;
    names += "|" + name + "|";
  }
  EXPECT_EQ(Error::Conflict("stale").ToString(), "Conflict: stale");
}

TEST(Error, FactoriesSetTheirCode) {
  EXPECT_EQ(Error::Cancelled("").code, ErrorCode::kCancelled);
  EXPECT_EQ(Error::NotFound("").code, ErrorCode::kNotFound);
  EXPECT_EQ(Error::PermissionDenied("").code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(Error::DeadlineExceeded("").code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(Error::UnknownOutcome("").code, ErrorCode::kUnknownOutcome);
  EXPECT_EQ(Error::TooLarge("").code, ErrorCode::kTooLarge);
  EXPECT_EQ(Error::FailedPrecondition("").code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Error::Internal("").code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace keysteward
