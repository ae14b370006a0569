// RenderLogLine: one log line as text, whatever the values hold. Pure.
//
// JSON: {"ts":"2026-01-01T00:00:00.000000Z","level":"info","msg":"step done","step":"Deliver"}
// Text: 2026-01-01T00:00:00.000000Z INFO  step done step=Deliver attempt=2
//
// Values of strangers cannot end the line, move the cursor, turn the reading direction or break the
// JSON: hidden characters become \uXXXX, malformed UTF-8 becomes U+FFFD.
#pragma once

#include <string>
#include <string_view>

#include "common/clock.h"
#include "observability/log.h"

namespace keysteward {

inline constexpr size_t kMaxLogTextBytes = 256;  // of a message or value, before escaping
// PIPE_BUF: what a pipe takes whole or not at all. The line end is included.
inline constexpr size_t kMaxLogLineBytes = 4096;

std::string_view LogLevelName(LogLevel level);

// Without the line end. Fields that do not fit are left out and "truncated" says so.
std::string RenderLogLine(LogFormat format, WallTime time, LogLevel level, std::string_view message,
                          const LogFields& fields);

}  // namespace keysteward
