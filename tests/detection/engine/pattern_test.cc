#include "detection/engine/pattern.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

TEST(Pattern, IsFoundAnywhereUnlessAnchored) {
  EXPECT_TRUE(PatternFound("[a-z]+:write", "charges:write").value());
  EXPECT_FALSE(PatternFound("^write", "charges:write").value());
}

TEST(Pattern, ThatIsNoExpressionIsAnErrorWithoutTheValue) {
  const Result<bool> found = PatternFound("(", "value-of-somebody");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message, "the pattern is no RE2 expression");
}

}  // namespace
}  // namespace keysteward::detection
