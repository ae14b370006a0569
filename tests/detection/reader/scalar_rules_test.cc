#include "detection/reader/scalar_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

void ExpectKind(NodeKind kind, std::initializer_list<const char*> texts) {
  for (const char* text : texts) EXPECT_EQ(ResolvePlain(text), kind) << "'" << text << "'";
}

TEST(ResolvePlain, KnowsEverySpellingOfNull) {
  ExpectKind(NodeKind::kNull, {"", "~", "null", "Null", "NULL"});
  ExpectKind(NodeKind::kString, {"nULL", "nil", "none", "None", "undefined", "~~", "NUL"});
}

TEST(ResolvePlain, KnowsTheBooleansOfYaml11) {
  ExpectKind(NodeKind::kBool,
             {"y",    "Y",    "yes",   "Yes",   "YES",   "n",  "N",  "no", "No",  "NO",  "true",
              "True", "TRUE", "false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF"});
  ExpectKind(NodeKind::kString, {"yEs", "tRUE", "oN", "oFF", "yes!", "truee", "t", "f", "nope"});
}

TEST(ResolvePlain, KnowsIntegersOfEveryBase) {
  ExpectKind(NodeKind::kNumber,
             {"0", "7", "42", "-1", "+12", "007", "0777", "1_000", "0x1F", "0XfF", "0b101", "0B1",
              "0o17", "-0x1f", "+0b1", "99999999999999999999999999"});
  ExpectKind(NodeKind::kString, {"0x", "0xG1", "0b2", "0o8", "--1", "+-1", "1-", "0x_", "-", "+",
                                 "1 000", "1,000", "_1", "0b", "1e", "0x1.5"});
}

TEST(ResolvePlain, KnowsFloats) {
  ExpectKind(NodeKind::kNumber,
             {"1.5", ".5", "5.", "-0.5", "+.5", "1e3", "1E3", "1.5e-3", "1e+10", ".inf", "-.inf",
              "+.Inf", ".INF", ".nan", ".NaN", ".NAN", "1_0.5"});
  ExpectKind(NodeKind::kString, {".", "..", "-.", "1.2.3", ".e1", "1e", "1e+", "e1", ".Nan", "inf",
                                 "nan", "infinity", "1.5.", "0.5ms", "1.5e", "127.0.0.1"});
}

// 1e400 would be no float at the API server's side: it stays text, so nothing is read as infinity.
TEST(ResolvePlain, LeavesOverflowingExponentsAsText) {
  ExpectKind(NodeKind::kNumber, {"1e99", "1e-99", "1e300", "1e-400"});
  ExpectKind(NodeKind::kString, {"1e400", "1e999999999999"});
}

TEST(ResolvePlain, LeavesTimesVersionsQuantitiesAndKeysAsText) {
  ExpectKind(NodeKind::kString,
             {"12:30:45", "2026-01-02", "2026-01-02T03:04:05Z", "10Mi", "250m", "1h30m", "v1.2.3",
              "1.2.3-alpha", "0.0.0.0/0", "a", "hunter2", "12ab", "=", "<<", "abc: d", "日本"});
}

TEST(ResolvePlain, TakesBytesThatAreNoTextAsText) {
  ExpectKind(NodeKind::kString, {"\xFF", "\x80\x81", "1\xC0", "\xE2\x80"});
}

TEST(ResolveKey, SpellsNamesAsTheApiServerSeesThem) {
  const std::pair<const char*, const char*> cases[] = {
      {"y", "true"},
      {"YES", "true"},
      {"on", "true"},
      {"True", "true"},
      {"n", "false"},
      {"off", "false"},
      {"No", "false"},
      {"data", "data"},
      {"1", "1"},
      {"0x1F", "31"},
      {"0777", "511"},
      {"1.50", "1.5"},
      {"1e3", "1000"},
      {"1e6", "1e+06"},
      {"0.00001", "1e-05"},
      {"1_000", "1000"},
      {"yEs", "yEs"},
      {"<<<", "<<<"},
      {"=", "="},
      {".inf", ".inf"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"-9223372036854775809", "-9.223372e+18"}};
  for (const auto& [written, seen] : cases) EXPECT_EQ(ResolveKey(written), seen) << written;
}

TEST(ResolveKey, RefusesWhatNoNameCanBe) {
  for (const char* written : {"~", "", "NULL", "9223372036854775808"}) {
    EXPECT_EQ(ResolveKey(written), std::nullopt) << written;
  }
}

TEST(NumberOf, ReadsEveryBase) {
  const std::pair<const char*, int64_t> cases[] = {{"0", 0},
                                                   {"-0", 0},
                                                   {"0777", 511},
                                                   {"0o777", 511},
                                                   {"-010", -8},
                                                   {"0x1F", 31},
                                                   {"0b11", 3},
                                                   {"+5", 5},
                                                   {"1_000", 1000},
                                                   {"-0x10", -16},
                                                   {"9223372036854775807", INT64_MAX},
                                                   {"-9223372036854775808", INT64_MIN}};
  for (const auto& [text, value] : cases) EXPECT_EQ(NumberOf(text), ScalarNumber(value)) << text;
  EXPECT_EQ(NumberOf("18446744073709551615"), ScalarNumber(UINT64_MAX));
  EXPECT_EQ(NumberOf("18446744073709551616"), ScalarNumber(18446744073709551616.0));
}

TEST(NumberOf, ReadsFloats) {
  EXPECT_EQ(NumberOf("08"), ScalarNumber(8.0)) << "no octal digit, so a float";
  EXPECT_EQ(NumberOf(".5"), ScalarNumber(0.5));
  EXPECT_EQ(NumberOf("+1.5e3"), ScalarNumber(1500.0));
  EXPECT_EQ(NumberOf("1e300"), ScalarNumber(1e300));
  EXPECT_EQ(NumberOf("1e-400"), ScalarNumber(0.0)) << "too small is zero";
  EXPECT_EQ(NumberOf("1e400"), std::nullopt) << "too large is text";
}

TEST(NumberOf, KnowsNoOtherText) {
  for (const char* text :
       {"", "a", "0x", "0b2", "0o8", "1e", "--1", "1-", ".", "-", "_1", "0x_g"}) {
    EXPECT_EQ(NumberOf(text), std::nullopt) << text;
  }
}

TEST(IsTrue, TellsTheBooleansApart) {
  for (const char* text : {"y", "Yes", "true", "ON"}) EXPECT_TRUE(IsTrue(text)) << text;
  for (const char* text : {"n", "No", "false", "OFF", "~", "", "text"}) EXPECT_FALSE(IsTrue(text));
}

}  // namespace
}  // namespace keysteward::detection
