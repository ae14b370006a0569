#include "kube/client/rest_client.h"

#include <algorithm>

#include "common/json.h"
#include "kube/client/list_page.h"
#include "kube/client/request.h"
#include "kube/watch/watch_decoder.h"
#include "observability/metric_names.h"

namespace keysteward::kube {

using http::HttpRequest;
using http::HttpResponse;
using nlohmann::json;

namespace {

constexpr int kMaxAttempts = 10;
// A server that asks for a repeat at once is not taken at its word.
constexpr std::chrono::milliseconds kShortestWait{100};

Effect EffectOf(const HttpRequest& request) {
  return request.method == "GET" ? Effect::kReads : Effect::kWrites;
}

// The transport cannot know that a read has no effect to be unsure about.
Error TransportError(Error error, const HttpRequest& request) {
  if (error.code == ErrorCode::kUnknownOutcome && EffectOf(request) == Effect::kReads) {
    error.code = ErrorCode::kUnavailable;
  }
  return error;
}

// Whether the same request may go out again, and after what wait.
std::optional<Duration> RepeatAfter(const HttpResponse& reply, const HttpRequest& request) {
  const bool refused =
      reply.status == 429 || (reply.status == 503 && EffectOf(request) == Effect::kReads);
  if (!refused) return std::nullopt;
  const auto asked = ParseRetryAfter(http::FindHeader(reply.headers, "Retry-After"));
  if (!asked) return std::nullopt;
  return std::max<Duration>(*asked, kShortestWait);
}

std::string MetaText(const json& object, const char* field) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return "";
  const auto found = metadata->find(field);
  return found != metadata->end() && found->is_string() ? found->get<std::string>() : "";
}

void WipeAuthorization(HttpRequest& request) {
  for (auto& [name, value] : request.headers) {
    if (name == "Authorization") WipeString(value);
  }
}

}  // namespace

RestClient::RestClient(http::HttpTransport& transport, TokenSource& tokens, const Clock& clock,
                       Metrics& metrics, RestClientSettings settings)
    : transport_(transport),
      tokens_(tokens),
      clock_(clock),
      metrics_(metrics),
      settings_(std::move(settings)),
      bucket_(settings_.requests_per_second, settings_.burst) {}

RestClient::Deadline RestClient::DeadlineOf(const Call& call) const {
  return {call.stop, clock_.MonoNow() + call.timeout};
}

Result<void> RestClient::Sleep(Duration duration, const Deadline& deadline) const {
  // Nothing was sent yet or the server refused it, so the caller may simply come again.
  if (clock_.MonoNow() + duration > deadline.at) {
    return Error::Unavailable("no time left to wait for the rate limit");
  }
  if (duration > Duration::zero() && !clock_.SleepFor(duration, deadline.stop)) {
    return Error::Cancelled("call cancelled");
  }
  return {};
}

Result<HttpResponse> RestClient::SendOnce(const HttpRequest& request, const Deadline& deadline,
                                          const Sender& sender) {
  if (deadline.stop.stop_requested()) return Error::Cancelled("call cancelled");
  KS_RETURN_IF_ERROR(Sleep(bucket_.Reserve(clock_.MonoNow()), deadline));
  const Duration left = deadline.at - clock_.MonoNow();
  KS_ASSIGN_OR_RETURN(const SecretBytes token, tokens_.Token({deadline.stop, left}));
  HttpRequest complete = request;
  complete.headers.emplace_back("User-Agent", settings_.user_agent);
  complete.headers.insert(complete.headers.end(), settings_.headers.begin(),
                          settings_.headers.end());
  if (!token.empty()) {
    complete.headers.emplace_back("Authorization", "Bearer " + std::string(token.view()));
  }
  Result<HttpResponse> reply = sender(complete, deadline.at - clock_.MonoNow());
  WipeAuthorization(complete);
  Count(request, reply);
  if (!reply) return TransportError(std::move(reply).error(), request);
  return reply;
}

Result<HttpResponse> RestClient::SendUntilAnswered(const HttpRequest& request,
                                                   const Deadline& deadline, const Sender& sender) {
  bool token_renewed = false;
  for (int attempt = 1;; ++attempt) {
    KS_ASSIGN_OR_RETURN(HttpResponse reply, SendOnce(request, deadline, sender));
    if (reply.status == 401 && !token_renewed && tokens_.Reject()) {
      token_renewed = true;
      continue;
    }
    const std::optional<Duration> wait = RepeatAfter(reply, request);
    const bool repeat = wait && attempt < kMaxAttempts && clock_.MonoNow() + *wait < deadline.at;
    if (!repeat) return reply;
    KS_RETURN_IF_ERROR(Sleep(*wait, deadline));
  }
}

Result<HttpResponse> RestClient::Exchange(const HttpRequest& request, const Deadline& deadline) {
  const Sender sender = [&](const HttpRequest& complete, Duration left) {
    return transport_.Send(
        complete, {.stop = deadline.stop, .timeout = left, .max_body = settings_.max_body});
  };
  KS_ASSIGN_OR_RETURN(HttpResponse reply, SendUntilAnswered(request, deadline, sender));
  if (!IsSuccess(reply.status)) return StatusError(reply, EffectOf(request));
  return reply;
}

