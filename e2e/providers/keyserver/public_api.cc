#include "e2e/providers/keyserver/public_api.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/json.h"
#include "common/json_fields.h"
#include "common/strings.h"
#include "e2e/providers/keyserver/key_json.h"
#include "e2e/providers/keyserver/replies.h"

namespace keysteward::keyserver {
namespace {

using http::HttpReply;
using http::ServerRequest;

constexpr size_t kDefaultPage = 20;
constexpr size_t kLargestPage = 100;
constexpr std::string_view kBearer = "Bearer ";

std::string_view BearerOf(const ServerRequest& request) {
  const std::string_view value = http::FindHeader(request.headers, "Authorization");
  return value.starts_with(kBearer) ? value.substr(kBearer.size()) : std::string_view();
}

bool ForHolders(const Route& route) {
  return route.operation == "whoami" || route.operation == "work";
}

HttpReply Unauthorized() { return ErrorReply(401, "unauthorized", "invalid credentials"); }

// Zero for what is no number between 1 and kLargestPage.
size_t LimitOf(const std::string& text) {
  if (text.empty()) return kDefaultPage;
  size_t limit = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool whole = code == std::errc() && end == text.data() + text.size();
  return whole && limit <= kLargestPage ? limit : 0;
}

std::string_view VerdictCode(UseVerdict verdict) {
  switch (verdict) {
    case UseVerdict::kInactive:
      return "key_disabled";
    case UseVerdict::kExpired:
      return "key_expired";
    default:
      return "unauthorized";
  }
}

}  // namespace

struct PublicApi::Call {
  const ServerRequest& request;
  Route route;
  std::optional<Fault> fault;
  JournalEntry entry;

