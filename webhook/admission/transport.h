// Transport: AdmissionReviews over HTTP: paths to handlers, 400 for what is no review, a verdict
// for what is one.
//
// A handler that fails or throws denies with reason InternalError: never "no rule matched". A
// review that contradicts itself is denied with reason BadRequest. 200 carries every verdict; a
// body that is no review is answered 400 with a fixed text.
//
//   Transport transport({{"/validate/manifests", &manifests}}, clock, log, metrics);
//   HttpServer::Create(options, [&](const auto& request) { return transport.Serve(request); }, …);
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "common/clock.h"
#include "common/mutex.h"
#include "http/server.h"
#include "observability/log.h"
#include "observability/metrics.h"
#include "webhook/admission/handler.h"

namespace keysteward::webhook {

class Transport {
 public:
  // Handlers by path; all references must outlive the transport.
  Transport(std::map<std::string, AdmissionHandler*> handlers, const Clock& clock, Logger& log,
            Metrics& metrics)
      : handlers_(std::move(handlers)), clock_(clock), log_(log), metrics_(metrics) {}

  http::HttpReply Serve(const http::ServerRequest& request);
  // Whether Serve answers within about a millisecond: a short review, and a handler that waits for
  // nothing.
  bool IsImmediate(const http::ServerRequest& request) const;
  // Whether a large review came in since the last call or the one before: then there is memory to
  // give back. The call before may have come while the review was still being answered. For one
  // caller, who leaves more than a review's time between two calls.
  bool HadLargeReview();

 private:
  http::HttpReply Answer(const http::ServerRequest& request, AdmissionHandler& handler);
  AdmissionResponse Decide(const std::string& path, AdmissionHandler& handler,
                           const AdmissionRequest& request);
  void Count(const std::string& path, const AdmissionResponse& response, MonoTime begun);
  void AddInFlight(const std::string& path, int64_t change);

  const std::map<std::string, AdmissionHandler*> handlers_;
  const Clock& clock_;
  Logger& log_;
  Metrics& metrics_;
  std::atomic<bool> had_large_review_{false};
  bool had_one_before_ = false;  // of the caller of HadLargeReview
  Mutex mutex_;
  std::map<std::string, int64_t> in_flight_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::webhook
