#include "kube/config/reloading_transport.h"

#include "kube/config/read_file.h"

namespace keysteward::kube {

using http::CallOptions;
using http::HttpRequest;
using http::HttpResponse;

ReloadingTransport::ReloadingTransport(std::string ca_file, std::string ca_pem, Factory factory,
                                       std::unique_ptr<http::HttpTransport> first)
    : ca_file_(std::move(ca_file)),
      factory_(std::move(factory)),
      ca_pem_(std::move(ca_pem)),
      current_(std::move(first)) {}

std::shared_ptr<http::HttpTransport> ReloadingTransport::Current() const {
  MutexLock lock(mutex_);
  return current_;
}

void ReloadingTransport::Reload() {
  const Result<std::string> ca_pem = ReadFile(ca_file_);
  if (!ca_pem || ca_pem->empty()) return;
  {
    MutexLock lock(mutex_);
    if (*ca_pem == ca_pem_) return;
  }
  // A file caught half-written makes no transport, or one that fails and is replaced in turn.
  Result<std::unique_ptr<http::HttpTransport>> fresh = factory_(*ca_pem);
  if (!fresh) return;
  MutexLock lock(mutex_);
  ca_pem_ = *ca_pem;
  current_ = *std::move(fresh);
}

Result<HttpResponse> ReloadingTransport::Send(const HttpRequest& request,
                                              const CallOptions& options) {
  Result<HttpResponse> reply = Current()->Send(request, options);
  if (!reply && reply.error().code == ErrorCode::kUnavailable) Reload();
  return reply;
}

Result<HttpResponse> ReloadingTransport::Stream(const HttpRequest& request,
                                                const http::LineSink& sink,
                                                const CallOptions& options) {
  Result<HttpResponse> reply = Current()->Stream(request, sink, options);
  if (!reply && reply.error().code == ErrorCode::kUnavailable) Reload();
  return reply;
}

}  // namespace keysteward::kube
