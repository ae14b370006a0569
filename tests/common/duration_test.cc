#include "common/duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace keysteward {
namespace {

using namespace std::chrono_literals;  // NOLINT: 10min reads as the field is written
using ::testing::HasSubstr;

TEST(Duration, ReadsTheUnitsOfKubernetes) {
  EXPECT_EQ(*ParseDuration("720h"), 720h);
  EXPECT_EQ(*ParseDuration("1h30m"), 90min);
  EXPECT_EQ(*ParseDuration("1h30m5s250ms"), 1h + 30min + 5s + 250ms);
  EXPECT_EQ(*ParseDuration("500ms"), 500ms);
  EXPECT_EQ(*ParseDuration("0s"), 0s);
  EXPECT_EQ(*ParseDuration("007s"), 7s);
  EXPECT_EQ(*ParseDuration("876000h"), 876000h);
}

TEST(Duration, RefusesEverythingElseAndSaysWhatToWrite) {
  for (const std::string bad : {"",
                                "10",
                                "h",
                                "ms",
                                "10 m",
                                " 10m",
                                "10m ",
                                "-10m",
                                "+10m",
                                "1.5h",
                                "1,5h",
                                "10d",
                                "10M",
                                "10H",
                                "1h-30m",
                                "1h30",
                                "0x10s",
                                "1e3s",
                                "∞",
                                "10m\n",
                                "876000h1ms",
                                "876001h",
                                "9223372036854775807h",
                                "99999999999999999999s",
                                "500000h500000h"}) {
    const Result<Duration> parsed = ParseDuration(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(parsed.error().message,
                HasSubstr("is not a duration; write for example 720h, 10m or 1h30m"));
  }
}

TEST(Duration, AHostileTextIsCutAndEscapedInTheMessage) {
  const std::string message =
      ParseDuration("\x1b[31m\r\n" + std::string(1 << 20, 'x')).error().message;
  EXPECT_LT(message.size(), 150U);
  EXPECT_THAT(message, HasSubstr("\"\\x1B[31m\\x0D\\x0Axxx"));
}

TEST(Duration, IsWrittenInTheShortestForm) {
  const std::vector<std::pair<Duration, std::string>> rows = {
      {720h, "720h"}, {90min, "1h30m"},    {0s, "0s"},    {59s, "59s"},       {1h + 5ms, "1h5ms"},
      {60s, "1m"},    {1500ms, "1s500ms"}, {999us, "0s"}, {-90min, "-1h30m"}, {-5ms, "-5ms"}};
  for (const auto& [duration, text] : rows) EXPECT_EQ(FormatDuration(duration), text);
}

TEST(Duration, ReadsBackWhatItWrote) {
  for (const Duration duration :
       {Duration(0s), Duration(1ms), Duration(61s), Duration(25h + 1ms), Duration(876000h)}) {
    EXPECT_EQ(*ParseDuration(FormatDuration(duration)), duration);
  }
}

struct TimeRow {
  std::string text, written;
};

class GoodTime : public testing::TestWithParam<TimeRow> {};

TEST_P(GoodTime, IsReadAsUtc) {
  const Result<WallTime> time = ParseTime(GetParam().text);
  ASSERT_TRUE(time) << time.error().message;
  EXPECT_EQ(FormatMicroTime(*time), GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc3339, GoodTime,
    testing::Values(TimeRow{"2026-12-20T02:00:00Z", "2026-12-20T02:00:00.000000Z"},
                    TimeRow{"2026-12-20t02:00:00z", "2026-12-20T02:00:00.000000Z"},
                    TimeRow{"2026-12-20 02:00:00Z", "2026-12-20T02:00:00.000000Z"},
                    TimeRow{"2026-12-20T02:00:00.5Z", "2026-12-20T02:00:00.500000Z"},
                    TimeRow{"2026-12-20T02:00:00.123456789Z", "2026-12-20T02:00:00.123456Z"},
                    TimeRow{"2026-12-20T02:00:00.1234567891234Z", "2026-12-20T02:00:00.123456Z"},
                    TimeRow{"2026-12-20T02:00:00+05:45", "2026-12-19T20:15:00.000000Z"},
                    TimeRow{"2026-12-20T02:00:00-08:00", "2026-12-20T10:00:00.000000Z"},
                    TimeRow{"2026-12-20T02:00:00-00:00", "2026-12-20T02:00:00.000000Z"},
                    TimeRow{"2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000000Z"},
                    TimeRow{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z"},
                    TimeRow{"2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000000Z"},
                    TimeRow{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
                    TimeRow{"1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59.900000Z"},
                    TimeRow{"2261-12-31T23:59:59-23:59", "2261-12-31T23:59:59.000000Z"},
                    TimeRow{"1678-01-01T00:00:00+23:59", "1678-01-01T00:00:00.000000Z"}));

TEST(Time, YearsBeyondTheRangeBecomeItsNearestEnd) {
  // Providers write "never" as the year 9999, Go writes "unset" as the year 1.
  EXPECT_EQ(FormatTime(*ParseTime("9999-12-31T23:59:59Z")), "2261-12-31T23:59:59Z");
  EXPECT_EQ(FormatTime(*ParseTime("2262-01-01T00:00:00Z")), "2261-12-31T23:59:59Z");
  EXPECT_EQ(FormatTime(*ParseTime("0001-01-01T00:00:00Z")), "1678-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(*ParseTime("0000-02-29T00:00:00Z")), "1678-01-01T00:00:00Z");
}

TEST(Time, RefusesWhatIsNoInstant) {
  for (const std::string bad : {"",
                                "now",
                                "2026",
                                "2026-12-20",
                                "2026-12-20T02:00:00",
                                "2026-12-20T02:00Z",
                                "2026-13-01T00:00:00Z",
                                "2026-00-01T00:00:00Z",
                                "2026-01-00T00:00:00Z",
                                "2026-01-32T00:00:00Z",
                                "2026-02-29T00:00:00Z",
                                "2100-02-29T00:00:00Z",
                                "2026-04-31T00:00:00Z",
                                "2026-01-01T24:00:00Z",
                                "2026-01-01T00:60:00Z",
                                "2026-01-01T00:00:61Z",
                                "2026-01-01T00:00:00.Z",
                                "2026-01-01T00:00:00,5Z",
                                "2026-01-01T00:00:00+24:00",
                                "2026-01-01T00:00:00+00:60",
                                "2026-01-01T00:00:00+0100",
                                "2026-01-01T00:00:00+01",
                                "2026-01-01T00:00:00ZZ",
                                "2026-01-01T00:00:00Z ",
                                " 2026-01-01T00:00:00Z",
                                "26-01-01T00:00:00Z",
                                "+2026-01-01T00:00:00Z",
                                "-2026-01-01T00:00:00Z",
                                "20260-01-01T00:00:00Z",
                                "2026-1-1T00:00:00Z",
                                "2026-01-01T-1:00:00Z",
                                "1767225600"}) {
    const Result<WallTime> time = ParseTime(bad);
    ASSERT_FALSE(time) << bad;
    EXPECT_THAT(time.error().message, HasSubstr("is not an RFC 3339 time; write for example "
                                                "2027-06-30T00:00:00Z"));
  }
}

TEST(Time, WholeSecondsAreWrittenRoundedDown) {
  const WallTime before_epoch = WallTime(-500ms);
  EXPECT_EQ(FormatTime(before_epoch), "1969-12-31T23:59:59Z");
  EXPECT_EQ(FormatTime(WallTime(999ms)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatMicroTime(WallTime::min()), "1677-09-21T00:12:43.145224Z");
  EXPECT_EQ(FormatMicroTime(WallTime::max()), "2262-04-11T23:47:16.854775Z");
}

}  // namespace
}  // namespace keysteward
