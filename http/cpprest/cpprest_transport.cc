#include "http/cpprest/cpprest_transport.h"

#include <utility>
#include <vector>

#include "http/connection_limit.h"
#include "http/cpprest/connection_slot.h"
#include "http/cpprest/library_thread.h"
#include "http/line_splitter.h"
#include "http/reply_check.h"
#include "http/request_check.h"

namespace keysteward::http {
namespace {

// Chunk headers and records beside the bytes of a piece.
constexpr size_t kFramingAllowance = 64 * 1024;
constexpr Duration kReleaseWait = std::chrono::seconds(1);

size_t PieceLimit(size_t max_body) { return max_body + max_body / 8 + kFramingAllowance; }

}  // namespace

class CpprestTransport::Impl {
 public:
  Impl(SlotSettings settings, const TransportOptions& options, const Clock& clock)
      : settings_(std::move(settings)),
        clock_(clock),
        sends_(options.max_connections, clock),
        streams_(options.max_streams, clock) {}

  Result<HttpResponse> Send(const HttpRequest& request, const CallOptions& options);
  Result<HttpResponse> Stream(const HttpRequest& request, const LineSink& sink,
                              const CallOptions& options);

 private:
  using Slot = std::unique_ptr<ConnectionSlot>;

  // nullopt: the kept connection was closed before the request was written.
  Result<std::optional<HttpResponse>> TrySend(Slot slot, const HttpRequest& request,
                                              const CallOptions& options, MonoTime deadline);
  Result<std::optional<HttpResponse>> TryStream(Slot slot, const HttpRequest& request,
                                                const LineSink& sink, const CallOptions& options);
  Result<void> Pump(Call& call, LineSplitter& lines, ConnectionSlot& slot,
                    const CallOptions& options);
  Result<HttpResponse> Finish(Call& call, const ConnectionSlot& slot) const;
  Error GiveUp(Call::Event event, Call& call, ConnectionSlot& slot) const;
  Error Failed(const Call& call, const ConnectionSlot& slot) const;
  Error ClosedBefore() const;

  Slot Take();
  void PutBack(Slot slot);

