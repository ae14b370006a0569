#include "common/duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "common/strings.h"

namespace keysteward {
namespace {

using std::chrono::duration_cast;

constexpr Duration kLongest = std::chrono::hours(24 * 365 * 100);
constexpr std::array<std::pair<std::string_view, Duration>, 4> kUnits = {{
    {"ms", std::chrono::milliseconds(1)},  // before "m", which is its prefix
    {"h", std::chrono::hours(1)},
    {"m", std::chrono::minutes(1)},
    {"s", std::chrono::seconds(1)},
}};

Error BadDuration(std::string_view text) {
  return Error::InvalidArgument("\"" + Printable(text, 32) +
                                "\" is not a duration; write for example 720h, 10m or 1h30m");
}

Error BadTime(std::string_view text) {
  return Error::InvalidArgument(
      "\"" + Printable(text, 40) +
      "\" is not an RFC 3339 time; write for example 2027-06-30T00:00:00Z");
}

// One number with its unit, at most kLongest.
std::optional<Duration> TakePart(std::string_view& text) {
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  for (const auto& [name, unit] : kUnits) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    if (number > kLongest / unit) return std::nullopt;
    return number * unit;
  }
  return std::nullopt;
}

// Reads exactly `width` digits at the front of `text`, or -1.
int TakeDigits(std::string_view& text, size_t width) {
  int value = 0;
  if (text.size() < width) return -1;
  for (size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool TakeChar(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// The fraction of a second after the dot, up to nanoseconds; further digits are dropped.
Result<Duration> TakeFraction(std::string_view& text) {
  int64_t nanos = 0;
  int64_t scale = 100'000'000;
  size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    nanos += (text.front() - '0') * scale;
    scale /= 10;
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return Error::InvalidArgument("no digit after the dot");
  return Duration(nanos);
}

// "Z" or "+hh:mm": what to subtract to reach UTC.
Result<std::chrono::seconds> TakeOffset(std::string_view& text) {
  if (TakeChar(text, "Zz")) return std::chrono::seconds::zero();
  const bool minus = !text.empty() && text.front() == '-';
  if (!TakeChar(text, "+-")) return Error::InvalidArgument("no time zone");
  const int hours = TakeDigits(text, 2);
  if (!TakeChar(text, ":")) return Error::InvalidArgument("no colon in the time zone");
  const int minutes = TakeDigits(text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return Error::InvalidArgument("time zone out of range");
  }
  const std::chrono::seconds offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return minus ? -offset : offset;
}

Result<std::chrono::sys_days> TakeDate(std::string_view& text) {
  const int year = TakeDigits(text, 4);
  const bool dash1 = TakeChar(text, "-");
  const int month = TakeDigits(text, 2);
  const bool dash2 = TakeChar(text, "-");
  const int day = TakeDigits(text, 2);
  if (!dash1 || !dash2 || year < 0 || month < 1 || day < 1) {
    return Error::InvalidArgument("no date");
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return Error::InvalidArgument("no such day");
  return std::chrono::sys_days(date);
}

// "hh:mm:ss" since midnight; second 60 is the first of the next minute.
Result<std::chrono::seconds> TakeTimeOfDay(std::string_view& text) {
  const int hour = TakeDigits(text, 2);
  const bool colon1 = TakeChar(text, ":");
  const int minute = TakeDigits(text, 2);
  const bool colon2 = TakeChar(text, ":");
  const int second = TakeDigits(text, 2);
  if (!colon1 || !colon2 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60) {
    return Error::InvalidArgument("no time of day");
  }
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

// 64 bits of nanoseconds hold the years 1678 to 2261 whole; what lies beyond is a way to write
// "unset" or "never" and becomes the nearest end.
std::chrono::sys_seconds Clamped(std::chrono::sys_seconds time) {
  using std::chrono::sys_days;
  using namespace std::chrono_literals;  // NOLINT: 1678y reads as the date it is
  constexpr std::chrono::sys_seconds kFirst = sys_days(1678y / 1 / 1);
  constexpr std::chrono::sys_seconds kLast = sys_days(2262y / 1 / 1) - 1s;
  return std::clamp(time, kFirst, kLast);
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  Duration total = Duration::zero();
  std::string_view rest = text;
  do {
    const std::optional<Duration> part = TakePart(rest);
    if (!part || total + *part > kLongest) return BadDuration(text);
    total += *part;
  } while (!rest.empty());
  return total;
}

std::string FormatDuration(Duration duration) {
  int64_t millis = duration_cast<std::chrono::milliseconds>(duration).count();
  if (millis == 0) return "0s";
  std::string text = millis < 0 ? "-" : "";
  millis = std::abs(millis);
  constexpr std::array<std::pair<std::string_view, int64_t>, 4> kParts = {
      {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
  for (const auto& [name, size] : kParts) {
    if (millis / size == 0) continue;
    text += std::to_string(millis / size) + std::string(name);
    millis %= size;
  }
  return text;
}

Result<WallTime> ParseTime(std::string_view text) {
  std::string_view rest = text;
  const Result<std::chrono::sys_days> date = TakeDate(rest);
  if (!date || !TakeChar(rest, "Tt ")) return BadTime(text);
  const Result<std::chrono::seconds> time_of_day = TakeTimeOfDay(rest);
  if (!time_of_day) return BadTime(text);
  Result<Duration> fraction = Duration::zero();
  if (TakeChar(rest, ".")) fraction = TakeFraction(rest);
  const Result<std::chrono::seconds> offset = TakeOffset(rest);
  if (!fraction || !offset || !rest.empty()) return BadTime(text);
  return WallTime(Clamped(*date + *time_of_day - *offset)) + *fraction;
}

namespace {

std::string Format(WallTime time, bool micros) {
  // Whole seconds first: the day before the earliest instant does not fit in nanoseconds.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  char text[48];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  std::string result(text, static_cast<size_t>(length));
  if (micros) {
    const auto rest = std::chrono::floor<std::chrono::microseconds>(time) - seconds;
    (void)std::snprintf(text, sizeof text, ".%06d", static_cast<int>(rest.count()));
    result += text;
  }
  return result + "Z";
}

}  // namespace

std::string FormatTime(WallTime time) { return Format(time, false); }

std::string FormatMicroTime(WallTime time) { return Format(time, true); }

}  // namespace keysteward
