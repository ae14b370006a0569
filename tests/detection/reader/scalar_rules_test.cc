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
  ExpectKind(NodeKind::kNumber, {"1e99", "1e-99"});
  ExpectKind(NodeKind::kString, {"1e100", "1e400", "1e-400", "1e999999999999"});
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
      {"y", "true"},    {"YES", "true"}, {"on", "true"},   {"True", "true"}, {"n", "false"},
      {"off", "false"}, {"No", "false"}, {"~", "null"},    {"", "null"},     {"NULL", "null"},
      {"data", "data"}, {"1", "1"},      {"0x1F", "0x1F"}, {"1.50", "1.50"}, {"yEs", "yEs"},
      {"<<<", "<<<"},   {"=", "="}};
  for (const auto& [written, seen] : cases) EXPECT_EQ(ResolveKey(written), seen) << written;
}

}  // namespace
}  // namespace keysteward::detection
