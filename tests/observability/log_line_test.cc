#include "observability/log_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/fakes/fake_clock.h"

namespace keysteward {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Json(const LogFields& fields, std::string_view message = "step done") {
  return RenderLogLine(LogFormat::kJson, FakeClock().WallNow(), LogLevel::kInfo, message, fields);
}

std::string Text(const LogFields& fields) {
  return RenderLogLine(LogFormat::kText, FakeClock().WallNow(), LogLevel::kWarn, "step done",
                       fields);
}

TEST(LogLine, AJsonLineHoldsTimeLevelMessageAndTypedFields) {
  EXPECT_EQ(Json({{"step", "Deliver"}, {"attempt", 2}, {"late", true}, {"seconds", 0.5}}),
            "{\"ts\":\"2026-01-01T00:00:00.000000Z\",\"level\":\"info\",\"msg\":\"step done\","
            "\"step\":\"Deliver\",\"attempt\":2,\"late\":true,\"seconds\":0.5}");
}

TEST(LogLine, ATextLineAlignsLevelsAndQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(Text({{"step", "Deliver"}, {"why", "two words"}, {"empty", ""}, {"n", -3}}),
            "2026-01-01T00:00:00.000000Z WARN  step done step=Deliver why=\"two words\" "
            "empty=\"\" n=-3");
}

struct Hostile {
  const char* name;
  std::string value;
  std::string escaped;
};

class HostileValue : public testing::TestWithParam<Hostile> {};

TEST_P(HostileValue, StaysInsideItsField) {
  const Hostile& hostile = GetParam();
  for (const std::string& line :
       {Json({{"name", hostile.value}}), Text({{"name", hostile.value}})}) {
    EXPECT_THAT(line, HasSubstr(hostile.escaped)) << line;
    for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
  }
  const json parsed = json::parse(Json({{"name", hostile.value}}));
  EXPECT_EQ(parsed.size(), 4U) << "a value made a field of its own";
  EXPECT_TRUE(parsed["name"].is_string());
}

INSTANTIATE_TEST_SUITE_P(
    Log, HostileValue,
    testing::Values(Hostile{"Crlf", "a\r\n{\"level\":\"error\"}", "a\\u000d\\n{\\\"level\\\""},
                    Hostile{"AnsiEscape", "\x1b[31mred", "\\u001b[31mred"},
                    Hostile{"EightBitCsi",
                            "\xc2\x9b"
                            "31m",
                            "\\u009b31m"},
                    Hostile{"FmtPlaceholder", "{} {0:>99999999}", "{} {0:>99999999}"},
                    Hostile{"PrintfFormat", "%n%s%100000d", "%n%s%100000d"},
                    Hostile{"QuoteAndBackslash", "\",\"admin\":true,\"x\\",
                            "\\\",\\\"admin\\\":true"},
                    Hostile{"Nul", std::string("a\0b", 3), "a\\u0000b"},
                    Hostile{"RightToLeftOverride",
                            "a\xe2\x80\xae"
                            "b",
                            "a\\u202eb"},
                    Hostile{"LineSeparator",
                            "a\xe2\x80\xa8"
                            "b",
                            "a\\u2028b"},
                    Hostile{"ByteOrderMark",
                            "\xef\xbb\xbf"
                            "a",
                            "\\ufeffa"},
                    Hostile{"LoneContinuationByte",
                            "a\x80"
                            "b",
                            "a\xef\xbf\xbd"
                            "b"},
                    Hostile{"CutUtf8", "a\xe2\x82", "a\xef\xbf\xbd"},
                    Hostile{"OverlongSlash", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
                    Hostile{"Delete", "a\x7f", "a\\u007f"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(LogLine, AHostileKeyIsEscapedToo) {
  const json parsed = json::parse(Json({{"a\"\n", "v"}}));
  EXPECT_EQ(parsed["a\"\n"], "v");
  EXPECT_THAT(Text({{"a b=", "v"}}), HasSubstr("\"a b=\"=v"));
}

TEST(LogLine, AFieldCannotReplaceTimeLevelOrMessage) {
  const json parsed = json::parse(Json({{"ts", "x"}, {"level", "y"}, {"msg", "z"}}));
  EXPECT_EQ(parsed["msg"], "step done");
  EXPECT_EQ(parsed["field_ts"], "x");
  EXPECT_EQ(parsed["field_level"], "y");
  EXPECT_EQ(parsed["field_msg"], "z");
}

TEST(LogLine, AMegabyteIsCutAt256BytesAndMarked) {
  const json parsed = json::parse(Json({{"name", std::string(1 << 20, 'x')}}));
  EXPECT_EQ(parsed["name"], std::string(256, 'x') + "…");
}

TEST(LogLine, ACutNeverSplitsACharacter) {
  const json parsed = json::parse(Json({{"name", std::string(255, 'x') + "€€"}}));
  EXPECT_EQ(parsed["name"], std::string(255, 'x') + "…");
}

TEST(LogLine, ALongLineEndsWithANoteAndFitsAPipe) {
  LogFields fields;
  for (int i = 0; i < 50; ++i)
    fields.emplace_back("k" + std::to_string(i), std::string(256, '\x01'));
  for (const LogFormat format : {LogFormat::kJson, LogFormat::kText}) {
    const std::string line =
        RenderLogLine(format, FakeClock().WallNow(), LogLevel::kInfo, "step done", fields);
    EXPECT_LT(line.size(), kMaxLogLineBytes);
    EXPECT_THAT(line,
                EndsWith(format == LogFormat::kJson ? ",\"truncated\":true}" : " truncated=true"));
  }
}

TEST(LogLine, NumbersThatJsonLacksBecomeText) {
  const double infinite = std::numeric_limits<double>::infinity();
  const json parsed = json::parse(
      Json({{"nan", std::nan("")}, {"up", infinite}, {"down", -infinite}, {"min", INT64_MIN}}));
  EXPECT_EQ(parsed["nan"], "NaN");
  EXPECT_EQ(parsed["up"], "+Inf");
  EXPECT_EQ(parsed["down"], "-Inf");
  EXPECT_EQ(parsed["min"], INT64_MIN);
}

TEST(LogLine, LevelsAreParsedByTheirLowerCaseNames) {
  for (const LogLevel level : {LogLevel::kTrace, LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn,
                               LogLevel::kError, LogLevel::kOff}) {
    LogLevel parsed = LogLevel::kOff;
    EXPECT_TRUE(ParseLogLevel(LogLevelName(level), parsed));
    EXPECT_EQ(parsed, level);
  }
  LogLevel unchanged = LogLevel::kWarn;
  for (const std::string_view bad : {"", "INFO", "warning", " info", "info\n"}) {
    EXPECT_FALSE(ParseLogLevel(bad, unchanged)) << bad;
  }
  EXPECT_EQ(unchanged, LogLevel::kWarn);
}

}  // namespace
}  // namespace keysteward
