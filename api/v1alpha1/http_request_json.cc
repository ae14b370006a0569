#include "api/v1alpha1/internal/codec.h"
#include "api/v1alpha1/internal/http_issuer_json.h"
#include "common/json.h"

namespace keysteward::api::v1alpha1 {

bool HttpRequest::HeaderHolds(std::string_view placeholder) const {
  for (const HttpHeader& header : headers) {
    if (header.value.find(placeholder) != std::string::npos) return true;
  }
  return false;
}

namespace internal {

HttpRequest ReadHttpRequest(JsonFields fields) {
  HttpRequest out;
  out.method = ReadRequiredEnum<HttpMethod>(fields, "method");
  out.path = fields.RequiredString("path");
  fields.Objects("headers", [&](JsonFields& item) {
    out.headers.push_back({item.RequiredString("name"), item.RequiredString("value")});
  });
  if (const json* body = fields.Raw("json")) {
    if (!body->is_object()) fields.Fail("json", "must be an object");
    out.json = DumpJson(*body);
  }
  if (fields.Has("form")) out.form = fields.StringMap("form");
  return out;
}

json WriteHttpRequest(const HttpRequest& request) {
  json out = {{"path", request.path}};
  PutEnum(out, "method", request.method);
  for (const HttpHeader& header : request.headers) {
    out["headers"].push_back({{"name", header.name}, {"value", header.value}});
  }
  if (request.json) {
    const Result<json> body = ParseJson(*request.json);
    out["json"] = body && body->is_object() ? *body : json::object();
  }
  if (request.form) out["form"] = *request.form;
  return out;
}

HttpProbe ReadHttpProbe(JsonFields fields) {
  HttpProbe out;
  out.request = ReadHttpRequest(fields.Object("request"));
  out.live = ReadCodes(fields, "live", {});
  out.refused = ReadCodes(fields, "refused", {});
  out.id = ReadOptionalString(fields, "id");
  return out;
}

json WriteHttpProbe(const HttpProbe& probe) {
  json out = {{"request", WriteHttpRequest(probe.request)},
              {"live", probe.live},
              {"refused", probe.refused}};
  Put(out, "id", probe.id);
  return out;
}

}  // namespace internal
}  // namespace keysteward::api::v1alpha1
