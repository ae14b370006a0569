// CpprestTransport: HttpTransport over cpprestsdk, for servers the administrator of the cluster
// chose (the API server). HTTPS only: its limits are enforced at the TLS layer.
//
// Guards and the measurements behind them: docs/adr/0006-http-client.md. Each call in flight has a
// connection slot (one http_client, at most one kept connection); a stream takes a kept one along
// for good. A kept connection is checked for life before it is used, so that only a request that
// certainly was not written is sent again.
//
//   KS_ASSIGN_OR_RETURN(auto transport, CpprestTransport::Create(std::move(options), clock));
//   KS_ASSIGN_OR_RETURN(HttpResponse reply, transport->Send({.target = "/version"}, {.stop =
//   stop}));
#pragma once

#include <memory>

#include "common/clock.h"
#include "common/result.h"
#include "http/endpoint.h"
#include "http/transport.h"

namespace keysteward::http {

class CpprestTransport final : public HttpTransport {
 public:
  // kInvalidArgument for plain http, unreadable certificates or keys. Connects to nothing.
  // `clock` must outlive the transport. The first transport of a process starts the library's
  // thread, which lives until the process ends.
  static Result<std::unique_ptr<CpprestTransport>> Create(TransportOptions options,
                                                          const Clock& clock);
  // Precondition: no call is running.
  ~CpprestTransport() override;

  Result<HttpResponse> Send(const HttpRequest& request, const CallOptions& options) override;
  // A body that is not chunked is delivered in pieces of 64 KiB, not as it comes.
  Result<HttpResponse> Stream(const HttpRequest& request, const LineSink& sink,
                              const CallOptions& options) override;

 private:
  class Impl;
  explicit CpprestTransport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace keysteward::http
