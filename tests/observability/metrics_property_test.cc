// Metrics with label values of random bytes: whatever a stranger's object is called, the page stays
// one that a scraper reads, and each series stays one series.
#include <gtest/gtest.h>

#include <charconv>
#include <map>
#include <string>
#include <string_view>

#include "common/random.h"
#include "common/strings.h"
#include "common/utf8.h"
#include "observability/metric_names.h"
#include "observability/metrics.h"
#include "tests/fakes/fake_random.h"

namespace keysteward {
namespace {

using namespace std::string_view_literals;  // NOLINT: the text holds a NUL

std::string HostileName(Random& random) {
  constexpr std::string_view kAlphabet = "\0\n\r\t\"\\{}=,# ab0\x7f\x80\xc3\xa4\xff"sv;
  return random.Text(random.Below(300), kAlphabet);
}

// Takes "name=\"value\"" off the front of `rest`; false when it is none.
bool TakeLabel(std::string_view& rest, std::string& value) {
  const size_t quote = rest.find("=\"");
  if (quote == 0 || quote == std::string_view::npos) return false;
  rest.remove_prefix(quote + 2);
  value.clear();
  while (!rest.empty() && rest.front() != '"') {
    const bool escaped = rest.front() == '\\';
    if (escaped) rest.remove_prefix(1);
    if (rest.empty()) return false;
    if (escaped && std::string_view("\\\"n").find(rest.front()) == std::string_view::npos) {
      return false;
    }
    value += escaped && rest.front() == 'n' ? '\n' : rest.front();
    rest.remove_prefix(1);
  }
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  return true;
}

// "name{label="value"} 3" → value of the label and the number; nothing for any other line.
bool ReadSample(std::string_view line, const std::string& metric, std::string& label,
                double& number) {
  if (!line.starts_with(metric + "{")) return false;
  line.remove_prefix(metric.size() + 1);
  if (!TakeLabel(line, label) || !line.starts_with("} ")) return false;
  line.remove_prefix(2);
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), number);
  return failure == std::errc() && end == line.data() + line.size();
}

TEST(MetricsProperty, AFiveHundredSeriesPageOfHostileNamesIsStillRead) {
  FakeRandom random;
  const auto metrics = MakeMetrics();
  std::map<std::string, double> expected;
  for (int i = 0; i < 500; ++i) {
    const std::string name = HostileName(random);
    metrics->Increment(kFindings, {{"rule", name}});
    ++expected[CleanUtf8(name, 256)];
  }
  std::map<std::string, double> read;
  const std::string page = metrics->Render();
  for (const std::string_view line : Split(page, '\n')) {
    if (line.empty() || line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
    std::string label;
    double number = 0;
    ASSERT_TRUE(ReadSample(line, std::string(kFindings.name), label, number)) << line;
    EXPECT_TRUE(read.emplace(label, number).second) << "one series twice";
  }
  EXPECT_EQ(read, expected);
}

TEST(MetricsProperty, WhatWasSetUnderAHostileNameIsRemovedUnderIt) {
  FakeRandom random;
  const auto metrics = MakeMetrics();
  for (int i = 0; i < 200; ++i) {
    const Labels labels = {{"namespace", HostileName(random)}, {"name", HostileName(random)}};
    metrics->Set(kCredentialExpiry, labels, 1);
    metrics->Remove(kCredentialExpiry, labels);
    ASSERT_EQ(metrics->Render().find(std::string(kCredentialExpiry.name) + "{"), std::string::npos);
  }
}

}  // namespace
}  // namespace keysteward
