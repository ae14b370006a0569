#include <algorithm>

#include "api/v1alpha1/internal/http_issuer_checks.h"
#include "api/v1alpha1/placeholders.h"

namespace keysteward::api::v1alpha1::internal {
namespace {

using Names = std::set<std::string>;

constexpr std::string_view kPointer = "must be a JSON Pointer, e.g. /data/id";
constexpr std::string_view kParameterNameRule =
    "must be 1 to 64 letters, digits, _, . and -, e.g. after";

template <typename List>
bool Disjoint(const List& a, const List& b) {
  return std::none_of(a.begin(), a.end(), [&](const auto& item) {
    return std::find(b.begin(), b.end(), item) != b.end();
  });
}

bool IsQueryName(const std::string& name) {
  return name.size() <= 64 && IsSecretEntryName(name);  // the same characters
}

void CheckCodes(Checks& checks, std::string_view field, const std::vector<int>& codes) {
  const bool holds =
      !codes.empty() && codes.size() <= 16 &&
      std::all_of(codes.begin(), codes.end(), [](int code) { return code >= 100 && code <= 599; });
  checks.Require(field, holds, "must hold 1 to 16 HTTP status codes from 100 to 599, e.g. 200");
}

void CheckPointer(Checks& checks, std::string_view field, const std::string& pointer) {
  checks.Require(field, IsJsonPointer(pointer), kPointer);
}

void CheckPointer(Checks& checks, std::string_view field,
                  const std::optional<std::string>& pointer) {
  if (pointer) CheckPointer(checks, field, *pointer);
}

void CheckRequestAt(Checks& checks, const std::string& field, const HttpRequest& request,
                    const RequestRules& rules) {
  Checks item = checks.At(field);
  CheckHttpRequest(item, request, rules);
  checks.Add(std::move(item));
}

bool HoldsSecretOnce(const std::string& value) {
  const Result<std::vector<std::string>> names = ParsePlaceholders(value);
  return names && *names == std::vector<std::string>{"secret"} &&
         std::count(value.begin(), value.end(), '$') == 1 && IsPrintableAscii(value);
}

void CheckAdmin(Checks& checks, const HttpAdmin& admin) {
  checks.ObjectName("secretRef.name", admin.secret_ref.name);
  checks.Require("secretRef.key", IsSecretEntryName(admin.secret_ref.key),
                 "must be an entry name of the Secret, e.g. token");
  const int ways = int{admin.header.has_value()} + int{admin.basic_username.has_value()} +
                   int{admin.query_parameter.has_value()};
  checks.Require("", ways == 1,
                 "must set exactly one of header, basic and query: it says how the admin "
                 "credential is sent");
  if (admin.header) {
    checks.Require("header.name", IsHttpToken(admin.header->name),
                   "must be 1 to 64 letters, digits and -, e.g. Authorization");
    checks.Require("header.value", HoldsSecretOnce(admin.header->value),
                   "must hold ${secret} exactly once and no other placeholder, e.g. Bearer "
                   "${secret}");
  }
  if (admin.basic_username) {
    checks.Length("basic.username", *admin.basic_username, 1, 256);
    checks.Require("basic.username", admin.basic_username->find(':') == std::string::npos,
                   "must not hold a colon, basic authentication cannot carry one");
  }
  if (admin.query_parameter) {
    checks.Require("query.name", IsQueryName(*admin.query_parameter), kParameterNameRule);
  }
}

Names CheckParameters(Checks& checks, const std::vector<IssuerParameter>& parameters) {
  Names names;
  checks.AtMost("parameters", parameters.size(), 32);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const IssuerParameter& parameter = parameters[i];
    Checks item = checks.At(Indexed("parameters", i));
    item.Require("name", IsParameterName(parameter.name),
                 "must be at most 63 letters, digits, - or _ and begin with a letter, e.g. scope");
    item.Require("name", names.insert(parameter.name).second, "must not be declared twice");
    item.Require("enum", !parameter.pattern || parameter.enum_values.empty(),
                 "may be set only without pattern: keep one of pattern and enum");
    item.AtMost("enum", parameter.enum_values.size(), 64);
    if (parameter.pattern) item.Length("pattern", *parameter.pattern, 1, 256);
    checks.Add(std::move(item));
  }
  return names;
}

void CheckCreate(Checks& checks, const HttpCreate& create, const Names& parameters) {
  CheckRequestAt(checks, "request", create.request,
                 {kCreatePlaceholders, kCreatePlaceholders, parameters});
  checks.Require(
      "request.method",
      create.request.method == HttpMethod::kPost || create.request.method == HttpMethod::kPut,
      "must be POST or PUT: it makes a key");
  CheckCodes(checks, "expect", create.expect);
  CheckPointer(checks, "extract.id", create.id_at);
  CheckPointer(checks, "extract.key", create.key_at);
  CheckPointer(checks, "extract.expiresAt", create.expires_at_at);
  checks.Require("extract.id", create.id_at != create.key_at,
                 "must not be the same place as key: the id is printed, the key never");
  checks.Require("value",
                 create.value == KeyValue::kShownOnce || create.request.HeaderHolds("${token}"),
                 "Retrievable needs a request header with ${token}, e.g. Idempotency-Key; add it "
                 "or set ShownOnce");
}

void CheckList(Checks& checks, const HttpList& list, const Names& parameters) {
  CheckRequestAt(checks, "request", list.request,
                 {kListPlaceholders, kListPlaceholders, parameters, false});
  if (!list.items.empty()) CheckPointer(checks, "items", list.items);
  CheckPointer(checks, "id", list.id);
  CheckPointer(checks, "label", list.label);
  if (list.state) {
    CheckPointer(checks, "state.at", list.state->at);
    checks.Require("state.live", !list.state->live.empty(),
                   "must hold at least one value, e.g. active");
    checks.Require("state.disabled", Disjoint(list.state->live, list.state->disabled),
                   "must not share a value with live: each value means one thing");
  }
  if (list.next) {
    CheckPointer(checks, "next.at", list.next->at);
    checks.Require("next.parameter", IsQueryName(list.next->parameter), kParameterNameRule);
  }
}

void CheckAction(Checks& checks, const std::optional<HttpAction>& action, const std::string& field,
                 const Names& parameters) {
  if (!action) return;
  CheckRequestAt(checks, field + ".request", action->request,
                 {kKeyPlaceholders, kKeyPlaceholders, parameters});
  CheckCodes(checks, field + ".expect", action->expect);
}

void CheckKeyCalls(Checks& checks, const HttpIssuer& issuer, const Names& parameters) {
  CheckAction(checks, issuer.disable, "disable", parameters);
  CheckAction(checks, issuer.enable, "enable", parameters);
  checks.Require("enable", issuer.disable.has_value() == issuer.enable.has_value(),
                 "must be set together with disable: a disabled key that is still in use has to "
                 "be enabled again");
  CheckAction(checks, HttpAction{issuer.remove.request, issuer.remove.expect}, "delete",
              parameters);
  CheckCodes(checks, "delete.gone", issuer.remove.gone);
  if (issuer.last_used) {
    CheckRequestAt(checks, "lastUsed.request", issuer.last_used->request,
                   {kKeyPlaceholders, kKeyPlaceholders, parameters, false});
    CheckPointer(checks, "lastUsed.at", issuer.last_used->at);
  }
}

}  // namespace

