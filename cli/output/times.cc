#include "cli/output/times.h"

#include "common/duration.h"

namespace keysteward::cli {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

std::string Two(int64_t large, const char* unit, int64_t small, const char* small_unit) {
  std::string text = std::to_string(large) + unit;
  if (small > 0) text += std::to_string(small) + small_unit;
  return text;
}

std::string Distance(WallTime time, WallTime now) {
  return time > now ? "in " + Short(time - now) : Short(now - time) + " ago";
}

}  // namespace

// The bounds are those of k8s.io/apimachinery/pkg/util/duration HumanDuration, so that an age reads
// the same in kubectl.
std::string Short(Duration duration) {
  const int64_t s = std::max<int64_t>(duration_cast<seconds>(duration).count(), 0);
  const int64_t m = s / 60;
  const int64_t h = m / 60;
  const int64_t d = h / 24;
  if (s < 120) return std::to_string(s) + "s";
  if (m < 10) return Two(m, "m", s % 60, "s");
  if (h < 3) return std::to_string(m) + "m";
  if (h < 8) return Two(h, "h", m % 60, "m");
  if (h < 48) return std::to_string(h) + "h";
  if (d < 8) return Two(d, "d", h % 24, "h");
  if (d < 365 * 2) return std::to_string(d) + "d";
  if (d < 365 * 8) return Two(d / 365, "y", d % 365, "d");
  return std::to_string(d / 365) + "y";
}

std::string When(const std::optional<WallTime>& time, WallTime now) {
  return time ? FormatTime(*time) + " (" + Distance(*time, now) + ")" : "";
}

std::string Day(const std::optional<WallTime>& time, WallTime now) {
  if (!time) return "";
  const std::string day = FormatTime(*time).substr(0, 10);
  return day + " (" + (*time > now ? Short(*time - now) : Short(now - *time) + " ago") + ")";
}

std::string Age(const std::optional<WallTime>& since, WallTime now) {
  return since ? Short(now - *since) : "";
}

}  // namespace keysteward::cli