  const SlotSettings settings_;
  const Clock& clock_;
  ConnectionLimit sends_;
  ConnectionLimit streams_;
  Mutex mutex_;
  std::vector<Slot> idle_ GUARDED_BY(mutex_);
};

CpprestTransport::Impl::Slot CpprestTransport::Impl::Take() {
  {
    MutexLock lock(mutex_);
    if (!idle_.empty()) {
      Slot slot = std::move(idle_.back());
      idle_.pop_back();
      return slot;
    }
  }
  return std::make_unique<ConnectionSlot>(settings_);
}

void CpprestTransport::Impl::PutBack(Slot slot) {
  MutexLock lock(mutex_);
  idle_.push_back(std::move(slot));
}

Error CpprestTransport::Impl::GiveUp(Call::Event event, Call& call, ConnectionSlot& slot) const {
  call.Abort();
  slot.Abandon();  // before it is asked what left
  const std::string url = settings_.endpoint.Url();
  if (event == Call::Event::kStopped) return Error::Cancelled("call to " + url + " cancelled");
  if (slot.wire().request_left()) {
    return Error::UnknownOutcome("no complete reply from " + url + " in time");
  }
  return Error::Unavailable("cannot reach " + url + " in time; nothing was sent");
}

Error CpprestTransport::Impl::Failed(const Call& call, const ConnectionSlot& slot) const {
  const std::string url = settings_.endpoint.Url();
  const std::string why = call.failure() ? call.failure()->message : "";
  const WireWatch& wire = slot.wire();
  if (!wire.request_left()) {
    const std::string certificate = wire.certificate_error();
    if (certificate.empty()) return Error::Unavailable("cannot reach " + url + ": " + why);
    return Error::Unavailable("certificate of " + url + " is refused: " + certificate);
  }
  if (call.over_limit()) return Error::TooLarge("body of the reply from " + url + " is too large");
  if (wire.over_limit()) {
    return Error::TooLarge(std::string(wire.in_header() ? "header" : "chunk") +
                           " of the reply from " + url + " is too large");
  }
  return Error::UnknownOutcome("no complete reply from " + url + ": " + why);
}

Result<HttpResponse> CpprestTransport::Impl::Finish(Call& call, const ConnectionSlot& slot) const {
  if (call.failure() || slot.wire().over_limit()) return Failed(call, slot);
  HttpResponse reply = call.TakeReply();
  KS_RETURN_IF_ERROR(CheckReplyHead(reply.status, reply.headers));
  return reply;
}

Result<std::optional<HttpResponse>> CpprestTransport::Impl::TrySend(Slot slot,
                                                                    const HttpRequest& request,
                                                                    const CallOptions& options,
                                                                    MonoTime deadline) {
  const auto call = std::make_shared<Call>(false, options.max_body);
  KS_RETURN_IF_ERROR(slot->Start(request, call, PieceLimit(options.max_body)));
  Call::Event event = call->Wait(clock_, options.stop, deadline);
  while (event == Call::Event::kHead) event = call->Wait(clock_, options.stop, deadline);
  if (event != Call::Event::kEnd) return GiveUp(event, *call, *slot);
  if (call->failure() && call->failure()->stale_connection) return std::optional<HttpResponse>();
  Result<HttpResponse> reply = Finish(*call, *slot);
  if (!reply) return reply.error();
  // Before that the connection is not back in the library's pool, and a second one would be made.
  if (call->WaitReleased(clock_, clock_.MonoNow() + kReleaseWait)) PutBack(std::move(slot));
  return std::optional<HttpResponse>(std::move(reply).value());
}

Result<HttpResponse> CpprestTransport::Impl::Send(const HttpRequest& request,
                                                  const CallOptions& options) {
  KS_RETURN_IF_ERROR(CheckRequest(request));
  const MonoTime deadline = clock_.MonoNow() + options.timeout;
  KS_ASSIGN_OR_RETURN(const ConnectionLimit::Permit permit, sends_.Acquire(options.stop, deadline));
  KS_ASSIGN_OR_RETURN(std::optional<HttpResponse> reply,
                      TrySend(Take(), request, options, deadline));
  if (reply) return *std::move(reply);
  // Where one kept connection was closed the others probably are too.
  KS_ASSIGN_OR_RETURN(
      reply, TrySend(std::make_unique<ConnectionSlot>(settings_), request, options, deadline));
  if (reply) return *std::move(reply);
  return ClosedBefore();
}

Error CpprestTransport::Impl::ClosedBefore() const {
  return Error::Unavailable("connection to " + settings_.endpoint.Url() +
                            " was closed before anything was sent");
}

Result<void> CpprestTransport::Impl::Pump(Call& call, LineSplitter& lines, ConnectionSlot& slot,
                                          const CallOptions& options) {
  while (true) {
    const Call::Event event = call.Wait(clock_, options.stop, clock_.MonoNow() + options.timeout);
    if (event == Call::Event::kEnd) return {};
    if (event == Call::Event::kHead) continue;
    if (event != Call::Event::kBytes) return GiveUp(event, call, slot);
    // Events that never pause must not hide the stop.
    if (options.stop.stop_requested()) return GiveUp(Call::Event::kStopped, call, slot);
    const Result<void> fed = lines.Feed(call.offered());
    call.Taken(fed.has_value());
    if (!fed) {
      slot.Abandon();
      return fed;
    }
  }
}

Result<std::optional<HttpResponse>> CpprestTransport::Impl::TryStream(Slot slot,
                                                                      const HttpRequest& request,
                                                                      const LineSink& sink,
                                                                      const CallOptions& options) {
  const auto call = std::make_shared<Call>(true, options.max_body);
  KS_RETURN_IF_ERROR(slot->Start(request, call, PieceLimit(options.max_body)));
  LineSplitter lines(sink, options.max_body);
  KS_RETURN_IF_ERROR(Pump(*call, lines, *slot, options));
  if (call->failure() && call->failure()->stale_connection) return std::optional<HttpResponse>();
  KS_ASSIGN_OR_RETURN(HttpResponse reply, Finish(*call, *slot));
  KS_RETURN_IF_ERROR(lines.Finish());
  return std::optional<HttpResponse>(std::move(reply));
}

Result<HttpResponse> CpprestTransport::Impl::Stream(const HttpRequest& request,
                                                    const LineSink& sink,
                                                    const CallOptions& options) {
  KS_RETURN_IF_ERROR(CheckRequest(request));
  KS_ASSIGN_OR_RETURN(const ConnectionLimit::Permit permit,
                      streams_.Acquire(options.stop, clock_.MonoNow() + options.timeout));
  // A watch follows a listing, whose connection is free by then.
  KS_ASSIGN_OR_RETURN(std::optional<HttpResponse> reply, TryStream(Take(), request, sink, options));
  if (reply) return *std::move(reply);
  KS_ASSIGN_OR_RETURN(
      reply, TryStream(std::make_unique<ConnectionSlot>(settings_), request, sink, options));
  if (reply) return *std::move(reply);
  return ClosedBefore();
}

CpprestTransport::CpprestTransport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CpprestTransport::~CpprestTransport() = default;

Result<std::unique_ptr<CpprestTransport>> CpprestTransport::Create(TransportOptions options,
                                                                   const Clock& clock) {
  if (options.endpoint.scheme != "https") {
    return Error::InvalidArgument("this transport speaks https only");
  }
  const TrustOptions& trust = options.trust;
  KS_ASSIGN_OR_RETURN(
      std::shared_ptr<const tls::ClientContext> tls,
      tls::ClientContext::Create(
          {.ca_pem = trust.ca_pem,
           .server_name = trust.server_name.empty() ? options.endpoint.host : trust.server_name,
           .certificate_pem = options.client_certificate_pem,
           .key_pem = options.client_key_pem.view(),
           .insecure_skip_verify = trust.insecure_skip_verify}));
  StartLibraryThread();
  SlotSettings settings{.endpoint = options.endpoint,
                        .server_name = trust.server_name,
                        .user_agent = options.user_agent,
                        .tls = std::move(tls)};
  return std::unique_ptr<CpprestTransport>(
      new CpprestTransport(std::make_unique<Impl>(std::move(settings), options, clock)));
}

Result<HttpResponse> CpprestTransport::Send(const HttpRequest& request,
                                            const CallOptions& options) {
  return impl_->Send(request, options);
}

Result<HttpResponse> CpprestTransport::Stream(const HttpRequest& request, const LineSink& sink,
                                              const CallOptions& options) {
  return impl_->Stream(request, sink, options);
}

}  // namespace keysteward::http