Result<json> RestClient::ExchangeObject(const HttpRequest& request, const Call& call) {
  KS_ASSIGN_OR_RETURN(const HttpResponse reply, Exchange(request, DeadlineOf(call)));
  Result<json> parsed = ParseJson(reply.body);
  if (parsed && parsed->is_object()) return parsed;
  const std::string why = parsed ? "not an object" : parsed.error().message;
  if (EffectOf(request) == Effect::kReads) return Error::Unavailable("answer: " + why);
  return Error::UnknownOutcome("answer to a write: " + why);
}

void RestClient::Count(const HttpRequest& request, const Result<HttpResponse>& reply) {
  metrics_.Increment(kRestClientRequests,
                     {{"code", reply ? std::to_string(reply->status) : "<error>"},
                      {"method", request.method},
                      {"host", settings_.host}});
}

Result<json> RestClient::Get(const Resource& resource, const ObjectKey& key, const Call& call) {
  KS_RETURN_IF_ERROR(CheckObjectKey(resource, key));
  return ExchangeObject(BuildGet(resource, key), call);
}

Result<ObjectList> RestClient::ListAllPages(const Resource& resource, const ListOptions& options,
                                            const Deadline& deadline) {
  ObjectList all;
  std::string token;
  do {
    KS_ASSIGN_OR_RETURN(const HttpResponse reply,
                        Exchange(BuildListPage(resource, options, token), deadline));
    KS_ASSIGN_OR_RETURN(ListPage page, DecodeListPage(resource, options.metadata_only, reply.body));
    if (!token.empty() && page.continue_token == token) {
      return Error::Unavailable("list: the continue token does not move on");
    }
    all.items.insert(all.items.end(), std::make_move_iterator(page.items.begin()),
                     std::make_move_iterator(page.items.end()));
    all.resource_version = std::move(page.resource_version);
    token = std::move(page.continue_token);
  } while (!token.empty());
  return all;
}

Result<ObjectList> RestClient::List(const Resource& resource, const ListOptions& options,
                                    const Call& call) {
  const Deadline deadline = DeadlineOf(call);
  Result<ObjectList> list = ListAllPages(resource, options, deadline);
  if (list || list.error().code != ErrorCode::kExpired) return list;
  return ListAllPages(resource, options, deadline);
}

Result<json> RestClient::Create(const Resource& resource, const json& object,
                                const WriteOptions& options, const Call& call) {
  const std::string namespace_name = MetaText(object, "namespace");
  if (resource.namespaced && namespace_name.empty()) {
    return Error::InvalidArgument(std::string(resource.plural) + ": the namespace is empty");
  }
  return ExchangeObject(BuildCreate(resource, namespace_name, object, options), call);
}

Result<json> RestClient::Update(const Resource& resource, const json& object,
                                const WriteOptions& options, const Call& call) {
  const ObjectKey key{MetaText(object, "namespace"), MetaText(object, "name")};
  KS_RETURN_IF_ERROR(CheckObjectKey(resource, key));
  return ExchangeObject(BuildUpdate(resource, key, object, options), call);
}

Result<json> RestClient::Patch(const Resource& resource, const ObjectKey& key, PatchType type,
                               const json& patch, const PatchOptions& options, const Call& call) {
  KS_RETURN_IF_ERROR(CheckObjectKey(resource, key));
  if (type == PatchType::kApply && options.field_manager.empty()) {
    return Error::InvalidArgument("apply needs a field manager");
  }
  return ExchangeObject(BuildPatch(resource, key, type, patch, options), call);
}

Result<void> RestClient::Delete(const Resource& resource, const ObjectKey& key,
                                const DeleteOptions& options, const Call& call) {
  KS_RETURN_IF_ERROR(CheckObjectKey(resource, key));
  const Result<HttpResponse> reply =
      Exchange(BuildDelete(resource, key, options), DeadlineOf(call));
  return reply ? Result<void>() : reply.error();
}

Result<void> RestClient::Watch(const Resource& resource, const WatchOptions& options,
                               const WatchSink& sink, std::stop_token stop) {
  if (options.resource_version.empty()) {
    return Error::InvalidArgument("watch needs a resourceVersion");
  }
  JsonReader reader;
  const http::LineSink on_line = [&](std::string_view line) -> Result<void> {
    if (line.empty()) return {};
    KS_ASSIGN_OR_RETURN(WatchEvent event, DecodeWatchLine(line, reader));
    return sink(event.type, std::move(event.object));
  };
  const Sender sender = [&](const HttpRequest& complete, Duration) {
    return transport_.Stream(
        complete, on_line,
        {.stop = stop, .timeout = options.idle_timeout, .max_body = settings_.max_event});
  };
  const HttpRequest request = BuildWatch(resource, options);
  const Deadline deadline{stop, clock_.MonoNow() + options.server_timeout};
  KS_ASSIGN_OR_RETURN(const HttpResponse reply, SendUntilAnswered(request, deadline, sender));
  if (!IsSuccess(reply.status)) return StatusError(reply, Effect::kReads);
  return {};
}

Result<std::string> RestClient::GetRaw(std::string_view path, const Call& call) {
  if (path.empty() || path.front() != '/')
    return Error::InvalidArgument("the path must start with /");
  HttpRequest request;
  request.target = std::string(path);
  KS_ASSIGN_OR_RETURN(HttpResponse reply, Exchange(request, DeadlineOf(call)));
  return std::move(reply.body);
}

}  // namespace keysteward::kube
