#include "operator/issuers/http/http_issuer.h"

#include <algorithm>

#include "common/base64.h"
#include "common/strings.h"
#include "observability/metric_names.h"
#include "operator/issuers/http/reply_reader.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;

namespace {

constexpr size_t kMaxReply = 4 * 1024 * 1024;
constexpr int kMaxPages = 1000;

bool Expected(const std::vector<int>& codes, int status) {
  return std::find(codes.begin(), codes.end(), status) != codes.end();
}

std::string Filled(const std::string& pattern, const SecretBytes& secret) {
  std::string text = pattern;
  constexpr std::string_view kPlaceholder = "${secret}";
  if (const size_t at = text.find(kPlaceholder); at != std::string::npos) {
    text.replace(at, kPlaceholder.size(), secret.view());
  }
  return text;
}

void AddQuery(std::string& target, const std::string& pair) {
  target += (target.find('?') == std::string::npos ? "?" : "&") + pair;
}

Insertions ForKey(const std::string& key_id) {
  return {{"keyId", key_id}, {"token", "key-" + key_id}, {"label", ""}};
}

// Everything that may hold a value leaves memory with the request.
void WipeRequest(http::HttpRequest& request) {
  for (auto& [name, text] : request.headers) WipeString(text);
  WipeString(request.target);
}

}  // namespace

HttpIssuer::HttpIssuer(HttpIssuerParts parts, const Clock& clock, Metrics& metrics)
    : parts_(std::move(parts)),
      http_(*parts_.spec.http),
      prober_(http_.probe, parts_.base_path, parts_.transport),
      clock_(clock),
      metrics_(metrics),
      pace_(static_cast<double>(parts_.spec.rate_limit.requests_per_second),
            static_cast<double>(parts_.spec.rate_limit.burst)) {}

IssuerCapabilities HttpIssuer::capabilities() const {
  return {.lists = http_.list && http_.list->label,
          .disables = http_.disable.has_value(),
          .revokes = true,
          .probes = true,
          .last_use = http_.last_used.has_value(),
          .idempotent = http_.create.request.HeaderHolds("${token}"),
          .retrievable = http_.create.value == v1::KeyValue::kRetrievable,
          .consistency_window = parts_.spec.consistency_window,
          .max_live_keys = parts_.spec.max_live_keys};
}

Result<void> HttpIssuer::Authorise(http::HttpRequest& request) const {
  const v1::HttpAdmin& admin = http_.admin;
  if (admin.header) {
    request.headers.emplace_back(admin.header->name, Filled(admin.header->value, parts_.admin));
  } else if (admin.basic_username) {
    request.headers.emplace_back(
        "Authorization",
        "Basic " + Base64Encode(*admin.basic_username + ":" + std::string(parts_.admin.view())));
  } else if (admin.query_parameter) {
    AddQuery(request.target, PercentEncode(*admin.query_parameter) + "=" +
                                 PercentEncode(std::string(parts_.admin.view())));
  }
  const bool broken =
      std::any_of(request.headers.begin(), request.headers.end(), [](const auto& h) {
        return h.second.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
      });
  if (!broken) return {};
  return Error::InvalidArgument("the admin Secret " + admin.secret_ref.name + " entry " +
                                admin.secret_ref.key +
                                " holds a line break; store the credential without one");
}

Result<http::HttpResponse> HttpIssuer::Call(const char* operation, const v1::HttpRequest& described,
                                            const Insertions& insertions, const kube::Call& call,
                                            const std::string& extra_query) {
  KS_ASSIGN_OR_RETURN(http::HttpRequest request,
                      BuildRequest(described, parts_.base_path, insertions));
  if (!extra_query.empty()) AddQuery(request.target, extra_query);
  KS_RETURN_IF_ERROR(Authorise(request));
  const MonoTime deadline = clock_.MonoNow() + call.timeout;
  if (!clock_.SleepFor(pace_.Reserve(clock_.MonoNow()), call.stop)) {
    return Error::Cancelled("stopped while pacing");
  }
  const Duration timeout = std::min(deadline - clock_.MonoNow(), parts_.spec.timeout);
  if (timeout <= Duration::zero()) return Error::Unavailable("no time was left after pacing");
  Result<http::HttpResponse> reply = parts_.transport->Send(
      request, {.stop = call.stop, .timeout = timeout, .max_body = kMaxReply});
  WipeRequest(request);
  const std::string result = reply ? std::to_string(reply->status / 100) + "xx"
                                   : std::string(ErrorCodeName(reply.error().code));
  metrics_.Increment(kProviderCalls,
                     {{"issuer", parts_.name}, {"operation", operation}, {"result", result}});
  if (!reply) return std::move(reply).error().WithContext(operation);
  return reply;
}

