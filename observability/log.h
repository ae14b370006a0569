// Logger: structured lines, a constant message plus key/values. One JSON object per line on
// standard error of the process, or nothing in most unit tests.
//
// Values are text, numbers or booleans named by the caller; there is no way to log an object or a
// SecretBytes. Thread-safe. A line that cannot be written is counted, never waited for.
//
//   log.Info("rotation step done", {{"rotation", key.ToString()}, {"step", "Deliver"}, {"attempt",
//   2}});
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/clock.h"

namespace keysteward {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kOff };

// "trace" … "off"; anything else is nothing.
bool ParseLogLevel(std::string_view text, LogLevel& level);

struct LogField {
  std::string key;
  std::variant<std::string, int64_t, double, bool> value;

  LogField(std::string_view k, std::string_view v) : key(k), value(std::string(v)) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  template <std::integral I>
  LogField(std::string_view k, I v) : key(k), value(static_cast<int64_t>(v)) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
};

using LogFields = std::vector<LogField>;

class Logger {
 public:
  virtual ~Logger() = default;

  // `message` is a constant of the program, never text from outside.
  virtual void Log(LogLevel level, std::string_view message, const LogFields& fields) = 0;
  virtual bool Enabled(LogLevel level) const = 0;

  void Trace(std::string_view message, const LogFields& fields = {}) {
    Write(LogLevel::kTrace, message, fields);
  }
  void Debug(std::string_view message, const LogFields& fields = {}) {
    Write(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, const LogFields& fields = {}) {
    Write(LogLevel::kInfo, message, fields);
  }
  void Warn(std::string_view message, const LogFields& fields = {}) {
    Write(LogLevel::kWarn, message, fields);
  }
  void Error(std::string_view message, const LogFields& fields = {}) {
    Write(LogLevel::kError, message, fields);
  }

 private:
  void Write(LogLevel level, std::string_view message, const LogFields& fields) {
    if (Enabled(level)) Log(level, message, fields);
  }
};

enum class LogFormat { kJson, kText };

class Metrics;

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kJson;
  int fd = 2;                  // standard error; stays open, not owned
  Metrics* metrics = nullptr;  // when given, counts kLogLinesDropped; must outlive the logger
};

// Lines hold "ts", "level", "msg", then the fields; a field of one of these names gets the prefix
// "field_". Each text is cut at 256 bytes, its control and direction characters are escaped, and a
// line is at most 4096 bytes. `clock` must outlive the logger.
std::unique_ptr<Logger> MakeLogger(const LogOptions& options, const Clock& clock);
std::unique_ptr<Logger> MakeLogger(LogLevel level, LogFormat format, const Clock& clock);

// Drops every line.
std::unique_ptr<Logger> MakeNullLogger();

}  // namespace keysteward
