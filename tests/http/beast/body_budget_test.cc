#include "http/beast/body_budget.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

namespace keysteward::http {
namespace {

TEST(BodyBudget, ChargesWhatIsThereAndGivesItBack) {
  BodyBudget budget(100);
  {
    BodyCharge charge(budget);
    EXPECT_TRUE(charge.GrowTo(40));
    EXPECT_EQ(budget.used(), 40U);
    EXPECT_TRUE(charge.GrowTo(100));
    EXPECT_EQ(budget.used(), 100U) << "the difference, not the sum";
  }
  EXPECT_EQ(budget.used(), 0U);
}

TEST(BodyBudget, TheLastByteIsTakenAndTheOneAfterItIsNot) {
  BodyBudget budget(100);
  BodyCharge first(budget);
  BodyCharge second(budget);
  ASSERT_TRUE(first.GrowTo(60));
  EXPECT_TRUE(second.GrowTo(40));
  EXPECT_FALSE(second.GrowTo(41));
  EXPECT_EQ(budget.used(), 100U) << "what was charged before stays";
  first.Release();
  EXPECT_TRUE(second.GrowTo(100));
}

TEST(BodyBudget, AnAbsurdSizeDoesNotWrapAround) {
  BodyBudget budget(100);
  BodyCharge charge(budget);
  ASSERT_TRUE(charge.GrowTo(1));
  EXPECT_FALSE(charge.GrowTo(SIZE_MAX));
  EXPECT_EQ(budget.used(), 1U);
}

TEST(BodyBudget, ASmallerBodyGivesNothingBackBeforeItsEnd) {
  BodyBudget budget(100);
  BodyCharge charge(budget);
  ASSERT_TRUE(charge.GrowTo(50));
  EXPECT_TRUE(charge.GrowTo(10));
  EXPECT_EQ(budget.used(), 50U);
}

TEST(BodyBudget, ReleasedTwiceIsReleasedOnce) {
  BodyBudget budget(100);
  std::optional<BodyCharge> other(std::in_place, budget);
  ASSERT_TRUE(other->GrowTo(30));
  BodyCharge charge(budget);
  ASSERT_TRUE(charge.GrowTo(50));
  charge.Release();
  charge.Release();
  EXPECT_EQ(budget.used(), 30U);
  other.reset();
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace keysteward::http
