#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/v1alpha1/internal/http_issuer_checks.h"
#include "api/v1alpha1/placeholders.h"
#include "common/json.h"
#include "common/strings.h"

namespace keysteward::api::v1alpha1::internal {
namespace {

using nlohmann::json;

// Set by the HTTP client; a second value would let a request be read in two ways.
constexpr std::array<std::string_view, 8> kOwnHeaders = {
    "host",    "content-length", "transfer-encoding", "connection", "upgrade", "te",
    "trailer", "expect"};

void CheckText(Checks& checks, std::string_view field, const std::string& text,
               std::span<const std::string_view> allowed, const std::set<std::string>& declared) {
  if (const auto wrong = CheckPlaceholders(text, allowed)) {
    checks.Require(field, false, *wrong);
    return;
  }
  const Result<std::vector<std::string>> names = ParsePlaceholders(text);
  for (const std::string& name : names.value()) {
    const auto parameter = ParameterOf(name);
    checks.Require(field, !parameter || declared.contains(std::string(*parameter)),
                   "uses ${" + name + "} but parameters does not declare it: add it there");
  }
}

void CheckPath(Checks& checks, const HttpRequest& request, const RequestRules& rules) {
  const std::string& path = request.path;
  checks.Length("path", path, 1, 1024);
  const bool plain = path.starts_with('/') && !path.starts_with("//") &&
                     path.find_first_of(" #") == std::string::npos && IsPrintableAscii(path) &&
                     path.find("/../") == std::string::npos && !path.ends_with("/..");
  checks.Require("path", plain,
                 "must begin with one /, hold printable ASCII without spaces, and neither /../ "
                 "nor #, e.g. /keys?limit=100");
  CheckText(checks, "path", path, rules.path_placeholders, rules.parameters);
}

void CheckHeaders(Checks& checks, const HttpRequest& request, const RequestRules& rules) {
  checks.AtMost("headers", request.headers.size(), 16);
  std::set<std::string> seen;
  for (size_t i = 0; i < request.headers.size(); ++i) {
    const HttpHeader& header = request.headers[i];
    const std::string name = ToLower(header.name);
    Checks item = checks.At(Indexed("headers", i));
    item.Require("name", IsHttpToken(header.name),
                 "must be 1 to 64 letters, digits and -, e.g. Idempotency-Key");
    item.Require("name",
                 std::find(kOwnHeaders.begin(), kOwnHeaders.end(), name) == kOwnHeaders.end(),
                 "is set by the HTTP client itself: remove this header");
    item.Require("name", seen.insert(name).second, "must not be listed twice");
    item.Length("value", header.value, 0, 1024);
    item.Require("value", IsPrintableAscii(header.value), "must be printable ASCII on one line");
    CheckText(item, "value", header.value, rules.placeholders, rules.parameters);
    checks.Add(std::move(item));
  }
}

// Depth is bounded by the parser that made the tree.
void CheckJson(Checks& checks, const std::string& field, const json& value,
               const RequestRules& rules) {
  if (value.is_string()) {
    CheckText(checks, field, value.get_ref<const std::string&>(), rules.placeholders,
              rules.parameters);
  }
  if (!value.is_structured()) return;
  for (const auto& [key, item] : value.items()) {
    CheckJson(checks, value.is_array() ? field + "[" + key + "]" : field + "." + key, item, rules);
  }
}

void CheckBody(Checks& checks, const HttpRequest& request, const RequestRules& rules) {
  const bool any = request.json || request.form;
  checks.Require("form", !(request.json && request.form),
                 "may be set only without json: keep one of json and form");
  checks.Require("method", !any || (rules.body && request.method != HttpMethod::kGet),
                 "GET carries no body: remove json and form, or choose POST, PUT or PATCH");
  if (request.json) {
    const Result<json> body = ParseJson(*request.json);
    checks.Require("json", body && body->is_object(), "must be a JSON object");
    if (body) CheckJson(checks, "json", *body, rules);
  }
  if (!request.form) return;
  checks.AtMost("form", request.form->size(), 64);
  for (const auto& [key, value] : *request.form) {
    checks.Length("form." + key, value, 0, 1024);
    CheckText(checks, "form." + key, value, rules.placeholders, rules.parameters);
  }
}

}  // namespace

void CheckHttpRequest(Checks& checks, const HttpRequest& request, const RequestRules& rules) {
  CheckPath(checks, request, rules);
  CheckHeaders(checks, request, rules);
  CheckBody(checks, request, rules);
}

}  // namespace keysteward::api::v1alpha1::internal
