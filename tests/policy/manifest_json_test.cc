#include "policy/manifest_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/json.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::policy {
namespace {

std::string AsJson(std::string_view yaml) {
  detection::ManifestReader reader;
  const auto file = reader.Read(yaml);
  if (!file) return file.error().ToString();
  return DumpJson(ManifestJson(*file->documents[0].root));
}

TEST(ManifestJson, IsWhatTheApiServerWouldStore) {
  EXPECT_EQ(AsJson("a: yes\nb: 'yes'\nc: ~\nd: [1, -2, 1.5, 1e3]\ne: {f: off}\n"),
            R"({"a":true,"b":"yes","c":null,"d":[1,-2,1.5,1000.0],"e":{"f":false}})");
  EXPECT_EQ(AsJson("a: 1\na: 2\n"), R"({"a":2})") << "the last of a duplicate";
  EXPECT_EQ(AsJson("y: 1\n"), R"({"true":1})");
  EXPECT_EQ(AsJson("[]"), "[]");
  EXPECT_EQ(AsJson("{}"), "{}");
  EXPECT_EQ(AsJson("\"\""), "\"\"");
}

TEST(ManifestJson, GivesNumbersTheirValue) {
  EXPECT_EQ(AsJson("[9223372036854775807, 9223372036854775808, 18446744073709551616]"),
            "[9223372036854775807,9223372036854775808,1.8446744073709552e+19]");
  EXPECT_EQ(AsJson("[0x1F, 0777, 1_000, +5, 08]"), "[31,511,1000,5,8.0]");
}

}  // namespace
}  // namespace keysteward::policy
