#include "http/beast/target.h"

#include "common/strings.h"
#include "http/server.h"

namespace keysteward::http {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

Result<void> CheckPath(const std::string& path) {
  const std::vector<std::string_view> segments = Split(path, '/');
  // The first piece is the nothing before the leading slash, the last may be the nothing after a
  // trailing one.
  for (size_t i = 1; i < segments.size(); ++i) {
    if (segments[i] == "." || segments[i] == "..") {
      return Error::InvalidArgument("dot segment in path");
    }
    if (segments[i].empty() && i + 1 < segments.size()) {
      return Error::InvalidArgument("empty segment in path");
    }
  }
  for (const char c : path) {
    if (IsControl(c) || c == '\\') return Error::InvalidArgument("bad character in path");
  }
  return {};
}

}  // namespace

Result<std::string> PercentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return Error::InvalidArgument("bad percent escape");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Result<Target> ParseTarget(std::string_view text) {
  if (text.empty() || text.front() != '/') {
    return Error::InvalidArgument("request target is not in origin form");
  }
  const size_t mark = text.find('?');
  const std::string_view raw_path = text.substr(0, mark);
  Target target;
  if (mark != std::string_view::npos) target.query = std::string(text.substr(mark + 1));
  // Decoding it would move the border between segments after routing rules have seen it.
  if (ToLower(raw_path).find("%2f") != std::string::npos ||
      text.find('#') != std::string_view::npos) {
    return Error::InvalidArgument("bad character in path");
  }
  KS_ASSIGN_OR_RETURN(target.path, PercentDecode(raw_path));
  KS_RETURN_IF_ERROR(CheckPath(target.path));
  KS_ASSIGN_OR_RETURN(const std::string query, PercentDecode(target.query));
  if (query.find('\0') != std::string::npos) {
    return Error::InvalidArgument("bad character in query");
  }
  return target;
}

std::string QueryParameter(std::string_view query, std::string_view name) {
  for (const std::string_view piece : Split(query, '&')) {
    const size_t equals = piece.find('=');
    if (piece.substr(0, equals) != name) continue;
    if (equals == std::string_view::npos) return "";
    std::string value(piece.substr(equals + 1));
    for (char& c : value) c = c == '+' ? ' ' : c;
    return PercentDecode(value).value_or("");
  }
  return "";
}

}  // namespace keysteward::http
