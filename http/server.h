// HttpServer: a small HTTP/1.1 server that cannot be made to grow, wait or stop by what it is sent.
//
// One thread does all socket work; the handler runs on a few worker threads, or on the socket
// thread where that is asked for, for answers of microseconds that wait for nothing. Every wait has
// a deadline and every size a cap (ServerLimits); input that is not plainly a well-formed HTTP/1.1
// request is answered 4xx/5xx and the connection closed, so nothing after it is ever interpreted.
// With a CertificateSource it speaks TLS 1.2/1.3 and shows the source's current pair at every
// handshake; without one it speaks plain HTTP, for loopback and metrics.
//
//   ServerOptions options{.name = "webhook", .bind_address = "::", .port = 8443};
//   options.certificates = &source;
//   KS_ASSIGN_OR_RETURN(auto server, HttpServer::Create(options, handler, log, metrics, clock));
//   log.Info("listening", {{"port", server->port()}});
//   KS_RETURN_IF_ERROR(server->Run(stop));   // returns when drained after `stop`
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "http/transport.h"
#include "observability/log.h"
#include "observability/metrics.h"

namespace keysteward::tls {
class CertificateSource;
}

namespace keysteward::http {

struct ServerRequest {
  std::string method;        // GET HEAD POST PUT PATCH DELETE
  std::string path;          // percent-decoded; starts with "/", no "//", "..", control characters
  std::string query;         // as sent, without "?"
  Headers headers;           // in order; names as sent: look up with FindHeader
  std::string body;          // complete
  std::string peer_address;  // numeric, without port
  std::string client_name;   // common name of the verified client certificate, or ""
  std::stop_token stop;      // fires when the drain's grace is over
};

// The percent-decoded value of a query parameter ("a=1&b=x%20y"), or "" when absent or malformed.
std::string QueryParameter(std::string_view query, std::string_view name);

struct HttpReply {
  int status = 200;
  Headers headers;  // without Content-Length and Connection; CR, LF or NUL turns the reply into 500
  std::string body;
  bool close = false;    // close the connection after this reply
  bool abandon = false;  // close it without a reply, as if the reply were lost: for test servers

  static HttpReply Json(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
  }
  static HttpReply Text(int status, std::string body) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
  }
};

// Called from several threads at once. An exception becomes 500.
using Handler = std::function<HttpReply(const ServerRequest&)>;

struct ServerLimits {
  size_t header_bytes = 16 * 1024;  // request line and all fields
  size_t header_fields = 100;
  size_t line_bytes = 8 * 1024;  // one field, or the request line (414)
  size_t body_bytes = 8 * 1024 * 1024;
  size_t body_budget = 256 * 1024 * 1024;  // bytes of all bodies held at once (503)

  size_t connections = 512;             // more are closed when accepted
  size_t connections_per_address = 64;  // reserved addresses excepted
  size_t reserved_connections = 64;     // of `connections`, only for reserved addresses
  size_t queued_requests = 128;         // waiting for a worker; more are answered 503

  Duration handshake = std::chrono::seconds(5);
  Duration header = std::chrono::seconds(5);  // from its first byte (408)
  Duration body = std::chrono::seconds(10);   // all of it (408)
  Duration idle = std::chrono::seconds(60);
  Duration write = std::chrono::seconds(10);  // all of a reply
  Duration linger = std::chrono::seconds(1);  // for the peer to read a last reply
  Duration drain = std::chrono::seconds(10);  // from stop to the end of Run
};

struct ServerOptions {
  std::string name = "http";  // label in logs and metrics
  std::string bind_address = "127.0.0.1";
  uint16_t port = 0;                               // 0: any free one, see port()
  tls::CertificateSource* certificates = nullptr;  // must outlive the server; nullptr: plain HTTP
  bool require_client_certificate = false;         // signed by the source's client_ca
  std::vector<std::string> client_names;  // common names allowed then; empty: any verified one
  std::vector<std::string> reserved_addresses;  // numeric; the API server's
  bool json_bodies_only = true;                 // a body needs Content-Type application/json (415)
  size_t workers = 2;                           // 0: the handler runs on the socket thread
  // Requests whose handler waits for nothing: they run on the socket thread beside the workers,
  // which spares two thread switches. Runs there itself. Unset: none.
  std::function<bool(const ServerRequest&)> is_immediate = nullptr;
  ServerLimits limits;
};

class HttpServer {
 public:
  // Binds and listens, so port() is final and connections queue up until Run. Ignores SIGPIPE for
  // the process. kUnavailable when the address cannot be bound; kInvalidArgument for options.
  static Result<std::unique_ptr<HttpServer>> Create(ServerOptions options, Handler handler,
                                                    Logger& log, Metrics& metrics,
                                                    const Clock& clock);
  virtual ~HttpServer() = default;

  virtual uint16_t port() const = 0;

  // Serves until `stop`, then stops accepting, closes idle connections, answers what is in flight
  // with "Connection: close", and returns when all is done or the drain time is over. Call once.
  virtual Result<void> Run(std::stop_token stop) = 0;
};

}  // namespace keysteward::http
