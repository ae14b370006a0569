#include "operator/issuers/http/request_builder.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "common/json.h"
#include "common/strings.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

using Encoder = std::function<Result<std::string>(const std::string&)>;

Result<std::string> Insert(std::string_view text, const Insertions& insertions,
                           const Encoder& encode) {
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find("${");
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) return Error::InvalidArgument("${ without }");
    const std::string name(text.substr(open + 2, close - open - 2));
    const auto found = insertions.find(name);
    if (found == insertions.end()) {
      return Error::InvalidArgument("no value for placeholder ${" + name + "}");
    }
    KS_ASSIGN_OR_RETURN(const std::string inserted, encode(found->second));
    out += inserted;
    text.remove_prefix(close + 1);
  }
  return out;
}

Result<std::string> AsIs(const std::string& text) { return text; }

Result<std::string> Encoded(const std::string& text) { return PercentEncode(text); }

Result<std::string> HeaderSafe(const std::string& text) {
  if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    return Error::InvalidArgument("a line break or NUL in a header value");
  }
  return text;
}

// Every string of the body, keys excepted; the depth was bounded when the text was parsed.
Result<void> InsertInto(json& value, const Insertions& insertions) {
  if (value.is_string()) {
    KS_ASSIGN_OR_RETURN(value, Insert(value.get_ref<const std::string&>(), insertions, AsIs));
    return {};
  }
  if (!value.is_structured()) return {};
  for (auto& item : value) KS_RETURN_IF_ERROR(InsertInto(item, insertions));
  return {};
}

Result<std::string> FormBody(const std::map<std::string, std::string>& form,
                             const Insertions& insertions) {
  std::string body;
  for (const auto& [name, pattern] : form) {
    KS_ASSIGN_OR_RETURN(const std::string value, Insert(pattern, insertions, AsIs));
    body += (body.empty() ? "" : "&") + PercentEncode(name) + "=" + PercentEncode(value);
  }
  return body;
}

Result<void> AddBody(const api::v1alpha1::HttpRequest& described, const Insertions& insertions,
                     http::HttpRequest& request) {
  if (described.json) {
    KS_ASSIGN_OR_RETURN(json body, ParseJson(*described.json));
    KS_RETURN_IF_ERROR(InsertInto(body, insertions));
    request.body = DumpJson(body);
    request.headers.emplace_back("Content-Type", "application/json");
  } else if (described.form) {
    KS_ASSIGN_OR_RETURN(request.body, FormBody(*described.form, insertions));
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  }
  return {};
}

}  // namespace

Result<http::HttpRequest> BuildRequest(const api::v1alpha1::HttpRequest& described,
                                       const std::string& base_path, const Insertions& insertions) {
  http::HttpRequest request;
  request.method = EnumName(described.method);
  Result<std::string> path = Insert(described.path, insertions, Encoded);
  if (!path) return std::move(path).error().WithContext("path");
  request.target = base_path + *path;
  for (const auto& header : described.headers) {
    Result<std::string> value = Insert(header.value, insertions, HeaderSafe);
    if (!value) return std::move(value).error().WithContext("header " + header.name);
    request.headers.emplace_back(header.name, *std::move(value));
  }
  if (Result<void> body = AddBody(described, insertions, request); !body) {
    return std::move(body).error().WithContext("body");
  }
  return request;
}

}  // namespace keysteward::op
