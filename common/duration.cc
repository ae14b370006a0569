#include "common/duration.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

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
  return Error::InvalidArgument("\"" + std::string(text.substr(0, 32)) +
                                "\" is not a duration; write for example 720h, 10m or 1h30m");
}

Error BadTime(std::string_view text) {
  return Error::InvalidArgument(
      "\"" + std::string(text.substr(0, 40)) +
      "\" is not an RFC 3339 time; write for example 2027-06-30T00:00:00Z");
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
Result<Duration> TakeOffset(std::string_view& text) {
  if (TakeChar(text, "Zz")) return Duration::zero();
  const bool minus = !text.empty() && text.front() == '-';
  if (!TakeChar(text, "+-")) return Error::InvalidArgument("no time zone");
  const int hours = TakeDigits(text, 2);
  if (!TakeChar(text, ":")) return Error::InvalidArgument("no colon in the time zone");
  const int minutes = TakeDigits(text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return Error::InvalidArgument("time zone out of range");
  }
  const Duration offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return minus ? -offset : offset;
}

Result<WallTime> TakeDate(std::string_view& text) {
  const int year = TakeDigits(text, 4);
  const bool dash1 = TakeChar(text, "-");
  const int month = TakeDigits(text, 2);
  const bool dash2 = TakeChar(text, "-");
  const int day = TakeDigits(text, 2);
  if (!dash1 || !dash2 || year < 1970 || month < 1 || day < 1) {
    return Error::InvalidArgument("no date");
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  // Nanoseconds in 64 bits end in 2262.
  if (!date.ok() || year > 2261) return Error::InvalidArgument("no such day");
  return WallTime(std::chrono::sys_days(date));
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  Duration total = Duration::zero();
  std::string_view rest = text;
  if (rest.empty()) return BadDuration(text);
  while (!rest.empty()) {
    int64_t number = 0;
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failure != std::errc() || rest.front() == '-') return BadDuration(text);
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    bool matched = false;
    for (const auto& [name, unit] : kUnits) {
      if (!rest.starts_with(name)) continue;
      if (number > kLongest / unit) return BadDuration(text);
      total += number * unit;
      rest.remove_prefix(name.size());
      matched = true;
      break;
    }
    if (!matched || total > kLongest) return BadDuration(text);
  }
  return total;
}

std::string FormatDuration(Duration duration) {
  std::string text;
  int64_t millis = duration_cast<std::chrono::milliseconds>(duration).count();
  constexpr std::array<std::pair<std::string_view, int64_t>, 4> kParts = {
      {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
  for (const auto& [name, size] : kParts) {
    if (millis / size == 0) continue;
    text += std::to_string(millis / size) + std::string(name);
    millis %= size;
  }
  return text.empty() ? "0s" : text;
}

Result<WallTime> ParseTime(std::string_view text) {
  std::string_view rest = text;
  Result<WallTime> date = TakeDate(rest);
  if (!date || !TakeChar(rest, "Tt ")) return BadTime(text);
  const int hour = TakeDigits(rest, 2);
  const bool colon1 = TakeChar(rest, ":");
  const int minute = TakeDigits(rest, 2);
  const bool colon2 = TakeChar(rest, ":");
  const int second = TakeDigits(rest, 2);
  if (!colon1 || !colon2 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60) {
    return BadTime(text);
  }
  Duration fraction = Duration::zero();
  if (TakeChar(rest, ".")) {
    Result<Duration> read = TakeFraction(rest);
    if (!read) return BadTime(text);
    fraction = *read;
  }
  const Result<Duration> offset = TakeOffset(rest);
  if (!offset || !rest.empty()) return BadTime(text);
  return *date + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - *offset;
}

namespace {

std::string Format(WallTime time, bool micros) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::microseconds>(time - day));
  char text[48];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  std::string result(text, static_cast<size_t>(length));
  if (micros) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(clock.subseconds().count()));
    result += text;
  }
  return result + "Z";
}

}  // namespace

std::string FormatTime(WallTime time) { return Format(time, false); }

std::string FormatMicroTime(WallTime time) { return Format(time, true); }

}  // namespace keysteward
