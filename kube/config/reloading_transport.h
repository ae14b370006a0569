// ReloadingTransport: a transport whose certificate authorities are a file that may be replaced.
//
// When a request could not be sent, the file is read again; if its content has changed, the next
// request goes out over a new transport. Calls in flight keep the old one. Thread-safe.
//
//   ReloadingTransport transport("/var/run/…/ca.crt", ca_pem, make, std::move(first));
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/mutex.h"
#include "http/transport.h"

namespace keysteward::kube {

class ReloadingTransport final : public http::HttpTransport {
 public:
  using Factory =
      std::function<Result<std::unique_ptr<http::HttpTransport>>(const std::string& ca_pem)>;

  // `first` was made from `ca_pem`, the content of `ca_file` so far.
  ReloadingTransport(std::string ca_file, std::string ca_pem, Factory factory,
                     std::unique_ptr<http::HttpTransport> first);

  Result<http::HttpResponse> Send(const http::HttpRequest& request,
                                  const http::CallOptions& options) override;
  Result<http::HttpResponse> Stream(const http::HttpRequest& request, const http::LineSink& sink,
                                    const http::CallOptions& options) override;

 private:
  std::shared_ptr<http::HttpTransport> Current() const;
  // After a failure that a new authority could explain.
  void Reload();

  const std::string ca_file_;
  const Factory factory_;
  mutable Mutex mutex_;
  std::string ca_pem_ GUARDED_BY(mutex_);
  std::shared_ptr<http::HttpTransport> current_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::kube
