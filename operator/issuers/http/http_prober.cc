#include "operator/issuers/http/http_prober.h"

#include "operator/issuers/http/reply_reader.h"
#include "operator/issuers/http/request_builder.h"

namespace keysteward::op {
namespace {

constexpr size_t kMaxReply = 256 * 1024;

}  // namespace

Result<ProbeReply> HttpProber::Probe(const SecretBytes& value, const kube::Call& call) const {
  Insertions insertions = {{"key", std::string(value.view())}};
  Result<http::HttpRequest> request = BuildRequest(described_.request, base_path_, insertions);
  WipeString(insertions["key"]);
  if (!request) return std::move(request).error().WithContext("probe");
  Result<http::HttpResponse> reply = transport_->Send(
      *request, {.stop = call.stop, .timeout = call.timeout, .max_body = kMaxReply});
  for (auto& [name, text] : request->headers) WipeString(text);
  WipeString(request->body);
  if (!reply) return std::move(reply).error().WithContext("probe");
  const ProbeReply probed = ReadProbed(described_, *reply);
  // A provider that is down or busy says nothing about the key.
  const bool out_of_order = reply->status >= 500 || reply->status == 429;
  if (probed.answer == ProbeAnswer::kUnclear && out_of_order) {
    return StatusError(*reply, false).WithContext("probe");
  }
  return probed;
}

}  // namespace keysteward::op
