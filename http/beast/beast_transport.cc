#include "http/beast/beast_transport.h"

#include <openssl/ssl.h>

#include <utility>
#include <vector>

#include "common/secret_bytes.h"
#include "http/beast/client_connection.h"
#include "http/beast/reply_reader.h"
#include "http/connection_limit.h"
#include "http/line_splitter.h"
#include "http/request_check.h"
#include "tls/client_context.h"

namespace keysteward::http {
namespace {

constexpr Duration kMaxIdle = std::chrono::seconds(30);
constexpr size_t kReadSize = 16 * 1024;  // one TLS record

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

Result<TlsContext> MakeTls(const TransportOptions& options, std::string& sni) {
  const TrustOptions& trust = options.trust;
  KS_ASSIGN_OR_RETURN(
      const auto settings,
      tls::ClientContext::Create(
          {.ca_pem = trust.ca_pem,
           .server_name = trust.server_name.empty() ? options.endpoint.host : trust.server_name,
           .certificate_pem = options.client_certificate_pem,
           .key_pem = options.client_key_pem.view(),
           .insecure_skip_verify = trust.insecure_skip_verify}));
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return Error::Internal("TLS library is out of memory");
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  KS_RETURN_IF_ERROR(settings->ApplyTo(context.get()));
  sni = settings->sni();
  return context;
}

std::string Serialise(const HttpRequest& request, const Endpoint& endpoint,
                      const std::string& user_agent) {
  std::string out = request.method + " " + endpoint.base_path + request.target +
                    " HTTP/1.1\r\nHost: " + endpoint.Authority() + "\r\n";
  const auto add = [&out](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  for (const auto& [name, value] : request.headers) add(name, value);
  if (FindHeader(request.headers, "User-Agent").empty()) add("User-Agent", user_agent);
  if (!request.body.empty() || !IsRepeatable(request)) {
    add("Content-Length", std::to_string(request.body.size()));
  }
  return out.append("\r\n").append(request.body);
}

}  // namespace

class BeastTransport::Impl {
 public:
  Impl(TransportOptions options, std::optional<AddressPolicy> policy, Resolver& resolver,
       const Clock& clock)
      : options_(std::move(options)),
        policy_(policy),
        resolver_(resolver),
        clock_(clock),
        sends_(options_.max_connections, clock),
        streams_(options_.max_streams, clock) {}

  Result<void> LoadTls() {
    if (options_.endpoint.scheme != "https") return {};
    KS_ASSIGN_OR_RETURN(tls_, MakeTls(options_, sni_));
    return {};
  }

  Result<HttpResponse> Call(const HttpRequest& request, const LineSink* sink,
                            const CallOptions& options);

 private:
  using Connection = std::unique_ptr<ClientConnection>;

  // One try on one connection. nullopt: a kept connection was closed, the request may go again.
  Result<std::optional<HttpResponse>> Exchange(const HttpRequest& request, const LineSink* sink,
                                               const CallOptions& options, SocketWait& wait);
  Result<void> ReadReply(ClientConnection& connection, ReplyReader& reader, SocketWait& wait,
                         const std::optional<Duration>& silence);
  Result<Connection> Take(SocketWait& wait);
  Result<Connection> DialAny(SocketWait& wait);
  Result<std::vector<IpAddress>> Addresses(SocketWait& wait);
  void PutBack(Connection connection);
  Error AfterSending(const Error& error) const;

