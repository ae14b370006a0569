#include "api/v1alpha1/internal/checks.h"

#include <algorithm>
#include <cctype>

#include "common/duration.h"

namespace keysteward::api::v1alpha1::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsLetter(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z'); }
bool IsAlphanumeric(char c) { return IsLetter(c) || IsDigit(c); }

template <typename Predicate>
bool All(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

// First and last alphanumeric, between them also `extra`.
bool IsFramed(std::string_view text, std::string_view extra) {
  if (text.empty() || !IsAlphanumeric(text.front()) || !IsAlphanumeric(text.back())) return false;
  return All(text,
             [&](char c) { return IsAlphanumeric(c) || extra.find(c) != std::string_view::npos; });
}

bool IsLowerFramed(std::string_view text, std::string_view extra) {
  return IsFramed(text, extra) && All(text, [](char c) { return !IsLetter(c) || IsLower(c); });
}

// Characters up to the code points of UTF-8, as the API server counts them.
size_t CodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsHost(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') &&
           All(host.substr(1, host.size() - 2), [](char c) {
             return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.';
           });
  }
  return IsFramed(host, "-.");
}

bool IsPort(std::string_view port) {
  return !port.empty() && port.size() <= 5 && All(port, IsDigit);
}

// "", "/", "/v1/keys", "/v1/": no empty segment but the last.
bool IsPlainPath(std::string_view path) {
  return path.find("//") == std::string_view::npos && All(path, [](char c) {
           return IsAlphanumeric(c) || std::string_view("/._~%-").find(c) != std::string_view::npos;
         });
}

}  // namespace

bool IsDnsSubdomain(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const size_t dot = text.find('.');
    if (!IsLowerFramed(text.substr(0, dot), "-")) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool IsLabelValue(std::string_view text) { return text.size() <= 63 && IsFramed(text, "-_."); }

bool IsParameterName(std::string_view text) {
  return !text.empty() && text.size() <= 63 && IsLetter(text.front()) &&
         All(text, [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_'; });
}

bool IsSecretEntryName(std::string_view text) {
  return !text.empty() && text.size() <= 253 &&
         All(text, [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool IsAnnotationKey(std::string_view text) {
  if (text.size() > 317) return false;
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return IsFramed(text, "-_.");
  return IsLowerFramed(text.substr(0, slash), "-.") && IsFramed(text.substr(slash + 1), "-_.");
}

bool IsHttpToken(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         All(text, [](char c) { return IsAlphanumeric(c) || c == '-'; });
}

bool IsJsonPointer(std::string_view text) {
  if (text.size() < 2 || text.size() > 256 || text.front() != '/' || text.back() == '/') {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/' && text[i + 1] == '/') return false;
    const bool escaped = i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1');
    if (text[i] == '~' && !escaped) return false;
  }
  return true;
}

bool IsRuleId(std::string_view text) { return text.size() <= 128 && IsLowerFramed(text, "-._"); }

bool IsPrintableAscii(std::string_view text) {
  return All(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsHttpsBaseUrl(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  if (!text.starts_with(kScheme) || text.size() > 1024) return false;
  text.remove_prefix(kScheme.size());
  const size_t slash = std::min(text.find('/'), text.size());
  std::string_view authority = text.substr(0, slash);
  const size_t colon = authority.rfind(':');
  // A colon inside [ ] belongs to an IPv6 address.
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    if (!IsPort(authority.substr(colon + 1))) return false;
    authority = authority.substr(0, colon);
  }
  return IsHost(authority) && IsPlainPath(text.substr(slash));
}

std::string Indexed(std::string_view name, size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

std::string Checks::PathOf(std::string_view name) const {
  if (name.empty()) return path_;
  return path_ + "." + std::string(name);
}

void Checks::Require(std::string_view name, bool holds, std::string_view message) {
  if (!holds) errors_.push_back({PathOf(name), std::string(message)});
}

void Checks::Length(std::string_view name, std::string_view value, size_t lowest, size_t highest) {
  const size_t length = CodePoints(value);
  Require(name, length >= lowest && length <= highest,
          "must be " + std::to_string(lowest) + " to " + std::to_string(highest) +
              " characters, is " + std::to_string(length));
}

void Checks::Range(std::string_view name, int64_t value, int64_t lowest, int64_t highest) {
  Require(name, value >= lowest && value <= highest,
          "must be between " + std::to_string(lowest) + " and " + std::to_string(highest));
}

void Checks::Between(std::string_view name, Duration value, std::string_view lowest,
                     std::string_view highest, std::string_view example) {
  const bool holds =
      value >= ParseDuration(lowest).value() && value <= ParseDuration(highest).value();
  Require(name, holds,
          "must be a duration between " + std::string(lowest) + " and " + std::string(highest) +
              ", e.g. " + std::string(example));
}

void Checks::AtMost(std::string_view name, size_t count, size_t highest) {
  Require(name, count <= highest,
          "must have at most " + std::to_string(highest) + " items, has " + std::to_string(count));
}

void Checks::ObjectName(std::string_view name, std::string_view value) {
  Require(name, IsDnsSubdomain(value),
          "must be an object name: lower case letters, digits, - and ., e.g. stripe-live");
}

void Checks::Add(Checks child) {
  for (FieldError& error : child.errors_) errors_.push_back(std::move(error));
}

}  // namespace keysteward::api::v1alpha1::internal
