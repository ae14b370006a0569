#include "http/beast/request_rules.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "common/strings.h"

namespace keysteward::http {
namespace {

using Rule = std::optional<Refusal> (*)(const RequestFacts&, const RequestRules&);

// Digits only: no sign, list, white space or radix, all of which some other parser reads otherwise.
bool ParseLength(std::string_view text, uint64_t& length) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), length);
  return code == std::errc() && end == text.data() + text.size();
}

std::optional<Refusal> OneHost(const RequestFacts& facts, const RequestRules&) {
  if (facts.host.size() != 1) return Refusal{400, "exactly one Host is required"};
  const std::string_view host = facts.host.front();
  const bool bad = host.empty() || host.find_first_of(" \t/@?#,\\") != std::string_view::npos;
  if (bad) return Refusal{400, "malformed Host"};
  return std::nullopt;
}

std::optional<Refusal> OneFraming(const RequestFacts& facts, const RequestRules&) {
  if (facts.content_length.size() + facts.transfer_encoding.size() > 1) {
    return Refusal{400, "more than one body framing"};
  }
  return std::nullopt;
}

std::optional<Refusal> KnownTransferEncoding(const RequestFacts& facts, const RequestRules&) {
  if (facts.transfer_encoding.empty()) return std::nullopt;
  if (!EqualsIgnoreCase(facts.transfer_encoding.front(), "chunked")) {
    return Refusal{400, "transfer encoding not supported"};
  }
  return std::nullopt;
}

std::optional<Refusal> LengthInBounds(const RequestFacts& facts, const RequestRules& rules) {
  if (facts.content_length.empty()) return std::nullopt;
  const std::string_view text = facts.content_length.front();
  uint64_t length = 0;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (!digits) return Refusal{400, "malformed Content-Length"};
  if (!ParseLength(text, length)) return Refusal{400, "Content-Length out of range"};
  if (length > rules.body_bytes) return Refusal{413, "body too large"};
  return std::nullopt;
}

std::optional<Refusal> KnownExpectation(const RequestFacts& facts, const RequestRules&) {
  if (facts.expect.empty()) return std::nullopt;
  if (facts.expect.size() > 1 || !EqualsIgnoreCase(facts.expect.front(), "100-continue")) {
    return Refusal{417, "expectation not supported"};
  }
  return std::nullopt;
}

std::optional<Refusal> PlainContent(const RequestFacts& facts, const RequestRules&) {
  for (const std::string_view encoding : facts.content_encoding) {
    if (!EqualsIgnoreCase(encoding, "identity")) {
      return Refusal{415, "content encoding not supported"};
    }
  }
  return std::nullopt;
}

bool IsJson(std::string_view type) {
  const std::vector<std::string_view> parts = Split(type, ';');
  if (!EqualsIgnoreCase(Trim(parts.front()), "application/json")) return false;
  return std::all_of(parts.begin() + 1, parts.end(), [](std::string_view parameter) {
    const std::string_view trimmed = Trim(parameter);
    return EqualsIgnoreCase(trimmed, "charset=utf-8") ||
           EqualsIgnoreCase(trimmed, "charset=\"utf-8\"");
  });
}

std::optional<Refusal> JsonContent(const RequestFacts& facts, const RequestRules& rules) {
  if (!rules.json_bodies_only || !facts.HasBody()) return std::nullopt;
  if (facts.content_type.size() != 1 || !IsJson(facts.content_type.front())) {
    return Refusal{415, "content type must be application/json in UTF-8"};
  }
  return std::nullopt;
}

constexpr Rule kRules[] = {OneHost,        OneFraming,       KnownTransferEncoding,
                           LengthInBounds, KnownExpectation, PlainContent,
                           JsonContent};

}  // namespace

bool RequestFacts::HasBody() const {
  if (!transfer_encoding.empty()) return true;
  return !content_length.empty() &&
         content_length.front().find_first_not_of('0') != std::string_view::npos;
}

std::optional<Refusal> CheckRequest(const RequestFacts& facts, const RequestRules& rules) {
  for (const Rule rule : kRules) {
    if (std::optional<Refusal> refusal = rule(facts, rules)) return refusal;
  }
  return std::nullopt;
}

}  // namespace keysteward::http
