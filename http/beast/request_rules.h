// What a well-formed request header may ask for: framing, host, content. Ordered rules, each with
// its status; the first that speaks decides.
//
//   if (std::optional<Refusal> refusal = CheckRequest(facts, limits)) return Refuse(*refusal);
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "http/beast/refusal.h"
#include "http/server.h"

namespace keysteward::http {

// The fields that rules look at; views into the parsed header, one entry per field line.
struct RequestFacts {
  std::vector<std::string_view> host;
  std::vector<std::string_view> content_length;
  std::vector<std::string_view> transfer_encoding;
  std::vector<std::string_view> content_type;
  std::vector<std::string_view> content_encoding;
  std::vector<std::string_view> expect;

  bool HasBody() const;  // a body of at least one byte is announced
  bool WantsContinue() const { return !expect.empty(); }
};

struct RequestRules {
  size_t body_bytes;
  bool json_bodies_only;
};

std::optional<Refusal> CheckRequest(const RequestFacts& facts, const RequestRules& rules);

}  // namespace keysteward::http
