#include "http/beast/header_block.h"

#include <algorithm>

#include "common/strings.h"

namespace keysteward::http {
namespace {

bool IsTokenCharacter(char c) {
  const bool alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

bool IsVisible(char c) { return c > 0x20 && c < 0x7f; }

// field-vchar, space and tab; bytes above 0x7f are opaque to us and allowed.
bool IsFieldCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool IsKnownMethod(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "POST" || method == "PUT" ||
         method == "PATCH" || method == "DELETE";
}

}  // namespace

void HeaderBlock::Clear() {
  bytes_.clear();
  line_start_ = 0;
  lines_ = 0;
}

HeaderBlock::State HeaderBlock::Refuse(int status, std::string_view reason) {
  refusal_ = {status, reason};
  return State::kRefused;
}

HeaderBlock::State HeaderBlock::Overlong() {
  if (lines_ == 0) return Refuse(414, "request line too long");
  return Refuse(431, "header too large");
}

HeaderBlock::State HeaderBlock::Feed(std::string_view& input) {
  while (!input.empty()) {
    const size_t end = input.find('\n');
    const size_t wanted = end == std::string_view::npos ? input.size() : end + 1;
    const size_t line_room = limits_.line_bytes + 2 - (bytes_.size() - line_start_);
    const size_t room = std::min(limits_.header_bytes - bytes_.size(), line_room);
    bytes_.append(input.substr(0, std::min(wanted, room)));
    input.remove_prefix(std::min(wanted, room));
    if (wanted > room || (end == std::string_view::npos && wanted == room)) return Overlong();
    if (end == std::string_view::npos) return State::kMore;
    const std::string_view line = std::string_view(bytes_).substr(line_start_);
    const State state = CheckLine(line);
    if (state != State::kMore) return state;
    line_start_ = bytes_.size();
    ++lines_;
  }
  return State::kMore;
}

HeaderBlock::State HeaderBlock::CheckLine(std::string_view line) {
  line.remove_suffix(1);
  if (line.empty() || line.back() != '\r') return Refuse(400, "line does not end in CRLF");
  line.remove_suffix(1);
  if (lines_ == 0) return CheckRequestLine(line);
  if (line.empty()) return State::kComplete;
  if (lines_ > limits_.header_fields) return Refuse(431, "too many header fields");
  return CheckField(line);
}

HeaderBlock::State HeaderBlock::CheckRequestLine(std::string_view line) {
  const std::vector<std::string_view> parts = Split(line, ' ');
  if (parts.size() != 3 || !IsToken(parts[0])) return Refuse(400, "malformed request line");
  const std::string_view version = parts[2];
  const bool versioned = version.size() == 8 && version.substr(0, 5) == "HTTP/" &&
                         version[5] >= '0' && version[5] <= '9' && version[6] == '.' &&
                         version[7] >= '0' && version[7] <= '9';
  if (!versioned) return Refuse(400, "malformed request line");
  if (version != "HTTP/1.1") return Refuse(505, "only HTTP/1.1 is spoken here");
  if (parts[1].empty() || !std::all_of(parts[1].begin(), parts[1].end(), IsVisible)) {
    return Refuse(400, "bad character in request target");
  }
  if (!IsKnownMethod(parts[0])) return Refuse(405, "method not allowed");
  return State::kMore;
}

HeaderBlock::State HeaderBlock::CheckField(std::string_view line) {
  const size_t colon = line.find(':');
  // Also refuses folded lines and white space before the colon: neither is a token.
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    return Refuse(400, "malformed header field");
  }
  const std::string_view value = line.substr(colon + 1);
  if (!std::all_of(value.begin(), value.end(), IsFieldCharacter)) {
    return Refuse(400, "bad character in header field");
  }
  return State::kMore;
}

}  // namespace keysteward::http
