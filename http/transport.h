// HttpTransport: the client side of HTTP as the rest of the program sees it.
//
// A transport is bound to one server (scheme, host, port, trust, client certificate) when it is
// created. It never follows redirects, never uses proxies from the environment, never retries a
// request that may have been applied, and bounds what it reads. Thread-safe; calls block.
//
//   HttpRequest request{.method = "GET", .target = "/api/v1/secrets?limit=500"};
//   KS_ASSIGN_OR_RETURN(HttpResponse reply, transport.Send(request, {.stop = stop, .timeout =
//   10s}));
//
// Errors: kUnavailable when the request was certainly not applied (name, connect, TLS, refused by a
// rule); kUnknownOutcome when it was sent and no complete answer came (time-out, cut); kTooLarge
// when the answer exceeded a limit; kCancelled when `stop` fired. An HTTP error status is not an
// Error.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/result.h"

namespace keysteward::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The first header of that name, ignoring case, or "".
std::string_view FindHeader(const Headers& headers, std::string_view name);

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";  // origin form: path and query, already percent-encoded
  Headers headers = {};      // without Host and Content-Length; CR, LF or NUL is kInvalidArgument
  std::string body = {};
};

struct HttpResponse {
  int status = 0;
  Headers headers = {};
  std::string body = {};
};

struct CallOptions {
  std::stop_token stop = {};
  // For the whole exchange; for a stream, the longest silence.
  Duration timeout = std::chrono::seconds(30);
  size_t max_body = 64 * 1024 * 1024;  // Send: bytes of body; Stream: bytes of one line
};

// Called for each line of a streamed body, without its end; returning an error ends the stream with
// it.
using LineSink = std::function<Result<void>(std::string_view line)>;

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;

  virtual Result<HttpResponse> Send(const HttpRequest& request, const CallOptions& options) = 0;

  // Sends the request; when the status is 200 every line goes to `sink` as it comes and the result,
  // after the server ended the body, has an empty body. Any other status returns like Send. While
  // `sink` runs, nothing more is read (back-pressure).
  virtual Result<HttpResponse> Stream(const HttpRequest& request, const LineSink& sink,
                                      const CallOptions& options) = 0;
};

}  // namespace keysteward::http
