#include "detection/fields/next_of.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

TEST(NextOf, FindsTheFirstWhereverItStands) {
  for (size_t size = 1; size < 40; ++size) {
    for (size_t place = 0; place < size; ++place) {
      std::string text(size, 'a');
      text[place] = place % 2 == 0 ? '=' : ':';
      EXPECT_EQ((NextOf<'=', ':'>(text, 0)), place) << size;
      EXPECT_EQ((NextOf<'=', ':'>(text, place + 1)), size) << size;
    }
  }
}

TEST(NextOf, EndsWithTheText) {
  EXPECT_EQ((NextOf<'='>("", 0)), 0u);
  EXPECT_EQ((NextOf<'='>("abc", 7)), 3u);
  EXPECT_EQ((NextOf<'='>("a=b=", 2)), 3u);
}

}  // namespace
}  // namespace keysteward::detection
