// Durations and instants as Kubernetes users write them.
//
// Durations: Go's syntax restricted to h, m, s, ms ("720h", "1h30m", "500ms"); no sign, no
// fraction. Instants: RFC 3339 in UTC ("2026-12-20T02:00:00Z", fractions and offsets accepted when
// reading).
//
//   ParseDuration("1h30m").value() == 90min;  FormatDuration(90min) == "1h30m"
#pragma once

#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"

namespace keysteward {

// At most 100 years; "0s" is valid. The error says what was expected.
Result<Duration> ParseDuration(std::string_view text);
// Shortest form that reads back equal to the millisecond: "720h", "1h30m", "0s". A negative one,
// which is for people only, has a minus in front.
std::string FormatDuration(Duration duration);

// Years before 1678 and after 2261 become the nearest instant of that range.
Result<WallTime> ParseTime(std::string_view text);
// Whole seconds, "2026-12-20T02:00:00Z": the precision of metav1.Time.
std::string FormatTime(WallTime time);
// Microseconds, the form of metav1.MicroTime: "2026-12-20T02:00:00.000000Z".
std::string FormatMicroTime(WallTime time);

}  // namespace keysteward
