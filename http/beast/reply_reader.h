// ReplyReader: bytes from the wire in, one HTTP/1.1 reply out, through Boost.Beast's parser with
// limits on everything.
//
//   ReplyReader reader(request.method == "HEAD", options.max_body, sink);
//   while (!reader.complete()) {
//     read some bytes; KS_RETURN_IF_ERROR(got ? reader.Feed(bytes) : reader.End());
//   }
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "common/result.h"
#include "http/transport.h"

namespace keysteward::http {

// Not thread-safe.
class ReplyReader {
 public:
  // Takes the body of a 200 piece by piece; its error ends the reply.
  using BodySink = std::function<Result<void>(std::string_view piece)>;

  // Without a sink, and for every status but 200, the body is collected up to `max_body` bytes.
  // `no_body`: the request was HEAD.
  ReplyReader(bool no_body, size_t max_body, BodySink sink);
  ~ReplyReader();

  // Errors: those of CheckReplyHead (header of 16 KiB, 100 fields, framing), kUnknownOutcome for a
  // malformed reply, kTooLarge for the body or a chunk header, or the sink's.
  Result<void> Feed(std::string_view bytes);
  // The server closed the connection: ends a body without a length, cuts any other one.
  Result<void> End();

  bool complete() const;
  // Whether nothing but the reply itself arrived and the server will answer again.
  bool reusable() const;
  // Whether any byte of a reply came.
  bool started() const;
  HttpResponse TakeReply();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  std::string pending_;  // bytes the parser could not use yet
  bool leftover_ = false;
};

}  // namespace keysteward::http
