#include "observability/process_metrics.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <initializer_list>
#include <string>
#include <string_view>

#include "common/version.h"
#include "observability/metric_names.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward {
namespace {

// pid, name and state, then the fields 4 to 24 of proc(5): utime 250, stime 50, 7 threads, 1000
// pages.
std::string StatLine(const std::string& name) {
  return "42 (" + name +
         ") S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 7 0 123456 "
         "99999999 1000 18446744073709551615 1 1 0 0\n";
}

TEST(ProcessStat, GivesCpuMemoryAndThreads) {
  const Result<ProcessUsage> usage = ParseProcessStat(StatLine("keysteward"), 100, 4096);
  ASSERT_TRUE(usage);
  EXPECT_DOUBLE_EQ(usage->cpu_seconds, 3.0);
  EXPECT_EQ(usage->resident_bytes, 4'096'000);
  EXPECT_EQ(usage->threads, 7);
}

TEST(ProcessStat, TheNameMayHoldBlanksAndParentheses) {
  for (const char* name : {"a b", "x) S 9 9 (y", "(", ")", ""}) {
    const Result<ProcessUsage> usage = ParseProcessStat(StatLine(name), 100, 4096);
    ASSERT_TRUE(usage) << name;
    EXPECT_EQ(usage->threads, 7) << name;
  }
}

TEST(ProcessStat, RefusesWhatItDoesNotUnderstand) {
  const std::string good = StatLine("keysteward");
  const std::string cut = good.substr(0, 60);
  for (const std::string_view bad : std::initializer_list<std::string_view>{
           "", "42", "42 (keysteward)", "42 (keysteward) S 1 2 3", cut,
           "42 (k) S 1 42 42 0 -1 4194560 100 0 0 0 -5 50 0 0 20 0 7 0 123456 99 1000",
           "42 (k) S 1 42 42 0 -1 4194560 100 0 0 0 2x 50 0 0 20 0 7 0 123456 99 1000"}) {
    EXPECT_EQ(ParseProcessStat(bad, 100, 4096).error(),
              Error::InvalidArgument("not a process stat line"))
        << bad;
  }
  EXPECT_FALSE(ParseProcessStat(good, 0, 4096));
}

TEST(ProcessMetrics, TellsThisProcess) {
  FakeMetrics metrics;
  const FakeClock clock;
  ProcessMetrics process(metrics, clock);
  process.Update();
  EXPECT_EQ(metrics.Value(kProcessStartTime, {}), 1767225600);
  EXPECT_GT(metrics.Value(kProcessResidentMemory, {}), 1e6);
  EXPECT_LT(metrics.Value(kProcessResidentMemory, {}), 1e10);
  EXPECT_GE(metrics.Value(kProcessThreads, {}), 1);
}

TEST(ProcessMetrics, TellsTheVersionOnce) {
  FakeMetrics metrics;
  const FakeClock clock;
  ProcessMetrics process(metrics, clock);
  EXPECT_EQ(metrics.Value(kBuildInfo, {{"version", std::string(kVersion)}}), 1);
  process.Update();
  EXPECT_EQ(metrics.Value(kBuildInfo, {{"version", std::string(kVersion)}}), 1);
}

TEST(ProcessMetrics, AFileMoreIsOneMore) {
  FakeMetrics metrics;
  const FakeClock clock;
  ProcessMetrics process(metrics, clock);
  process.Update();
  const double before = metrics.Value(kProcessOpenFds, {});
  const int file = open("/dev/null", O_RDONLY);
  process.Update();
  EXPECT_EQ(metrics.Value(kProcessOpenFds, {}), before + 1);
  close(file);
}

TEST(ProcessMetrics, CpuTimeIsCountedOnceAndNeverFalls) {
  FakeMetrics metrics;
  const FakeClock clock;
  ProcessMetrics process(metrics, clock);
  double last = 0;
  for (int i = 0; i < 50; ++i) {
    process.Update();
    const double now = metrics.Value(kProcessCpu, {});
    EXPECT_GE(now, last);
    last = now;
  }
  // Counted from zero at every update instead of by difference, it would be fifty times as much.
  EXPECT_LE(last, static_cast<double>(std::clock()) / CLOCKS_PER_SEC + 1);
}

}  // namespace
}  // namespace keysteward
