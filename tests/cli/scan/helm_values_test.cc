#include "cli/scan/helm_values.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/scan/node_at.h"
#include "cli/scan/scan_inputs.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;

json Overlay(const std::string& yaml, const std::string& path,
             const std::vector<std::string>& prefix = {}) {
  const auto manifest = detection::ManifestReader().Read(yaml).value();
  return OverlayFor(NodesTo(*manifest.documents[0].root, path), prefix, "m");
}

TEST(HelmValues, OnlyTheWayToTheValueIsGiven) {
  EXPECT_EQ(Overlay("a: {b: {c: x, d: y}}\ne: z\n", "a.b.c"),
            json::parse(R"({"a": {"b": {"c": "m"}}})"));
}

TEST(HelmValues, AListIsGivenWhole) {
  EXPECT_EQ(Overlay("env: [{name: A, value: x, p: 1}, {name: B}]", "env[0].value"),
            json::parse(R"({"env": [{"name": "A", "value": "m", "p": 1}, {"name": "B"}]})"));
  EXPECT_EQ(Overlay("l: [a, b]", "l[1]"), json::parse(R"({"l": ["a", "m"]})"));
  EXPECT_EQ(Overlay("l: [[a, b], c]", "l[0][1]"), json::parse(R"({"l": [["a", "m"], "c"]})"));
}

TEST(HelmValues, ValuesOfAChartBelowStandUnderItsName) {
  EXPECT_EQ(Overlay("a: x", "a", {"outer", "inner"}),
            json::parse(R"({"outer": {"inner": {"a": "m"}}})"));
}

TEST(HelmValues, TheFileIsOursAloneAndGoesAway) {
  std::string path;
  {
    const auto overlay = ValuesOverlay::Write({{"a", "b"}});
    ASSERT_TRUE(overlay);
    path = overlay->path();
    struct stat status = {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600u);
    EXPECT_EQ(ReadFile(path, 100).value(), "{\"a\":\"b\"}");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace keysteward::cli
