#include "operator/restart/restart_history.h"

#include <algorithm>

#include "api/v1alpha1/annotations.h"
#include "common/duration.h"

namespace keysteward::op {
namespace {

constexpr size_t kMaxText = 512;  // ten times and room to spare

}  // namespace

std::vector<WallTime> RestartsOf(const Workload& workload) {
  const std::string text = workload.metadata.Annotation(api::v1alpha1::kRestartsAnnotation);
  std::vector<WallTime> times;
  if (text.size() > kMaxText) return times;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    if (const Result<WallTime> time = ParseTime(text.substr(at, end - at))) times.push_back(*time);
    at = end + 1;
  }
  std::sort(times.begin(), times.end());
  return times;
}

std::optional<WallTime> HeldUntil(const Workload& workload, int64_t limit, WallTime now) {
  std::vector<WallTime> times = RestartsOf(workload);
  std::erase_if(times, [&](WallTime time) { return time > now || time + kRestartWindow <= now; });
  if (limit <= 0 || times.size() < static_cast<size_t>(limit)) return std::nullopt;
  return times[times.size() - static_cast<size_t>(limit)] + kRestartWindow;
}

std::string NoteRestart(const Workload& workload, WallTime now) {
  std::vector<WallTime> times = RestartsOf(workload);
  std::erase_if(times, [&](WallTime time) { return time > now; });
  times.push_back(std::chrono::floor<std::chrono::seconds>(now));
  if (times.size() > kNotedRestarts) times.erase(times.begin(), times.end() - kNotedRestarts);
  std::string text;
  for (const WallTime time : times) text += (text.empty() ? "" : ",") + FormatTime(time);
  return text;
}

}  // namespace keysteward::op
