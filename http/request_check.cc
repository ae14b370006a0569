#include "http/request_check.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/strings.h"

namespace keysteward::http {
namespace {

constexpr size_t kMaxTarget = 8192;
constexpr size_t kMaxHeaderValue = 8192;

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 9110 §5.6.2.
bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return IsAlnum(c) || kMarks.find(c) != std::string_view::npos;
  });
}

// RFC 3986 pchar, "/", "?" and the brackets that label selectors use unencoded.
bool IsTargetCharacter(char c) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=:@/?%[]";
  return IsAlnum(c) || kMarks.find(c) != std::string_view::npos;
}

bool IsValueCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool IsOwnHeader(std::string_view name) {
  constexpr std::array<std::string_view, 8> kOwn = {
      "Host",   "Content-Length", "Transfer-Encoding", "Connection", "TE", "Trailer",
      "Expect", "Upgrade"};
  return std::any_of(kOwn.begin(), kOwn.end(),
                     [&](std::string_view own) { return EqualsIgnoreCase(own, name); });
}

Result<void> CheckTarget(std::string_view target) {
  // "//host/path" would be read as another authority.
  if (target.empty() || target[0] != '/' || target.substr(0, 2) == "//") {
    return Error::InvalidArgument("request target must start with exactly one \"/\"");
  }
  if (target.size() > kMaxTarget) {
    return Error::InvalidArgument("request target is longer than 8192 bytes");
  }
  if (!std::all_of(target.begin(), target.end(), IsTargetCharacter)) {
    return Error::InvalidArgument("request target holds a character that must be percent-encoded");
  }
  return {};
}

Result<void> CheckHeader(std::string_view name, std::string_view value) {
  if (!IsToken(name)) return Error::InvalidArgument("header name is not a token");
  if (IsOwnHeader(name)) {
    return Error::InvalidArgument("header " + std::string(name) + " is set by the transport");
  }
  if (value.size() > kMaxHeaderValue) {
    return Error::InvalidArgument("header " + std::string(name) + " is longer than 8192 bytes");
  }
  if (!std::all_of(value.begin(), value.end(), IsValueCharacter)) {
    return Error::InvalidArgument("header " + std::string(name) + " holds a control character");
  }
  return {};
}

}  // namespace

Result<void> CheckRequest(const HttpRequest& request) {
  if (!IsToken(request.method)) return Error::InvalidArgument("request method is not a token");
  if (request.method == "CONNECT") return Error::InvalidArgument("method CONNECT is not supported");
  KS_RETURN_IF_ERROR(CheckTarget(request.target));
  for (const auto& [name, value] : request.headers) KS_RETURN_IF_ERROR(CheckHeader(name, value));
  return {};
}

bool IsRepeatable(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

}  // namespace keysteward::http
