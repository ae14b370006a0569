// Times for people: UTC, and how far away.
//
//   Short(90min + 5s) == "90m"; When(t, now) == "2027-02-24T09:01:30Z (in 89d)"
#pragma once

#include <optional>
#include <string>

#include "common/clock.h"

namespace keysteward::cli {

// As kubectl writes an age: at most two units, fewer the longer it is. Negative counts as zero.
std::string Short(Duration duration);

// "2027-02-24T09:01:30Z (in 89d)" or "… (12m ago)"; "" for no time.
std::string When(const std::optional<WallTime>& time, WallTime now);

// "2027-02-24 (89d)", "2026-11-20 (6d ago)"; for table cells.
std::string Day(const std::optional<WallTime>& time, WallTime now);

// "12m"; "" for no time.
std::string Age(const std::optional<WallTime>& since, WallTime now);

}  // namespace keysteward::cli
