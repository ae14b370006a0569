#include "cli/output/times.h"

#include <gtest/gtest.h>

#include "common/duration.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests

TEST(Times, AgesReadAsInKubectl) {
  const std::vector<std::pair<Duration, std::string>> rows = {
      {0s, "0s"},          {-5s, "0s"},       {119s, "119s"},      {120s, "2m"},
      {125s, "2m5s"},      {599s, "9m59s"},   {600s, "10m"},       {179min, "179m"},
      {180min, "3h"},      {479min, "7h59m"}, {480min, "8h"},      {47h, "47h"},
      {48h, "2d"},         {49h, "2d1h"},     {191h, "7d23h"},     {192h, "8d"},
      {24h * 729, "729d"}, {24h * 730, "2y"}, {24h * 731, "2y1d"}, {24h * 3650, "10y"}};
  for (const auto& [duration, text] : rows) EXPECT_EQ(Short(duration), text);
}

TEST(Times, SayHowFarAwayTheyAre) {
  const WallTime now = ParseTime("2026-12-20T02:00:00Z").value();
  EXPECT_EQ(When(now + 24h * 89, now), "2027-03-19T02:00:00Z (in 89d)");
  EXPECT_EQ(When(now - 12min, now), "2026-12-20T01:48:00Z (12m ago)");
  EXPECT_EQ(When(std::nullopt, now), "");
  EXPECT_EQ(Day(now + 24h * 89, now), "2027-03-19 (89d)");
  EXPECT_EQ(Day(now - 24h * 9, now), "2026-12-11 (9d ago)");
  EXPECT_EQ(Day(std::nullopt, now), "");
  EXPECT_EQ(Age(now - 3h, now), "3h");
  EXPECT_EQ(Age(std::nullopt, now), "");
}

}  // namespace
}  // namespace keysteward::cli
