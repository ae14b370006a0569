// HeaderBlock: takes in the bytes of one request's header and holds them to the letter of RFC 9112
// and to our limits, at the byte where they are exceeded and not after.
//
//   request-line CRLF *( field-name ":" OWS field-value OWS CRLF ) CRLF
//
// Stricter than the RFC allows a server to be: every line ends in CRLF, no line before the request
// line, no folded line, no white space before a colon, no control character, HTTP/1.1 only.
//
//   switch (block.Feed(input)) { case HeaderBlock::State::kComplete: Parse(block.bytes()); … }
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/beast/refusal.h"
#include "http/server.h"

namespace keysteward::http {

// Not thread-safe.
class HeaderBlock {
 public:
  enum class State { kMore, kComplete, kRefused };

  explicit HeaderBlock(const ServerLimits& limits) : limits_(limits) {}

  // Takes what belongs to the header off the front of `input`.
  State Feed(std::string_view& input);

  bool empty() const { return bytes_.empty(); }
  const std::string& bytes() const { return bytes_; }  // with the empty line, once complete
  const Refusal& refusal() const { return refusal_; }  // once refused

  void Clear();

 private:
  State Refuse(int status, std::string_view reason);
  State Overlong();
  State CheckLine(std::string_view line);
  State CheckRequestLine(std::string_view line);
  State CheckField(std::string_view line);

  const ServerLimits& limits_;
  std::string bytes_;
  size_t line_start_ = 0;
  size_t lines_ = 0;  // complete ones
  Refusal refusal_{400, "bad request"};
};

}  // namespace keysteward::http
