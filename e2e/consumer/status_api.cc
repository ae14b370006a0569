#include "e2e/consumer/status_api.h"

namespace keysteward::consumer {

using http::HttpReply;

HttpReply StatusApi::Handle(const http::ServerRequest& request) const {
  if (request.method != "GET") return HttpReply::Text(405, "method not allowed\n");
  if (request.path == "/healthz") return HttpReply::Text(200, "ok\n");
  if (request.path == "/stats") return HttpReply::Json(200, stats_.Json());
  if (request.path != "/readyz") return HttpReply::Text(404, "not found\n");
  const std::string key_id = stats_.key_id();
  if (key_id.empty()) return HttpReply::Text(503, "no call was accepted yet\n");
  if (!wanted_key_id_.empty() && key_id != wanted_key_id_) {
    return HttpReply::Text(503, "cannot work with this key\n");
  }
  return HttpReply::Text(200, "ok\n");
}

}  // namespace keysteward::consumer