  bool Has(FaultKind kind) const { return fault && fault->kind == kind; }
};

Route RouteOf(const ServerRequest& request) {
  const std::vector<std::string_view> parts = Split(request.path, '/');
  if (parts.size() < 3 || parts[1] != "v1") return {};
  const std::string& method = request.method;
  if (parts.size() == 3 && method == "GET" && (parts[2] == "whoami" || parts[2] == "work")) {
    return {std::string(parts[2]), ""};
  }
  if (parts[2] != "keys") return {};
  if (parts.size() == 3 && method == "POST") return {"create", ""};
  if (parts.size() == 3 && method == "GET") return {"list", ""};
  const std::string id(parts.size() > 3 ? parts[3] : "");
  if (parts.size() == 4 && method == "GET") return {"get", id};
  if (parts.size() == 4 && method == "DELETE") return {"delete", id};
  const bool toggles = parts.size() == 5 && (parts[4] == "disable" || parts[4] == "enable");
  if (toggles && method == "POST") return {std::string(parts[4]), id};
  return {};
}

PublicApi::PublicApi(const Service& service, SecretBytes admin_token, std::function<void()> changed)
    : service_(service), admin_token_(std::move(admin_token)), changed_(std::move(changed)) {}

HttpReply PublicApi::Handle(const ServerRequest& request) {
  Call call{.request = request, .route = RouteOf(request), .fault = {}, .entry = {}};
  call.entry.method = request.method;
  call.entry.path = request.path;
  call.entry.actor = "none";
  call.entry.key_id = call.route.key_id;
  call.entry.effect = "none";
  HttpReply reply = Serve(call);
  call.entry.status = reply.abandon ? 0 : reply.status;
  service_.journal.Append(call.entry);
  return reply;
}

HttpReply PublicApi::Serve(Call& call) {
  if (call.route.operation.empty()) return ErrorReply(404, "not_found", "no such path");
  const std::string_view bearer = BearerOf(call.request);
  if (ForHolders(call.route)) {
    call.entry.actor = bearer.empty() ? "none" : "key";
  } else {
    if (!admin_token_.ConstantTimeEquals(bearer)) {
      call.entry.effect = "refused";
      return Unauthorized();
    }
    call.entry.actor = "admin";
  }
  call.fault = service_.faults.Take(call.route.operation);
  if (std::optional<HttpReply> ended = FaultBefore(call)) return *std::move(ended);
  HttpReply reply = ForHolders(call.route) ? ServeHolder(call) : ServeAdmin(call);
  return call.fault ? FaultAfter(call, std::move(reply)) : reply;
}

HttpReply PublicApi::ServeAdmin(Call& call) {
  const std::string& operation = call.route.operation;
  if (operation == "create") return Create(call);
  if (operation == "list") return List(call);
  if (operation == "get") return ReadKey(call);
  if (operation == "disable") return ChangeStatus(call, KeyStatus::kInactive);
  if (operation == "enable") return ChangeStatus(call, KeyStatus::kActive);
  return ChangeStatus(call, KeyStatus::kDeleted);
}

HttpReply PublicApi::ServeHolder(Call& call) {
  const KeyUse use = service_.keys.Use(BearerOf(call.request));
  call.entry.key_id = use.key_id;
  call.entry.name = use.name;
  if (use.verdict != UseVerdict::kAccepted) {
    call.entry.effect = "refused";
    const int status = use.verdict == UseVerdict::kInactive ? 403 : 401;
    return ErrorReply(status, VerdictCode(use.verdict), "key not accepted");
  }
  call.entry.effect = "accepted";
  if (call.route.operation == "whoami") return JsonReply(200, {{"key_id", use.key_id}});
  return JsonReply(200, {{"ok", true}, {"key_id", use.key_id}});
}

HttpReply PublicApi::Create(Call& call) {
  const Result<nlohmann::json> body = ParseJson(call.request.body);
  if (!body) return ErrorReply(400, "bad_request", body.error().message);
  JsonFields fields(*body, "body");
  CreateRequest wanted{.name = fields.RequiredString("name"), .scopes = fields.Strings("scopes")};
  if (Result<void> good = fields.Check(); !good) {
    return ErrorReply(400, "bad_request", good.error().message);
  }
  if (call.Has(FaultKind::kHiddenKey)) wanted.listed_after = call.fault->delay;
  if (call.Has(FaultKind::kUnspreadKey)) wanted.valid_after = call.fault->delay;
  std::string token(http::FindHeader(call.request.headers, "Idempotency-Key"));
  Result<Created> made = service_.keys.Create(wanted, token);
  if (made && call.Has(FaultKind::kAppliedTwice)) made = service_.keys.Create(wanted, "");
  if (!made) {
    const bool full = made.error().code == ErrorCode::kResourceExhausted;
    return full ? ErrorReply(422, "key_limit", made.error().message)
                : ErrorReply(409, "conflict", made.error().message);
  }
  call.entry.key_id = made->key.id;
  call.entry.name = made->key.name;
  call.entry.effect = made->replayed ? "replayed" : "created";
  if (!made->replayed) changed_();
  nlohmann::json reply = PublicJson(made->key);
  if (!made->secret.empty()) reply["secret"] = made->secret;
  return JsonReply(made->replayed ? 200 : 201, reply);
}

HttpReply PublicApi::List(Call& call) {
  const size_t limit = LimitOf(http::QueryParameter(call.request.query, "limit"));
  if (limit == 0) return ErrorReply(400, "bad_request", "limit must be 1 to 100");
  const KeyPage page = service_.keys.List(http::QueryParameter(call.request.query, "after"), limit);
  nlohmann::json data = nlohmann::json::array();
  for (const ApiKey& key : page.keys) data.push_back(PublicJson(key));
  call.entry.effect = "listed";
  return JsonReply(200,
                   {{"data", std::move(data)},
                    {"next", page.next.empty() ? nlohmann::json() : nlohmann::json(page.next)}});
}

HttpReply PublicApi::ReadKey(Call& call) {
  const Result<ApiKey> key = service_.keys.Find(call.route.key_id);
  if (!key) return ErrorReply(404, "not_found", "no such key");
  call.entry.name = key->name;
  call.entry.effect = "read";
  return JsonReply(200, PublicJson(*key));
}

HttpReply PublicApi::ChangeStatus(Call& call, KeyStatus status) {
  const bool deletes = status == KeyStatus::kDeleted;
  const Result<ApiKey> key = call.Has(FaultKind::kFalseSuccess)
                                 ? service_.keys.Find(call.route.key_id)
                                 : service_.keys.SetStatus(call.route.key_id, status);
  if (!key) return ErrorReply(404, "not_found", "no such key");
  call.entry.name = key->name;
  if (!call.Has(FaultKind::kFalseSuccess)) {
    call.entry.effect = call.route.operation + "d";
    changed_();
  }
  return deletes ? HttpReply{.status = 204, .headers = {}, .body = ""}
                 : JsonReply(200, PublicJson(*key));
}

std::optional<HttpReply> PublicApi::FaultBefore(Call& call) {
  if (!call.fault) return std::nullopt;
  const Fault& fault = *call.fault;
  switch (fault.kind) {
    case FaultKind::kRequestLost:
      call.entry.fault = "requestLost";
      return HttpReply{.headers = {}, .body = "", .abandon = true};
    case FaultKind::kStatus: {
      call.entry.fault = "status";
      HttpReply reply = ErrorReply(fault.status, "injected", "try again");
      if (!fault.retry_after.empty()) {
        reply.headers.emplace_back("Retry-After", fault.retry_after);
      }
      return reply;
    }
    case FaultKind::kUnsupported:
      call.entry.fault = "unsupported";
      return ErrorReply(405, "unsupported", "this operation does not exist");
    case FaultKind::kSlow:
      call.entry.fault = "slow";
      service_.clock.SleepFor(fault.delay, call.request.stop);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

HttpReply PublicApi::FaultAfter(Call& call, HttpReply reply) {
  switch (call.fault->kind) {
    case FaultKind::kReplyLost:
      call.entry.fault = "replyLost";
      reply.abandon = true;
      return reply;
    case FaultKind::kAppliedTwice:
      call.entry.fault = "appliedTwice";
      return reply;
    case FaultKind::kHiddenKey:
      call.entry.fault = "hiddenKey";
      return reply;
    case FaultKind::kUnspreadKey:
      call.entry.fault = "unspreadKey";
      return reply;
    case FaultKind::kFalseSuccess:
      call.entry.fault = "falseSuccess";
      return reply;
    case FaultKind::kHostileBody: {
      call.entry.fault = "hostileBody";
      const HostileContext context{
          reply, std::string(http::FindHeader(call.request.headers, "Idempotency-Key")),
          service_.keys.AnyOther(call.entry.key_id)};
      return HostileReply(call.fault->body, context);
    }
    default:
      return reply;
  }
}

}  // namespace keysteward::keyserver
