#include "e2e/providers/keyserver/admin_api.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/json.h"
#include "e2e/providers/keyserver/key_json.h"
#include "e2e/providers/keyserver/replies.h"

namespace keysteward::keyserver {

using http::HttpReply;
using http::ServerRequest;

HttpReply AdminApi::Handle(const ServerRequest& request) {
  const std::string call = request.method + " " + request.path;
  if (call == "GET /readyz") return HttpReply::Text(200, "ok\n");
  if (call == "GET /journal") return ReadJournal(request);
  if (call == "GET /keys") return ReadKeys();
  if (call == "GET /issued") return JsonReply(200, service_.keys.Issued());
  if (call == "GET /faults") return JsonReply(200, service_.faults.Remaining());
  if (call == "POST /faults") return AddFaults(request);
  if (call == "POST /reset") return Reset();
  if (call == "DELETE /faults") {
    service_.faults.Clear();
    return JsonReply(200, nlohmann::json::array());
  }
  return ErrorReply(404, "not_found", "no such path");
}

HttpReply AdminApi::ReadJournal(const ServerRequest& request) const {
  const std::string text = http::QueryParameter(request.query, "after");
  uint64_t after = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), after);
  if (!text.empty() && (code != std::errc() || end != text.data() + text.size())) {
    return ErrorReply(400, "bad_request", "after must be a number");
  }
  return {200, {{"Content-Type", "application/jsonl"}}, service_.journal.LinesAfter(after)};
}

HttpReply AdminApi::ReadKeys() const {
  nlohmann::json keys = nlohmann::json::array();
  for (const ApiKey& key : service_.keys.All()) keys.push_back(TestJson(key));
  return JsonReply(200, keys);
}

HttpReply AdminApi::AddFaults(const ServerRequest& request) {
  const Result<nlohmann::json> body = ParseJson(request.body);
  if (!body) return ErrorReply(400, "bad_request", body.error().message);
  if (Result<void> added = service_.faults.Add(*body); !added) {
    return ErrorReply(400, "bad_request", added.error().message);
  }
  return JsonReply(200, service_.faults.Remaining());
}

HttpReply AdminApi::Reset() {
  service_.keys.Reset();
  service_.faults.Clear();
  service_.journal.Clear();
  changed_();
  return JsonReply(200, nlohmann::json::object());
}

}  // namespace keysteward::keyserver
