#include "tests/fakes/recording_logger.h"

#include <algorithm>

namespace keysteward {
namespace {

struct ToText {
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return std::to_string(value); }
};

}  // namespace

void RecordingLogger::Log(LogLevel, std::string_view message, const LogFields& fields) {
  std::string line(message);
  for (const LogField& field : fields) {
    line += " " + field.key + "=" + std::visit(ToText{}, field.value);
  }
  MutexLock lock(mutex_);
  lines_.push_back(std::move(line));
}

std::vector<std::string> RecordingLogger::Lines() const {
  MutexLock lock(mutex_);
  return lines_;
}

bool RecordingLogger::Contains(std::string_view text, std::string_view also) const {
  const std::vector<std::string> lines = Lines();
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(text) != std::string::npos && line.find(also) != std::string::npos;
  });
}

}  // namespace keysteward
