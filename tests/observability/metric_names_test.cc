// docs/metrics.md and metric_names.h are one list told twice; this test keeps them equal.
#include "observability/metric_names.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "common/strings.h"
#include "tests/source_dir.h"

namespace keysteward {
namespace {

struct Row {
  std::string name, type, labels, meaning;
};

// The rows "| `name` | type | `label`, `label` | meaning |".
std::vector<Row> ReadDocs() {
  std::ifstream file(KEYSTEWARD_SOURCE_DIR "/docs/metrics.md");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    for (const std::string_view cell : Split(line, '|')) {
      std::string text(Trim(cell));
      std::erase(text, '`');
      cells.push_back(text);
    }
    if (cells.size() >= 5) rows.push_back({cells[1], cells[2], cells[3], cells[4]});
  }
  return rows;
}

std::string TypeName(MetricType type) {
  if (type == MetricType::kCounter) return "counter";
  return type == MetricType::kGauge ? "gauge" : "histogram";
}

std::string LabelList(const MetricSpec& metric) {
  if (metric.labels.empty()) return "none";
  std::string list;
  for (const std::string_view label : Split(metric.labels, ',')) {
    list += (list.empty() ? "" : ", ") + std::string(label);
  }
  return list;
}

TEST(MetricNames, TheDocsListExactlyTheMetricsOfTheProgram) {
  const std::vector<Row> rows = ReadDocs();
  ASSERT_EQ(rows.size(), kAllMetrics.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].name, kAllMetrics[i]->name);
    EXPECT_EQ(rows[i].type, TypeName(kAllMetrics[i]->type)) << rows[i].name;
    EXPECT_EQ(rows[i].labels, LabelList(*kAllMetrics[i])) << rows[i].name;
    EXPECT_EQ(rows[i].meaning, kAllMetrics[i]->help) << rows[i].name;
  }
}

TEST(MetricNames, EveryConstantOfTheHeaderIsInTheList) {
  std::ifstream file(KEYSTEWARD_SOURCE_DIR "/observability/metric_names.h");
  size_t constants = 0;
  for (std::string line; std::getline(file, line);) {
    constants += line.starts_with("inline constexpr MetricSpec ") ? 1 : 0;
  }
  EXPECT_EQ(constants, kAllMetrics.size());
}

// The text of every source of the product but the list itself.
std::string ProductSources() {
  std::string all;
  for (const char* folder : {"common", "observability", "tls", "http", "api", "evidence", "kube",
                             "detection", "policy", "operator", "webhook", "cli"}) {
    const std::filesystem::path root = std::filesystem::path(KEYSTEWARD_SOURCE_DIR) / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file() || entry.path().filename() == "metric_names.h") continue;
      std::ifstream file(entry.path());
      all.append(std::istreambuf_iterator<char>(file), {});
    }
  }
  return all;
}

TEST(MetricNames, EveryMetricOfTheListIsWrittenByTheProgram) {
  const std::string sources = ProductSources();
  std::ifstream header(KEYSTEWARD_SOURCE_DIR "/observability/metric_names.h");
  size_t names = 0;
  for (std::string line; std::getline(header, line);) {
    const size_t at = line.find("    &k");
    if (at != 0) continue;
    const std::string name = line.substr(5, line.find(',') - 5);
    ++names;
    const size_t found = sources.find(name);
    EXPECT_NE(found, std::string::npos) << "documented, and never written: " << name;
  }
  EXPECT_EQ(names, kAllMetrics.size());
}

TEST(MetricNames, AreUniqueAndFollowTheNamingRules) {
  std::set<std::string_view> seen;
  for (const MetricSpec* metric : kAllMetrics) {
    EXPECT_TRUE(seen.insert(metric->name).second) << metric->name << " appears twice";
    EXPECT_EQ(metric->name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos)
        << metric->name;
    EXPECT_EQ(metric->name.ends_with("_total"), metric->type == MetricType::kCounter)
        << metric->name;
    EXPECT_TRUE(metric->type != MetricType::kHistogram || metric->name.ends_with("_seconds"))
        << metric->name;
    EXPECT_TRUE(metric->help.ends_with(".")) << metric->name;
  }
}

TEST(MetricNames, NoLabelNamesAPodOrAKey) {
  for (const MetricSpec* metric : kAllMetrics) {
    for (const std::string_view label : Split(metric->labels, ',')) {
      EXPECT_TRUE(label != "pod" && label != "key" && label != "value" && label != "le")
          << metric->name;
    }
  }
}

}  // namespace
}  // namespace keysteward
