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

static_assert(!std::is_convertible_v<const char*, Result<int>>, "only what converts to the type");
static_assert(!std::is_convertible_v<Result<int>, bool>, "asked by name or in a condition only");

TEST(Result, AValueIsTakenOutByMoveAndLeftByCopy) {
  Result<std::string> text = std::string(100, 'x');
  EXPECT_EQ(text.value_or(""), std::string(100, 'x'));
  EXPECT_EQ(*text, std::string(100, 'x')) << "it was copied";
  const std::string taken = std::move(text).value();
  EXPECT_EQ(taken, std::string(100, 'x'));
  Result<std::string> changed = std::string("a");
  *changed += "b";
  changed->push_back('c');
  EXPECT_EQ(changed.value(), "abc");
}

TEST(Result, OfNothingIsASuccessUnlessItHoldsAnError) {
  const Result<void> good;
  EXPECT_TRUE(good.has_value());
  Result<void> bad = Error::Conflict("stale");
  EXPECT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error(), Error::Conflict("stale"));
  EXPECT_EQ(std::move(bad).error().message, "stale");
}

TEST(Result, TheMacrosEvaluateTheirExpressionOnce) {
  int calls = 0;
  const auto count = [&calls]() -> Result<int> { return ++calls; };
  const auto run = [&]() -> Result<int> {
    KS_RETURN_IF_ERROR(count());
    KS_ASSIGN_OR_RETURN(const int first, count());
    KS_ASSIGN_OR_RETURN(const int second, count());
    return first * 10 + second;
  };
  EXPECT_EQ(run().value(), 23);
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace keysteward
