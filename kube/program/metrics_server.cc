#include "kube/program/metrics_server.h"

namespace keysteward::kube {

MetricsServer::MetricsServer(const HealthChecks& ready, const Runtime& runtime)
    : ready_(ready), metrics_(runtime.metrics), process_metrics_(runtime.metrics, runtime.clock) {}

Result<std::unique_ptr<MetricsServer>> MetricsServer::Create(const MetricsAddress& address,
                                                             const HealthChecks& ready,
                                                             const Runtime& runtime) {
  std::unique_ptr<MetricsServer> made(new MetricsServer(ready, runtime));
  KS_ASSIGN_OR_RETURN(
      made->server_, http::HttpServer::Create(
                         {.name = "metrics", .bind_address = address.address, .port = address.port},
                         [server = made.get()](const http::ServerRequest& request) {
                           return server->Serve(request);
                         },
                         runtime.log, runtime.metrics, runtime.clock));
  return made;
}

http::HttpReply MetricsServer::Serve(const http::ServerRequest& request) {
  if (request.path == "/metrics") {
    MutexLock lock(mutex_);
    process_metrics_.Update();
    return {200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, metrics_.Render()};
  }
  if (request.path == "/healthz") return http::HttpReply::Text(200, "ok\n");
  if (request.path == "/readyz") {
    const HealthReport report = ready_.Run();
    return http::HttpReply::Text(report.healthy ? 200 : 500, report.text);
  }
  return http::HttpReply::Text(404, "not found\n");
}

}  // namespace keysteward::kube
