// RestartHistory: when we restarted a workload, noted on the workload itself, so that the flap
// breaker holds across restarts of the operator and changes of leader. Pure.
//
// Annotation keysteward.dev/restarts of the workload (not of its template): the last ten times,
// RFC 3339, oldest first, separated by commas. It is written in the same patch that restarts.
//
//   if (const auto until = HeldUntil(workload, 3, now)) …not before *until
//   annotations[kRestartsAnnotation] = NoteRestart(workload, now);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "operator/consumers/workload.h"

namespace keysteward::op {

// How many times are noted, and so the highest limit that can be kept.
inline constexpr size_t kNotedRestarts = 10;
inline constexpr Duration kRestartWindow = std::chrono::hours(1);

// The times noted, oldest first. What cannot be read is left out: people may edit annotations.
std::vector<WallTime> RestartsOf(const Workload& workload);

// When the workload may be restarted again, at most `limit` times within the window (0: any
// number); nothing when it may be now. Times of the future, which a clock set back leaves behind,
// hold nothing up.
std::optional<WallTime> HeldUntil(const Workload& workload, int64_t limit, WallTime now);

// The annotation with a restart at `now` added.
std::string NoteRestart(const Workload& workload, WallTime now);

}  // namespace keysteward::op
