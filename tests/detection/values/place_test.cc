#include "detection/values/place.h"

#include <gtest/gtest.h>

#include <set>

namespace keysteward::detection {
namespace {

TEST(PlaceName, IsDifferentForEveryPlace) {
  std::set<std::string_view> names;
  for (int place = 0; place <= static_cast<int>(Place::kComment); ++place) {
    names.insert(PlaceName(static_cast<Place>(place)));
  }
  EXPECT_EQ(names.size(), 9u);
  EXPECT_EQ(PlaceName(Place::kEnv), "an environment variable");
}

}  // namespace
}  // namespace keysteward::detection
