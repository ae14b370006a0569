#include "http/reply_check.h"

#include <algorithm>

#include "common/strings.h"

namespace keysteward::http {
namespace {

bool IsContentLength(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Error Malformed(const char* what) {
  return Error::UnknownOutcome(std::string("reply of the server is malformed: ") + what);
}

}  // namespace

Result<void> CheckReplyHead(int status, const Headers& headers) {
  size_t size = 0;
  size_t lengths = 0;
  bool chunked = false;
  for (const auto& [name, value] : headers) {
    size += name.size() + value.size() + 4;
    if (EqualsIgnoreCase(name, "Content-Length")) {
      ++lengths;
      if (!IsContentLength(value)) return Malformed("Content-Length is not a number");
    }
    if (EqualsIgnoreCase(name, "Transfer-Encoding")) {
      chunked = true;
      if (!EqualsIgnoreCase(value, "chunked")) return Malformed("unknown Transfer-Encoding");
    }
  }
  if (size > kMaxReplyHeader || headers.size() > kMaxReplyFields) {
    return Error::TooLarge("header of the reply is larger than 16 KiB or 100 fields");
  }
  if (status < 200 || status > 599) return Malformed("status is not between 200 and 599");
  if (lengths > 1) return Malformed("more than one Content-Length");
  if (lengths > 0 && chunked) return Malformed("Content-Length and Transfer-Encoding together");
  return {};
}

}  // namespace keysteward::http
