#include "cli/output/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace keysteward::cli {
namespace {

using nlohmann::json;

TEST(Yaml, ObjectsListsAndScalarsAreWrittenInBlockStyle) {
  const json value = {{"metadata", {{"name", "stripe-live"}, {"labels", json::object()}}},
                      {"spec",
                       {{"entries", {{{"name", "A"}, {"value", "x"}}, {{"name", "B"}}}},
                        {"count", 3},
                        {"suspend", false},
                        {"none", nullptr},
                        {"list", {1, 2}},
                        {"empty", json::array()}}}};
  EXPECT_EQ(ToYaml(value), R"("metadata":
  "labels": {}
  "name": "stripe-live"
"spec":
  "count": 3
  "empty": []
  "entries":
    - "name": "A"
      "value": "x"
    - "name": "B"
  "list":
    - 1
    - 2
  "none": null
  "suspend": false
)");
}

TEST(Yaml, NoTextCanBeReadAsAnythingElse) {
  for (const char* text :
       {"yes", "no", "null", "~",  "1e3", "0x10", "- a", "a: b",       "#c",   "&a",  "*a",
        "!t",  "|",  ">",    "%d", "@x",  "`",    "'",   "2026-01-01", "1:30", " a ", ""}) {
    EXPECT_EQ(ToYaml({{"a", text}}), "\"a\": " + json(text).dump() + "\n");
    EXPECT_EQ(ToYaml({{text, 1}}), json(text).dump() + ": 1\n");
  }
}

TEST(Yaml, LineEndsAndControlCharactersAreEscaped) {
  EXPECT_EQ(ToYaml({{"a", "x\n- b\t\x1b[31m"}}), "\"a\": \"x\\n- b\\t\\u001b[31m\"\n");
}

// Found by fuzzing: JSON leaves these as they are; YAML refuses some and folds others to a blank.
TEST(Yaml, WhatYamlDoesNotTakeIsEscaped) {
  EXPECT_EQ(ToYaml({{"a\x7f", "\u0085|\u009b|\u2028|\u2029|\ufeff|\uffff|é😀"}}),
            "\"a\\u007f\": "
            "\"\\u0085|\\u009b|\\u2028|\\u2029|\\ufeff|\\uffff|é😀\"\n");
}

TEST(Yaml, NestedListsAndBareScalarsStandAlone) {
  EXPECT_EQ(ToYaml({{1, 2}, json::array()}), "- - 1\n  - 2\n- []\n");
  EXPECT_EQ(ToYaml("x"), "\"x\"\n");
  EXPECT_EQ(ToYaml(json::object()), "{}\n");
}

TEST(PrintJson, LeavesOutWhatOnlyServersRead) {
  std::ostringstream out;
  PrintJson(ListOf({{{"metadata", {{"name", "a"}, {"managedFields", {1}}}}}}), OutputFormat::kJson,
            out);
  EXPECT_EQ(
      json::parse(out.str()),
      (json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", {{{"metadata", {{"name", "a"}}}}}}}));
}

TEST(PrintJson, TextThatIsNotUtf8IsReplacedNotThrown) {
  std::ostringstream out;
  PrintJson({{"a", "\xff"}}, OutputFormat::kJson, out);
  EXPECT_THAT(out.str(), testing::HasSubstr("\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace keysteward::cli
