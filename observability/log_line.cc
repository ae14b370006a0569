#include "observability/log_line.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "common/duration.h"
#include "common/strings.h"
#include "common/utf8.h"

namespace keysteward {
namespace {

constexpr std::string_view kTruncatedJson = ",\"truncated\":true";
constexpr std::string_view kTruncatedText = " truncated=true";

void AppendUnicodeEscape(std::string& out, char32_t code) {
  std::array<char, 8> text{};
  (void)std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(code));
  out += text.data();
}

// The inside of a JSON string. Every hidden character lies in the basic plane, so one escape does.
void AppendEscaped(std::string& out, std::string_view value) {
  const std::string clean = CleanUtf8(value, kMaxLogTextBytes);
  for (std::string_view rest = clean; !rest.empty();) {
    const Utf8Char c = FirstUtf8Char(rest);
    if (c.code == '"' || c.code == '\\') {
      out += '\\';
      out += static_cast<char>(c.code);
    } else if (c.code == '\n') {
      out += "\\n";
    } else if (IsHidden(c.code)) {
      AppendUnicodeEscape(out, c.code);
    } else {
      out += rest.substr(0, c.size);
    }
    rest.remove_prefix(c.size);
  }
  if (value.size() > kMaxLogTextBytes) out += "…";
}

std::string Quoted(std::string_view value) {
  std::string out = "\"";
  AppendEscaped(out, value);
  out += '"';
  return out;
}

std::string NumberText(double value) {
  if (!std::isfinite(value)) {
    return std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"+Inf\"" : "\"-Inf\"";
  }
  std::array<char, 32> text{};
  const auto [end, failure] = std::to_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() ? std::string(text.data(), end) : "\"NaN\"";
}

bool IsPlainWord(std::string_view value) {
  if (value.empty() || value.size() > kMaxLogTextBytes) return false;
  for (const char c : value) {
    if (c <= ' ' || c > '~' || c == '"' || c == '=' || c == '\\') return false;
  }
  return true;
}

std::string ValueText(const LogField& field, LogFormat format) {
  if (const auto* text = std::get_if<std::string>(&field.value)) {
    return format == LogFormat::kText && IsPlainWord(*text) ? *text : Quoted(*text);
  }
  if (const auto* number = std::get_if<int64_t>(&field.value)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&field.value)) return NumberText(*number);
  return std::get<bool>(field.value) ? "true" : "false";
}

std::string KeyText(const LogField& field, LogFormat format) {
  const bool taken = field.key == "ts" || field.key == "level" || field.key == "msg";
  const std::string key = taken ? "field_" + field.key : field.key;
  return format == LogFormat::kText && IsPlainWord(key) ? key : Quoted(key);
}

std::string Head(LogFormat format, WallTime time, LogLevel level, std::string_view message) {
  if (format == LogFormat::kJson) {
    return "{\"ts\":\"" + FormatMicroTime(time) + "\",\"level\":\"" +
           std::string(LogLevelName(level)) + "\",\"msg\":" + Quoted(message);
  }
  std::string head = FormatMicroTime(time) + " ";
  for (const char c : LogLevelName(level)) head += static_cast<char>(c - 'a' + 'A');
  head.resize(FormatMicroTime(time).size() + 7, ' ');  // levels in one column
  AppendEscaped(head, message);
  return head;
}

}  // namespace

std::string_view LogLevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return "trace";
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
    case LogLevel::kOff:
      return "off";
  }
  return "off";
}

std::string RenderLogLine(LogFormat format, WallTime time, LogLevel level, std::string_view message,
                          const LogFields& fields) {
  const bool json = format == LogFormat::kJson;
  // Room is kept for the note, the closing brace and the line end.
  const size_t room = kMaxLogLineBytes - kTruncatedJson.size() - 2;
  std::string line = Head(format, time, level, message);
  for (const LogField& field : fields) {
    const std::string piece =
        (json ? "," : " ") + KeyText(field, format) + (json ? ":" : "=") + ValueText(field, format);
    if (line.size() + piece.size() > room) {
      line += json ? kTruncatedJson : kTruncatedText;
      break;
    }
    line += piece;
  }
  if (json) line += '}';
  return line;
}

}  // namespace keysteward