  const TransportOptions options_;
  const std::optional<AddressPolicy> policy_;
  Resolver& resolver_;
  const Clock& clock_;
  TlsContext tls_;
  std::string sni_;
  ConnectionLimit sends_;
  ConnectionLimit streams_;
  Mutex mutex_;
  std::vector<Connection> idle_ GUARDED_BY(mutex_);
};

Result<std::vector<IpAddress>> BeastTransport::Impl::Addresses(SocketWait& wait) {
  std::vector<IpAddress> found;
  const std::string& host = options_.endpoint.host;
  if (const std::optional<IpAddress> literal = IpAddress::Parse(host)) {
    found.push_back(*literal);
  } else {
    KS_ASSIGN_OR_RETURN(found, resolver_.Resolve(host, wait.stop(), wait.deadline()));
  }
  if (!policy_) return found;
  std::vector<IpAddress> allowed;
  std::optional<Error> refused;
  for (const IpAddress& address : found) {
    const Result<void> judged = CheckAddress(address, *policy_);
    if (judged) allowed.push_back(address);
    if (!judged && !refused) refused = judged.error();
  }
  if (allowed.empty() && refused) return refused->WithContext(host);
  return allowed;
}

Result<BeastTransport::Impl::Connection> BeastTransport::Impl::DialAny(SocketWait& wait) {
  KS_ASSIGN_OR_RETURN(const std::vector<IpAddress> addresses, Addresses(wait));
  Error last = Error::Unavailable("no address");
  for (const IpAddress& address : addresses) {
    Result<Connection> made =
        ClientConnection::Dial(address, options_.endpoint.port, tls_.get(), sni_, wait);
    if (made) return made;
    last = std::move(made).error();
    if (last.code == ErrorCode::kCancelled) break;
  }
  return last;
}

Result<BeastTransport::Impl::Connection> BeastTransport::Impl::Take(SocketWait& wait) {
  while (true) {
    Connection kept;
    {
      MutexLock lock(mutex_);
      if (idle_.empty()) break;
      kept = std::move(idle_.back());
      idle_.pop_back();
    }
    if (clock_.MonoNow() - kept->last_used() < kMaxIdle && kept->IsQuiet()) return kept;
  }
  return DialAny(wait);
}

void BeastTransport::Impl::PutBack(Connection connection) {
  connection->set_used(clock_.MonoNow());
  MutexLock lock(mutex_);
  idle_.push_back(std::move(connection));
}

Error BeastTransport::Impl::AfterSending(const Error& error) const {
  const bool lost =
      error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kDeadlineExceeded;
  return lost ? Error::UnknownOutcome("no complete reply: " + error.message) : error;
}

Result<void> BeastTransport::Impl::ReadReply(ClientConnection& connection, ReplyReader& reader,
                                             SocketWait& wait,
                                             const std::optional<Duration>& silence) {
  std::vector<char> buffer(kReadSize);
  while (!reader.complete()) {
    if (silence) wait.set_deadline(clock_.MonoNow() + *silence);
    const Result<size_t> got = connection.Read(buffer.data(), buffer.size(), wait);
    if (!got) return AfterSending(got.error());
    if (*got == 0) return reader.End();
    KS_RETURN_IF_ERROR(reader.Feed(std::string_view(buffer.data(), *got)));
  }
  return {};
}

Result<std::optional<HttpResponse>> BeastTransport::Impl::Exchange(const HttpRequest& request,
                                                                   const LineSink* sink,
                                                                   const CallOptions& options,
                                                                   SocketWait& wait) {
  KS_ASSIGN_OR_RETURN(Connection connection, Take(wait));
  std::optional<LineSplitter> lines;
  ReplyReader::BodySink body;
  if (sink) {
    lines.emplace(*sink, options.max_body);
    body = [&lines](std::string_view piece) { return lines->Feed(piece); };
  }
  ReplyReader reader(request.method == "HEAD", options.max_body, std::move(body));
  std::string bytes = Serialise(request, options_.endpoint, options_.user_agent);
  const Result<void> written = connection->Write(bytes, wait);
  WipeString(bytes);  // it holds a token or a key
  // A server may answer and close before it read everything, so a failed write is not the end.
  if (!written && written.error().code != ErrorCode::kUnavailable) {
    return AfterSending(written.error());
  }
  const Result<void> read =
      ReadReply(*connection, reader, wait, sink ? std::optional(options.timeout) : std::nullopt);
  if (!read) {
    const bool was_closed = connection->was_used() && !reader.started() &&
                            read.error().code == ErrorCode::kUnknownOutcome &&
                            clock_.MonoNow() < wait.deadline();
    if (was_closed && IsRepeatable(request)) return std::optional<HttpResponse>();
    return read.error();
  }
  if (lines) KS_RETURN_IF_ERROR(lines->Finish());
  if (written && reader.reusable()) PutBack(std::move(connection));
  return std::optional<HttpResponse>(reader.TakeReply());
}

Result<HttpResponse> BeastTransport::Impl::Call(const HttpRequest& request, const LineSink* sink,
                                                const CallOptions& options) {
  KS_RETURN_IF_ERROR(CheckRequest(request));
  SocketWait wait(clock_, options.stop, clock_.MonoNow() + options.timeout);
  ConnectionLimit& limit = sink ? streams_ : sends_;
  KS_ASSIGN_OR_RETURN(const ConnectionLimit::Permit permit,
                      limit.Acquire(options.stop, wait.deadline()));
  while (true) {
    Result<std::optional<HttpResponse>> reply = Exchange(request, sink, options, wait);
    if (!reply) return std::move(reply).error().WithContext(options_.endpoint.Url());
    // Every round without a reply used up one kept connection, so this ends.
    if (*reply) return **std::move(reply);
  }
}

BeastTransport::BeastTransport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BeastTransport::~BeastTransport() = default;

Result<std::unique_ptr<BeastTransport>> BeastTransport::Create(TransportOptions options,
                                                               std::optional<AddressPolicy> policy,
                                                               Resolver& resolver,
                                                               const Clock& clock) {
  if (policy && options.endpoint.scheme != "https") {
    return Error::InvalidArgument("an issuer must be reached by https");
  }
  auto impl = std::make_unique<Impl>(std::move(options), policy, resolver, clock);
  KS_RETURN_IF_ERROR(impl->LoadTls());
  return std::unique_ptr<BeastTransport>(new BeastTransport(std::move(impl)));
}

Result<HttpResponse> BeastTransport::Send(const HttpRequest& request, const CallOptions& options) {
  return impl_->Call(request, nullptr, options);
}

Result<HttpResponse> BeastTransport::Stream(const HttpRequest& request, const LineSink& sink,
                                            const CallOptions& options) {
  return impl_->Call(request, &sink, options);
}

}  // namespace keysteward::http
