#include "webhook/admission/transport.h"

#include <exception>
#include <utility>

#include "observability/metric_names.h"
#include "webhook/admission/codec.h"

namespace keysteward::webhook {
namespace {

constexpr const char* kUndecided =
    "Keysteward could not decide about this object, so it is refused.\n"
    "Try again; if it stays, see the log of the keysteward webhook.";

std::string_view VerdictOf(const AdmissionResponse& response) {
  if (!response.allowed) return "deny";
  if (!response.patch.empty()) return "mutate";
  return response.warnings.empty() ? "allow" : "warn";
}

}  // namespace

AdmissionResponse Transport::Decide(const std::string& path, AdmissionHandler& handler,
                                    const AdmissionRequest& request) {
  std::string failure;
  try {
    Result<AdmissionResponse> decided = handler.Handle(request);
    if (decided) return *std::move(decided);
    failure = decided.error().ToString();
  } catch (const std::exception&) {
    // what() may quote the object.
    failure = "unexpected exception";
  }
  log_.Error("admission undecided", {{"path", path}, {"kind", request.kind}, {"error", failure}});
  return Deny("InternalError", kUndecided);
}

void Transport::Count(const std::string& path, const AdmissionResponse& response, MonoTime begun) {
  const double seconds = std::chrono::duration<double>(clock_.MonoNow() - begun).count();
  metrics_.Increment(kWebhookRequests,
                     {{"webhook", path}, {"code", response.allowed ? "200" : "403"}});
  metrics_.Observe(kWebhookLatency, {{"webhook", path}}, seconds);
  metrics_.Increment(kAdmissionVerdicts,
                     {{"handler", path}, {"verdict", std::string(VerdictOf(response))}});
}

// The gauge is set under the lock, or an older number could be the last one.
void Transport::AddInFlight(const std::string& path, int64_t change) {
  MutexLock lock(mutex_);
  metrics_.Set(kWebhookRequestsInFlight, {{"webhook", path}},
               static_cast<double>(in_flight_[path] += change));
}

bool Transport::IsImmediate(const http::ServerRequest& request) const {
  const auto found = handlers_.find(request.path);
  const bool may_wait = found != handlers_.end() && found->second->MayWait();
  return !may_wait && request.body.size() <= kLargeReview;
}

bool Transport::HadLargeReview() {
  const bool now = had_large_review_.exchange(false);
  return std::exchange(had_one_before_, now) || now;
}

http::HttpReply Transport::Serve(const http::ServerRequest& request) {
  const auto found = handlers_.find(request.path);
  if (found == handlers_.end()) return http::HttpReply::Text(404, "not found\n");
  if (request.method != "POST") return http::HttpReply::Text(405, "only POST\n");
  AddInFlight(request.path, 1);
  http::HttpReply reply = Answer(request, *found->second);
  AddInFlight(request.path, -1);
  return reply;
}

http::HttpReply Transport::Answer(const http::ServerRequest& request, AdmissionHandler& handler) {
  const MonoTime begun = clock_.MonoNow();
  if (request.body.size() > kLargeReview) had_large_review_ = true;
  const Result<AdmissionReview> review = DecodeReview(request.body);
  if (!review) {
    log_.Warn("review refused", {{"path", request.path}, {"error", review.error().message}});
    metrics_.Increment(kWebhookRequests, {{"webhook", request.path}, {"code", "400"}});
    return http::HttpReply::Text(400, "not an AdmissionReview of admission.k8s.io/v1\n");
  }
  const AdmissionResponse response =
      review->refusal.empty()
          ? Decide(request.path, handler, review->request)
          : Deny("BadRequest", "Keysteward cannot judge this admission review: " + review->refusal);
  Count(request.path, response, begun);
  return http::HttpReply::Json(200, FormatReview(review->request.uid, response));
}

}  // namespace keysteward::webhook
