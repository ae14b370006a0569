#include "observability/process_metrics.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "common/strings.h"
#include "common/version.h"
#include "observability/metric_names.h"

namespace keysteward {
namespace {

// Positions counted from the field after the name (field 3 of proc(5)).
constexpr size_t kUserTicks = 11;
constexpr size_t kSystemTicks = 12;
constexpr size_t kThreads = 17;
constexpr size_t kResidentPages = 21;

bool ReadNumber(std::string_view text, int64_t& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && number >= 0;
}

// Entries of /proc/self/fd without ".", ".." and the one opened to count; -1 without /proc.
int64_t CountOpenFiles() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), &closedir);
  if (folder == nullptr) return -1;
  int64_t entries = 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): glibc's readdir is safe on a stream of one's own
  while (readdir(folder.get()) != nullptr) ++entries;
  return std::max<int64_t>(entries - 3, 0);
}

}  // namespace

Result<ProcessUsage> ParseProcessStat(std::string_view stat, int64_t ticks_per_second,
                                      int64_t page_bytes) {
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || ticks_per_second <= 0) {
    return Error::InvalidArgument("not a process stat line");
  }
  const std::vector<std::string_view> fields = Split(Trim(stat.substr(name_end + 1)), ' ');
  int64_t user = 0;
  int64_t system = 0;
  int64_t pages = 0;
  ProcessUsage usage;
  if (fields.size() <= kResidentPages || !ReadNumber(fields[kUserTicks], user) ||
      !ReadNumber(fields[kSystemTicks], system) || !ReadNumber(fields[kThreads], usage.threads) ||
      !ReadNumber(fields[kResidentPages], pages)) {
    return Error::InvalidArgument("not a process stat line");
  }
  usage.cpu_seconds = static_cast<double>(user + system) / static_cast<double>(ticks_per_second);
  usage.resident_bytes = pages * page_bytes;
  return usage;
}

ProcessMetrics::ProcessMetrics(Metrics& metrics, const Clock& clock) : metrics_(metrics) {
  metrics_.Set(kProcessStartTime, {},
               std::chrono::duration<double>(clock.WallNow().time_since_epoch()).count());
  metrics_.Set(kBuildInfo, {{"version", std::string(kVersion)}}, 1);
}

void ProcessMetrics::Update() {
  const int64_t open_files = CountOpenFiles();
  if (open_files >= 0) metrics_.Set(kProcessOpenFds, {}, static_cast<double>(open_files));
  std::ifstream file("/proc/self/stat");
  std::string stat;
  std::getline(file, stat);
  const Result<ProcessUsage> usage =
      ParseProcessStat(stat, sysconf(_SC_CLK_TCK), sysconf(_SC_PAGESIZE));
  if (!usage) return;
  metrics_.Set(kProcessResidentMemory, {}, static_cast<double>(usage->resident_bytes));
  metrics_.Set(kProcessThreads, {}, static_cast<double>(usage->threads));
  metrics_.Increment(kProcessCpu, {}, std::max(usage->cpu_seconds - cpu_seconds_, 0.0));
  cpu_seconds_ = std::max(usage->cpu_seconds, cpu_seconds_);
}

}  // namespace keysteward
