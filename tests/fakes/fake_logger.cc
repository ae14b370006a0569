#include "tests/fakes/fake_logger.h"

#include <algorithm>
#include <type_traits>

#include "observability/log_line.h"

namespace keysteward {
namespace {

std::string ValueText(const LogField& field) {
  return std::visit(
      [](const auto& value) -> std::string {
        using V = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<V, std::string>) return value;
        if constexpr (std::is_same_v<V, bool>) return value ? "true" : "false";
        if constexpr (std::is_same_v<V, int64_t> || std::is_same_v<V, double>) {
          return std::to_string(value);
        }
      },
      field.value);
}

}  // namespace

std::string FakeLogger::Line::Field(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const LogField& field) { return field.key == key; });
  return found == fields.end() ? "" : ValueText(*found);
}

void FakeLogger::Log(LogLevel level, std::string_view message, const LogFields& fields) {
  MutexLock lock(mutex_);
  lines_.push_back({level, std::string(message), fields});
}

std::vector<FakeLogger::Line> FakeLogger::Lines() const {
  MutexLock lock(mutex_);
  return lines_;
}

int FakeLogger::Count(std::string_view message) const {
  MutexLock lock(mutex_);
  return static_cast<int>(std::count_if(lines_.begin(), lines_.end(),
                                        [&](const Line& line) { return line.message == message; }));
}

std::string FakeLogger::Line::Text() const {
  std::string text = std::string(LogLevelName(level)) + " " + message;
  for (const LogField& field : fields) text += " " + field.key + "=" + ValueText(field);
  return text;
}

bool FakeLogger::Contains(std::string_view text, std::string_view also) const {
  const std::vector<Line> lines = Lines();
  return std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
    const std::string all = line.Text();
    return all.find(text) != std::string::npos && all.find(also) != std::string::npos;
  });
}

std::string FakeLogger::Text() const {
  std::string text;
  for (const Line& line : Lines()) text += line.Text() + "\n";
  return text;
}

}  // namespace keysteward
