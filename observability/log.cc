#include "observability/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include <array>
#include <atomic>
#include <utility>

#include "observability/line_writer.h"
#include "observability/log_line.h"
#include "observability/metric_names.h"

namespace keysteward {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

// Takes finished lines. What is lost is told in the log itself as soon as a line gets through.
class LineSink final : public spdlog::sinks::sink {
 public:
  LineSink(const LogOptions& options, const Clock& clock)
      : options_(options), clock_(clock), out_(options.fd) {}

  void log(const spdlog::details::log_msg& message) override {
    const std::string_view line(message.payload.data(), message.payload.size());
    if (!TellLost() || !out_.Write(line)) CountLost();
  }
  void flush() override {}
  // The lines are rendered before spdlog sees them.
  void set_pattern(const std::string& /*pattern*/) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) override {}

  void CountLost() {
    ++lost_;
    if (options_.metrics != nullptr) options_.metrics->Increment(kLogLinesDropped, {});
  }

 private:
  bool TellLost() {
    const int64_t lost = lost_.exchange(0);
    if (lost == 0) return true;
    const std::string line = RenderLogLine(options_.format, clock_.WallNow(), LogLevel::kWarn,
                                           "log lines dropped", {{"lines", lost}});
    if (out_.Write(line)) return true;
    lost_ += lost;
    return false;
  }

  const LogOptions options_;
  const Clock& clock_;
  LineWriter out_;
  std::atomic<int64_t> lost_ = 0;
};

class SpdlogLogger final : public Logger {
 public:
  SpdlogLogger(const LogOptions& options, const Clock& clock)
      : format_(options.format),
        clock_(clock),
        sink_(std::make_shared<LineSink>(options, clock)),
        logger_("keysteward", sink_) {
    logger_.set_level(ToSpdlog(options.level));
    // The default handler prints to standard error, which may be what failed.
    logger_.set_error_handler([sink = sink_](const std::string&) { sink->CountLost(); });
  }

  void Log(LogLevel level, std::string_view message, const LogFields& fields) override {
    if (!Enabled(level)) return;
    const std::string line = RenderLogLine(format_, clock_.WallNow(), level, message, fields);
    // The overload for a view: the line is never read as a format string.
    logger_.log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
  }

  bool Enabled(LogLevel level) const override {
    return level != LogLevel::kOff && logger_.should_log(ToSpdlog(level));
  }

 private:
  const LogFormat format_;
  const Clock& clock_;
  std::shared_ptr<LineSink> sink_;
  spdlog::logger logger_;
};

class NullLogger final : public Logger {
 public:
  void Log(LogLevel /*level*/, std::string_view /*message*/, const LogFields& /*fields*/) override {
  }
  bool Enabled(LogLevel /*level*/) const override { return false; }
};

}  // namespace

bool ParseLogLevel(std::string_view text, LogLevel& level) {
  for (const LogLevel candidate : {LogLevel::kTrace, LogLevel::kDebug, LogLevel::kInfo,
                                   LogLevel::kWarn, LogLevel::kError, LogLevel::kOff}) {
    if (text != LogLevelName(candidate)) continue;
    level = candidate;
    return true;
  }
  return false;
}

std::unique_ptr<Logger> MakeLogger(const LogOptions& options, const Clock& clock) {
  return std::make_unique<SpdlogLogger>(options, clock);
}

std::unique_ptr<Logger> MakeLogger(LogLevel level, LogFormat format, const Clock& clock) {
  return MakeLogger(LogOptions{.level = level, .format = format}, clock);
}

std::unique_ptr<Logger> MakeNullLogger() { return std::make_unique<NullLogger>(); }

}  // namespace keysteward
