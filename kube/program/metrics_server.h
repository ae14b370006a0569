// MetricsServer: the plain HTTP server that each of our programs has: /metrics, /healthz, /readyz.
//
//   ready.Add("informers", …);
//   KS_ASSIGN_OR_RETURN(auto server, MetricsServer::Create({"0.0.0.0", 8080}, ready, runtime));
//   manager.AddRunnable("metrics", [&](const std::stop_token& stop) { return server->Run(stop); });
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "common/mutex.h"
#include "http/server.h"
#include "kube/runtime.h"
#include "observability/health.h"
#include "observability/process_metrics.h"

namespace keysteward::kube {

struct MetricsAddress {
  std::string address;
  uint16_t port = 0;  // 0: any free one
};

class MetricsServer {
 public:
  // Binds the port. Checks and runtime must outlive the server; checks may be added later.
  static Result<std::unique_ptr<MetricsServer>> Create(const MetricsAddress& address,
                                                       const HealthChecks& ready,
                                                       const Runtime& runtime);

  uint16_t port() const { return server_->port(); }
  // Until `stop`, then what is in flight is answered.
  Result<void> Run(const std::stop_token& stop) { return server_->Run(stop); }
  // /metrics: Prometheus text. /healthz: 200 while the process answers at all. /readyz: 200 or 500
  // with one line per check. Anything else: 404. Thread-safe.
  http::HttpReply Serve(const http::ServerRequest& request);

 private:
  MetricsServer(const HealthChecks& ready, const Runtime& runtime);

  const HealthChecks& ready_;
  Metrics& metrics_;
  Mutex mutex_;
  ProcessMetrics process_metrics_ GUARDED_BY(mutex_);
  std::unique_ptr<http::HttpServer> server_;
};

}  // namespace keysteward::kube
