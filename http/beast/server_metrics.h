// The metrics of HttpServer; label "server" is ServerOptions::name.
#pragma once

#include "observability/metrics.h"

namespace keysteward::http {

inline constexpr MetricSpec kHttpServerRequests{
    "keysteward_http_server_requests_total", MetricType::kCounter,
    "Requests answered by the handler, by status code."};
inline constexpr MetricSpec kHttpServerDuration{
    "keysteward_http_server_request_duration_seconds", MetricType::kHistogram,
    "From the last byte of a request to the handler's reply, queueing included."};
inline constexpr MetricSpec kHttpServerRefused{
    "keysteward_http_server_refused_total", MetricType::kCounter,
    "Requests and connections ended by the server itself, by reason."};
inline constexpr MetricSpec kHttpServerConnections{"keysteward_http_server_connections",
                                                   MetricType::kGauge, "Open connections."};

}  // namespace keysteward::http
