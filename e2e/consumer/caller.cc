#include "e2e/consumer/caller.h"

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/json.h"

namespace keysteward::consumer {
namespace {

constexpr Duration kCallTimeout = std::chrono::seconds(10);

// A string member of the object at `path`, or "".
std::string TextAt(const std::string& body, const char* path) {
  const Result<nlohmann::json> json = ParseJson(body);
  const nlohmann::json::json_pointer pointer(path);
  if (!json || !json->contains(pointer) || !json->at(pointer).is_string()) return "";
  return json->at(pointer).get<std::string>();
}

}  // namespace

Result<void> Caller::RefreshKey() {
  const Result<bool> changed = source_.Refresh();
  if (!changed) {
    // A file that is being replaced is read again at the next call.
    if (source_.key().empty()) return changed.error();
    Tell("key unreadable", 0, changed.error().message);
    return {};
  }
  const std::string& prefix = options_.fail_on_key_prefix;
  if (!prefix.empty() && source_.key().view().starts_with(prefix)) {
    return Error::FailedPrecondition("this application cannot work with such a key");
  }
  return {};
}

Result<void> Caller::CallOnce() {
  KS_RETURN_IF_ERROR(RefreshKey());
  http::HttpRequest request{.method = "GET", .target = options_.target};
  std::string value = "Bearer ";
  value += source_.key().view();
  request.headers.emplace_back("Authorization", std::move(value));
  // Without the caller's stop token: a call that was begun is finished.
  Judge(transport_.Send(request, {.timeout = kCallTimeout}));
  WipeString(request.headers.back().second);
  return {};
}

void Caller::Judge(const Result<http::HttpResponse>& reply) {
  if (!reply) {
    stats_.Count(Outcome::kError, "");
    return Tell("error", 0, reply.error().ToString());
  }
  if (reply->status == 200) {
    return stats_.Count(Outcome::kAccepted, TextAt(reply->body, "/key_id"));
  }
  const bool refused = reply->status == 401 || reply->status == 403;
  stats_.Count(refused ? Outcome::kRefused : Outcome::kError, "");
  Tell(refused ? "refused" : "error", reply->status, TextAt(reply->body, "/error/code"));
}

void Caller::Tell(const char* event, int status, const std::string& detail) const {
  around_.print(DumpJson({{"time", FormatMicroTime(around_.clock.WallNow())},
                          {"event", event},
                          {"status", status},
                          {"detail", detail},
                          {"last_key_id", stats_.key_id()}}));
}

Result<void> Caller::Run(const std::stop_token& stop) {
  const auto interval =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / options_.per_second));
  MonoTime next = around_.clock.MonoNow();
  while (!stop.stop_requested()) {
    KS_RETURN_IF_ERROR(CallOnce());
    // After a slow call the pace goes on from now: a burst would be no steady load.
    next = std::max(next + interval, around_.clock.MonoNow());
    around_.clock.SleepFor(next - around_.clock.MonoNow(), stop);
  }
  return {};
}

}  // namespace keysteward::consumer
