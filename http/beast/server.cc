#include "http/server.h"

#include <csignal>

#include "http/beast/event_loop.h"

namespace keysteward::http {
namespace {

class Server final : public HttpServer {
 public:
  Server(ServerOptions options, Handler handler, std::unique_ptr<tls::ServerContext> context,
         EventLoop::Sockets sockets, const EventLoop::Surroundings& around)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        context_(std::move(context)),
        port_(sockets.listener.port()),
        loop_(options_, handler_, context_.get(), std::move(sockets), around) {}

  uint16_t port() const override { return port_; }

  Result<void> Run(std::stop_token stop) override {
    loop_.Run(stop);
    return {};
  }

 private:
  const ServerOptions options_;
  const Handler handler_;
  const std::unique_ptr<tls::ServerContext> context_;
  const uint16_t port_;
  EventLoop loop_;
};

Result<void> Check(const ServerOptions& options) {
  if (options.require_client_certificate && options.certificates == nullptr) {
    return Error::InvalidArgument("server: client certificates need TLS");
  }
  const ServerLimits& limits = options.limits;
  if (limits.header_bytes < limits.line_bytes || limits.connections == 0 ||
      limits.connections_per_address == 0 || limits.body_bytes > limits.body_budget) {
    return Error::InvalidArgument("server: limits contradict each other");
  }
  return {};
}

Result<std::unique_ptr<tls::ServerContext>> MakeContext(const ServerOptions& options) {
  if (options.certificates == nullptr) return std::unique_ptr<tls::ServerContext>();
  return tls::ServerContext::Create(*options.certificates, options.require_client_certificate
                                                               ? tls::ClientTrust::kRequired
                                                               : tls::ClientTrust::kNone);
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Create(ServerOptions options, Handler handler,
                                                       Logger& log, Metrics& metrics,
                                                       const Clock& clock) {
  KS_RETURN_IF_ERROR(Check(options));
  KS_ASSIGN_OR_RETURN(auto context, MakeContext(options));
  KS_ASSIGN_OR_RETURN(Listener listener, Listener::Open(options.bind_address, options.port));
  KS_ASSIGN_OR_RETURN(Poller poller, Poller::Create());
  // OpenSSL writes without MSG_NOSIGNAL; a reset connection must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  EventLoop::Sockets sockets{std::move(listener), std::move(poller)};
  return Result<std::unique_ptr<HttpServer>>(
      std::make_unique<Server>(std::move(options), std::move(handler), std::move(context),
                               std::move(sockets), EventLoop::Surroundings{log, metrics, clock}));
}

}  // namespace keysteward::http
