#include "http/cpprest/connection_slot.h"

#include <cpprest/http_client.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <utility>

#include "http/cpprest/library_thread.h"
#include "http/cpprest/stream_buffers.h"
#include "http/request_check.h"

// The library calls this for every connection before our callback replaces the store it fills: 20
// ms of CPU for certificates nobody uses, at each watch that begins anew. A definition in the
// program is found before OpenSSL's. Our own look at the system's roots (tls/client_context) is
// another function.
extern "C" int SSL_CTX_set_default_verify_paths(SSL_CTX*) { return 1; }

namespace keysteward::http {
namespace {

namespace client = web::http::client;
using Reply = pplx::task<web::http::http_response>;
using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

struct StaleConnection : std::exception {
  const char* what() const noexcept override { return "kept connection was closed"; }
};

[[noreturn]] void ThrowAborted() {
  throw boost::system::system_error(boost::asio::error::operation_aborted);
}

client::http_client_config MakeConfig(const SlotSettings& settings,
                                      const std::shared_ptr<WireWatch>& wire) {
  client::http_client_config config;
  config.set_max_redirects(0);
  config.set_request_compressed_response(false);
  config.set_validate_certificates(settings.tls->verifies());
  // The library's timer counts silence only, also while a sink is busy; Call::Wait keeps the time.
  config.set_timeout(std::chrono::hours(24));
  config.set_ssl_context_callback([tls = settings.tls, wire](boost::asio::ssl::context& context) {
    if (wire->abandoned() || !tls->ApplyTo(context.native_handle())) ThrowAborted();
    WireWatch::Attach(context.native_handle(), *wire);
  });
  config.set_nativehandle_options([wire](client::native_handle handle) {
    auto& stream = *static_cast<TlsStream*>(handle);
    SSL* ssl = stream.native_handle();
    if (SSL_is_init_finished(ssl) == 0) return;
    if (WireWatch::HasUnexpectedInput(ssl, stream.next_layer().native_handle())) {
      throw StaleConnection();
    }
  });
  return config;
}

Headers CopyHeaders(const web::http::http_headers& from) {
  Headers out;
  for (const auto& [name, value] : from) out.emplace_back(name, value);
  return out;
}

Call::Failure FailureOf(const std::exception& error, bool stale) {
  return {.message = error.what(), .stale_connection = stale};
}

// The antecedent is complete in both continuations, so get() does not wait: it is how pplx hands
// over the value or the exception.
void Observe(const Reply& task, const std::shared_ptr<Call>& call) {
  try {
    task.get();
    call->OnEnd(std::nullopt);
  } catch (const StaleConnection& error) {
    call->OnEnd(FailureOf(error, true));
  } catch (const std::exception& error) {
    call->OnEnd(FailureOf(error, false));
  } catch (...) {
    call->OnEnd(Call::Failure{.message = "unknown exception"});
  }
}

void SetBody(web::http::http_request& message, const HttpRequest& request) {
  // A request that may not be repeated gets a body that cannot be rewound even when it is empty.
  if (request.body.empty() && IsRepeatable(request)) return;
  const bool typed = !FindHeader(request.headers, "Content-Type").empty();
  message.set_body(RequestBufferFor(request.body), request.body.size());
  if (!typed) message.headers().remove(web::http::header_names::content_type);
}

}  // namespace

struct ConnectionSlot::Client {
  SlotSettings settings;
  client::http_client library;
  pplx::cancellation_token_source cancel;

  web::http::http_request Message(const HttpRequest& request) const {
    web::http::http_request message(request.method);
    message.set_request_uri(settings.endpoint.base_path + request.target);
    for (const auto& [name, value] : request.headers) message.headers().add(name, value);
    if (FindHeader(request.headers, "User-Agent").empty()) {
      message.headers().add("User-Agent", settings.user_agent);
    }
    // The library takes the expected name of the certificate and SNI from this header.
    if (!settings.server_name.empty()) message.headers().add("Host", settings.server_name);
    SetBody(message, request);
    return message;
  }
};

ConnectionSlot::ConnectionSlot(const SlotSettings& settings)
    : wire_(std::make_shared<WireWatch>()),
      client_(new Client{
          settings,
          client::http_client(settings.endpoint.scheme + "://" + settings.endpoint.Authority(),
                              MakeConfig(settings, wire_)),
          {}}) {}

ConnectionSlot::~ConnectionSlot() = default;

Result<void> ConnectionSlot::Start(const HttpRequest& request, const std::shared_ptr<Call>& call,
                                   size_t piece_limit) {
  wire_->Begin();
  client_->cancel = {};
  web::http::http_request message;
  try {
    message = client_->Message(request);
    message.set_response_stream(ResponseBufferFor(call, wire_));
  } catch (const std::exception& error) {
    return Error::InvalidArgument(std::string("request is not accepted: ") + error.what());
  }
  OnLibraryThread([library = client_->library, message = std::move(message), call, wire = wire_,
                   piece_limit, token = client_->cancel.get_token()]() mutable {
    try {
      library.request(std::move(message), token)
          .then([call, wire, piece_limit](const Reply& answered) {
            const web::http::http_response reply = answered.get();
            wire->EnterBody(piece_limit);
            call->OnHead(reply.status_code(), CopyHeaders(reply.headers()));
            return reply.content_ready();
          })
          .then([call](const Reply& done) { Observe(done, call); });
    } catch (const std::exception& error) {
      call->OnEnd(FailureOf(error, false));
    }
  });
  return {};
}

// Cancelling closes the socket, which the library may be working on: it is done on its own thread.
void ConnectionSlot::Abandon() {
  wire_->Abandon();
  OnLibraryThread([cancel = client_->cancel] { cancel.cancel(); });
}

}  // namespace keysteward::http
