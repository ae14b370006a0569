// StatusApi: what the sample application tells about itself, plain HTTP.
//
//   GET /readyz   200 once a call was accepted (and the key is the wanted one), else 503
//   GET /healthz  200
//   GET /stats    Stats::Json()
//
// Thread-safe.
#pragma once

#include <string>

#include "e2e/consumer/stats.h"
#include "http/server.h"

namespace keysteward::consumer {

class StatusApi {
 public:
  // With `wanted_key_id` the application is ready only while it works with that key: one that
  // breaks on a new key.
  StatusApi(const Stats& stats, std::string wanted_key_id)
      : stats_(stats), wanted_key_id_(std::move(wanted_key_id)) {}

  http::HttpReply Handle(const http::ServerRequest& request) const;

 private:
  const Stats& stats_;
  const std::string wanted_key_id_;
};

}  // namespace keysteward::consumer
