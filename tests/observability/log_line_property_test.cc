// Log lines of random bytes: whatever a stranger writes, a line stays one line of valid JSON.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/utf8.h"
#include "observability/log_line.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward {
namespace {

using namespace std::string_view_literals;  // NOLINT: the text holds a NUL

// Text made mostly of what breaks lines, escapes and encodings.
std::string HostileText(Random& random) {
  constexpr std::string_view kAlphabet =
      "\0\n\r\t\x1b\"\\{}%=,:[]<>&'` ab0\x7f\x80\xbf\xc2\xe2\xef\xff"sv;
  return random.Text(random.Below(400), kAlphabet);
}

LogFields HostileFields(Random& random) {
  LogFields fields;
  const uint64_t count = random.Below(12);
  for (uint64_t i = 0; i < count; ++i) {
    fields.emplace_back("k" + std::to_string(i) + random.Text(random.Below(4), "\"\\\n= \xff"),
                        HostileText(random));
  }
  return fields;
}

void ExpectShowable(const std::string& line) {
  for (std::string_view rest = line; !rest.empty();) {
    const Utf8Char c = FirstUtf8Char(rest);
    ASSERT_TRUE(c.valid) << line;
    ASSERT_FALSE(IsHidden(c.code)) << line;
    rest.remove_prefix(c.size);
  }
  ASSERT_LT(line.size(), kMaxLogLineBytes);
}

TEST(LogLineProperty, TwoThousandHostileLinesStayLines) {
  FakeRandom random;
  const WallTime now = FakeClock().WallNow();
  for (int i = 0; i < 2000; ++i) {
    const LogFields fields = HostileFields(random);
    const std::string line =
        RenderLogLine(LogFormat::kJson, now, LogLevel::kWarn, HostileText(random), fields);
    ASSERT_NO_FATAL_FAILURE(ExpectShowable(line));
    const nlohmann::json parsed = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << line;
    ASSERT_EQ(parsed["level"], "warn");
    ASSERT_TRUE(parsed.contains("truncated") || parsed.size() == fields.size() + 3) << line;
    ASSERT_NO_FATAL_FAILURE(ExpectShowable(
        RenderLogLine(LogFormat::kText, now, LogLevel::kWarn, HostileText(random), fields)));
  }
}

}  // namespace
}  // namespace keysteward
