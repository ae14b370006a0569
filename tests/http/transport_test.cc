#include "http/transport.h"

#include <gtest/gtest.h>

namespace keysteward::http {
namespace {

TEST(FindHeader, NamesAreComparedWithoutCaseAndTheFirstOneWins) {
  const Headers headers = {{"Retry-After", "1"}, {"RETRY-AFTER", "2"}, {"Empty", ""}};
  EXPECT_EQ(FindHeader(headers, "retry-after"), "1");
  EXPECT_EQ(FindHeader(headers, "Empty"), "");
  EXPECT_EQ(FindHeader(headers, "Retry"), "");
  EXPECT_EQ(FindHeader({}, "x"), "");
}

}  // namespace
}  // namespace keysteward::http
