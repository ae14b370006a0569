#include "api/v1alpha1/internal/http_issuer_json.h"

#include "api/v1alpha1/internal/codec.h"

namespace keysteward::api::v1alpha1 {

bool HttpIssuer::CanLookUp() const {
  return (list && list->label) || create.request.HeaderHolds("${token}");
}

namespace internal {
namespace {

HttpAdmin ReadAdmin(JsonFields fields) {
  HttpAdmin out;
  JsonFields secret = fields.Object("secretRef");
  out.secret_ref = {secret.RequiredString("name"), secret.RequiredString("key")};
  out.header = ReadOptional(fields, "header", [](JsonFields header) {
    return HttpHeader{header.RequiredString("name"), header.RequiredString("value")};
  });
  out.basic_username = ReadOptional(
      fields, "basic", [](JsonFields basic) { return basic.RequiredString("username"); });
  out.query_parameter =
      ReadOptional(fields, "query", [](JsonFields query) { return query.RequiredString("name"); });
  return out;
}

IssuerParameter ReadParameter(JsonFields& fields) {
  IssuerParameter out;
  out.name = fields.RequiredString("name");
  out.required = fields.Bool("required");
  out.pattern = ReadOptionalString(fields, "pattern");
  out.enum_values = fields.Strings("enum");
  return out;
}

HttpCreate ReadCreate(JsonFields fields) {
  HttpCreate out;
  out.request = ReadHttpRequest(fields.Object("request"));
  out.expect = ReadCodes(fields, "expect", std::move(out.expect));
  JsonFields extract = fields.Object("extract");
  out.id_at = extract.RequiredString("id");
  out.key_at = extract.RequiredString("key");
  out.expires_at_at = ReadOptionalString(extract, "expiresAt");
  out.value = ReadEnum(fields, "value", out.value);
  return out;
}

HttpListState ReadListState(JsonFields fields) {
  return {fields.RequiredString("at"), fields.Strings("live"), fields.Strings("disabled")};
}

HttpListNext ReadListNext(JsonFields fields) {
  return {fields.RequiredString("at"), fields.RequiredString("parameter")};
}

HttpList ReadList(JsonFields fields) {
  HttpList out;
  out.request = ReadHttpRequest(fields.Object("request"));
  out.items = fields.String("items");
  out.id = fields.RequiredString("id");
  out.label = ReadOptionalString(fields, "label");
  out.state = ReadOptional(fields, "state", ReadListState);
  out.next = ReadOptional(fields, "next", ReadListNext);
  return out;
}

HttpAction ReadAction(JsonFields fields) {
  HttpAction out;
  out.request = ReadHttpRequest(fields.Object("request"));
  out.expect = ReadCodes(fields, "expect", std::move(out.expect));
  return out;
}

HttpDelete ReadDelete(JsonFields fields) {
  HttpDelete out;
  out.request = ReadHttpRequest(fields.Object("request"));
  out.expect = ReadCodes(fields, "expect", std::move(out.expect));
  out.gone = ReadCodes(fields, "gone", std::move(out.gone));
  return out;
}

HttpLastUsed ReadLastUsed(JsonFields fields) {
  HttpLastUsed out;
  out.request = ReadHttpRequest(fields.Object("request"));
  out.at = fields.RequiredString("at");
  out.format = ReadEnum(fields, "format", out.format);
  return out;
}

json WriteAdmin(const HttpAdmin& in) {
  json out = {{"secretRef", {{"name", in.secret_ref.name}, {"key", in.secret_ref.key}}}};
  if (in.header) out["header"] = {{"name", in.header->name}, {"value", in.header->value}};
  if (in.basic_username) out["basic"]["username"] = *in.basic_username;
  if (in.query_parameter) out["query"]["name"] = *in.query_parameter;
  return out;
}

json WriteParameter(const IssuerParameter& in) {
  json out = {{"name", in.name}, {"required", in.required}};
  Put(out, "pattern", in.pattern);
  PutList(out, "enum", in.enum_values);
  return out;
}

json WriteCreate(const HttpCreate& in) {
  json out = {{"request", WriteHttpRequest(in.request)},
              {"expect", in.expect},
              {"extract", {{"id", in.id_at}, {"key", in.key_at}}}};
  Put(out["extract"], "expiresAt", in.expires_at_at);
  PutEnum(out, "value", in.value);
  return out;
}

json WriteList(const HttpList& in) {
  json out = {{"request", WriteHttpRequest(in.request)}, {"id", in.id}};
  Put(out, "items", in.items);
  Put(out, "label", in.label);
  if (in.state) {
    out["state"] = {{"at", in.state->at}, {"live", in.state->live}};
    PutList(out["state"], "disabled", in.state->disabled);
  }
  if (in.next) out["next"] = {{"at", in.next->at}, {"parameter", in.next->parameter}};
  return out;
}

json WriteAction(const HttpAction& in) {
  return {{"request", WriteHttpRequest(in.request)}, {"expect", in.expect}};
}

json WriteDelete(const HttpDelete& in) {
  return {{"request", WriteHttpRequest(in.request)}, {"expect", in.expect}, {"gone", in.gone}};
}

json WriteLastUsed(const HttpLastUsed& in) {
  json out = {{"request", WriteHttpRequest(in.request)}, {"at", in.at}};
  PutEnum(out, "format", in.format);
  return out;
}

}  // namespace

HttpIssuer ReadHttpIssuer(JsonFields fields) {
  HttpIssuer out;
  out.base_url = fields.RequiredString("baseURL");
  out.ca_bundle = fields.String("caBundle");
  out.admin = ReadAdmin(fields.Object("admin"));
  fields.Objects("parameters",
                 [&](JsonFields& item) { out.parameters.push_back(ReadParameter(item)); });
  out.create = ReadCreate(fields.Object("create"));
  out.list = ReadOptional(fields, "list", ReadList);
  out.disable = ReadOptional(fields, "disable", ReadAction);
  out.enable = ReadOptional(fields, "enable", ReadAction);
  out.remove = ReadDelete(fields.Object("delete"));
  out.probe = ReadHttpProbe(fields.Object("probe"));
  out.last_used = ReadOptional(fields, "lastUsed", ReadLastUsed);
  return out;
}

json WriteHttpIssuer(const HttpIssuer& issuer) {
  json out = {{"baseURL", issuer.base_url},
              {"admin", WriteAdmin(issuer.admin)},
              {"create", WriteCreate(issuer.create)},
              {"delete", WriteDelete(issuer.remove)},
              {"probe", WriteHttpProbe(issuer.probe)}};
  Put(out, "caBundle", issuer.ca_bundle);
  for (const IssuerParameter& item : issuer.parameters) {
    out["parameters"].push_back(WriteParameter(item));
  }
  if (issuer.list) out["list"] = WriteList(*issuer.list);
  if (issuer.disable) out["disable"] = WriteAction(*issuer.disable);
  if (issuer.enable) out["enable"] = WriteAction(*issuer.enable);
  if (issuer.last_used) out["lastUsed"] = WriteLastUsed(*issuer.last_used);
  return out;
}

}  // namespace internal
}  // namespace keysteward::api::v1alpha1