void CheckEndpoint(Checks& checks, const std::string& base_url, const std::string& ca_bundle) {
  checks.Require("baseURL", IsHttpsBaseUrl(base_url),
                 "must be https://HOST[:PORT][/PATH] without user, query or fragment, e.g. "
                 "https://api.acme.example/v1");
  checks.Require(
      "caBundle",
      ca_bundle.empty() || ca_bundle.find("-----BEGIN CERTIFICATE-----") != std::string::npos,
      "must be PEM and hold at least one -----BEGIN CERTIFICATE-----");
  checks.Length("caBundle", ca_bundle, 0, 65536);
}

void CheckHttpProbe(Checks& checks, const HttpProbe& probe,
                    const std::set<std::string>& parameters) {
  CheckRequestAt(checks, "request", probe.request,
                 {kProbePlaceholders, kProbePathPlaceholders, parameters, false});
  checks.Require("request", probe.request.HeaderHolds("${key}"),
                 "must send ${key} in a header, or every key would look alike, e.g. "
                 "Authorization: Bearer ${key}");
  CheckCodes(checks, "live", probe.live);
  CheckCodes(checks, "refused", probe.refused);
  checks.Require("refused", Disjoint(probe.live, probe.refused),
                 "must not share a code with live: each code means one thing");
  CheckPointer(checks, "id", probe.id);
}

void CheckHttpIssuer(Checks& checks, const HttpIssuer& issuer) {
  CheckEndpoint(checks, issuer.base_url, issuer.ca_bundle);
  Checks admin = checks.At("admin");
  CheckAdmin(admin, issuer.admin);
  checks.Add(std::move(admin));
  const Names parameters = CheckParameters(checks, issuer.parameters);
  Checks create = checks.At("create");
  CheckCreate(create, issuer.create, parameters);
  checks.Add(std::move(create));
  if (issuer.list) {
    Checks list = checks.At("list");
    CheckList(list, *issuer.list, parameters);
    checks.Add(std::move(list));
  }
  CheckKeyCalls(checks, issuer, parameters);
  Checks probe = checks.At("probe");
  CheckHttpProbe(probe, issuer.probe, parameters);
  checks.Add(std::move(probe));
}

}  // namespace keysteward::api::v1alpha1::internal