Result<void> HttpIssuer::Check(const kube::Call& call) {
  if (!http_.list) return {};
  KS_ASSIGN_OR_RETURN(const http::HttpResponse reply,
                      Call("check", http_.list->request, {{"label", ""}}, call));
  if (reply.status == 200) return {};
  return StatusError(reply, false).WithContext("check");
}

Result<IssuedKey> HttpIssuer::Create(const CreateRequest& request, const kube::Call& call) {
  Insertions insertions = {{"token", request.token}, {"label", request.label}, {"expiresAt", ""}};
  for (const auto& [name, value] : request.parameters) insertions["param." + name] = value;
  KS_ASSIGN_OR_RETURN(http::HttpResponse reply,
                      Call("create", http_.create.request, insertions, call));
  if (!Expected(http_.create.expect, reply.status)) {
    return StatusError(reply, true).WithContext("create");
  }
  Result<IssuedKey> key = ReadCreated(http_.create, reply);
  WipeString(reply.body);
  // The provider made a key, but its answer cannot be used: what it made must be looked up and
  // ended.
  if (!key) return Error::UnknownOutcome("create: " + key.error().message);
  return key;
}

Result<std::vector<ListedKey>> HttpIssuer::List(const std::string& label_prefix,
                                                const kube::Call& call) {
  if (!http_.list) return Error::FailedPrecondition("this issuer describes no list");
  std::vector<ListedKey> keys;
  std::string cursor;
  for (int page_number = 0; page_number < kMaxPages; ++page_number) {
    const std::string query =
        cursor.empty() ? ""
                       : PercentEncode(http_.list->next->parameter) + "=" + PercentEncode(cursor);
    KS_ASSIGN_OR_RETURN(const http::HttpResponse reply,
                        Call("list", http_.list->request, {{"label", label_prefix}}, call, query));
    if (reply.status != 200) return StatusError(reply, false).WithContext("list");
    KS_ASSIGN_OR_RETURN(ListedPage page, ReadListed(*http_.list, reply));
    for (ListedKey& key : page.keys) {
      if (key.label.starts_with(label_prefix)) keys.push_back(std::move(key));
    }
    if (page.next.empty()) return keys;
    if (page.next == cursor) return Error::InvalidArgument("list: the cursor does not move");
    cursor = page.next;
  }
  return Error::TooLarge("list: more than " + std::to_string(kMaxPages) + " pages");
}

Result<void> HttpIssuer::Run(const char* operation, const v1::HttpAction& action,
                             const std::string& key_id, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const http::HttpResponse reply,
                      Call(operation, action.request, ForKey(key_id), call));
  if (Expected(action.expect, reply.status)) return {};
  return StatusError(reply, true).WithContext(operation);
}

Result<void> HttpIssuer::Disable(const std::string& key_id, const kube::Call& call) {
  if (!http_.disable) return Error::FailedPrecondition("this issuer describes no disable");
  return Run("disable", *http_.disable, key_id, call);
}

Result<void> HttpIssuer::Enable(const std::string& key_id, const kube::Call& call) {
  if (!http_.enable) return Error::FailedPrecondition("this issuer describes no enable");
  return Run("enable", *http_.enable, key_id, call);
}

Result<void> HttpIssuer::Delete(const std::string& key_id, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const http::HttpResponse reply,
                      Call("delete", http_.remove.request, ForKey(key_id), call));
  if (Expected(http_.remove.expect, reply.status) || Expected(http_.remove.gone, reply.status)) {
    return {};
  }
  return StatusError(reply, true).WithContext("delete");
}

Result<ProbeReply> HttpIssuer::Probe(const SecretBytes& value, const kube::Call& call) {
  Result<ProbeReply> reply = prober_.Probe(value, call);
  metrics_.Increment(kProviderCalls,
                     {{"issuer", parts_.name},
                      {"operation", "probe"},
                      {"result", reply ? std::to_string(reply->status / 100) + "xx" : "error"}});
  return reply;
}

Result<LastUse> HttpIssuer::LastUsed(const std::string& key_id, const kube::Call& call) {
  if (!http_.last_used) return LastUse{};
  KS_ASSIGN_OR_RETURN(const http::HttpResponse reply,
                      Call("lastUsed", http_.last_used->request, ForKey(key_id), call));
  if (reply.status != 200) return StatusError(reply, false).WithContext("lastUsed");
  return ReadLastUse(*http_.last_used, reply);
}

}  // namespace keysteward::op
