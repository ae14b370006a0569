// HttpIssuer: a REST key API described as data, the `http` member of an issuer's spec.
//
// Texts hold placeholders ${name}; which names may stand where is in placeholders.h. Pointers are
// JSON Pointers (RFC 6901). docs/kinds/credentialissuer.md explains every field.
//
//   for (const HttpHeader& header : issuer.create.request.headers) …
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/v1alpha1/enum_names.h"

namespace keysteward::api::v1alpha1 {

enum class HttpMethod { kGet, kHead, kPost, kPut, kPatch, kDelete };
template <>
struct EnumNames<HttpMethod> {
  static constexpr std::string_view kNames[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
};

// Whether the provider gives the value of a key again for the same idempotency token.
enum class KeyValue { kShownOnce, kRetrievable };
template <>
struct EnumNames<KeyValue> {
  static constexpr std::string_view kNames[] = {"ShownOnce", "Retrievable"};
};

enum class TimeFormat { kRfc3339, kUnixSeconds };
template <>
struct EnumNames<TimeFormat> {
  static constexpr std::string_view kNames[] = {"RFC3339", "UnixSeconds"};
};

struct HttpHeader {
  std::string name;
  std::string value;

  friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

struct HttpRequest {
  HttpMethod method = HttpMethod::kGet;
  std::string path;  // begins with /, may carry a query; appended to baseURL
  std::vector<HttpHeader> headers;
  std::optional<std::string> json;  // compact JSON text of the body object
  std::optional<std::map<std::string, std::string>> form;

  // Whether a header value holds `placeholder`, e.g. "${token}".
  bool HeaderHolds(std::string_view placeholder) const;
  friend bool operator==(const HttpRequest&, const HttpRequest&) = default;
};

struct SecretKeyRef {
  std::string name;  // Secret of the issuer's namespace (operator's namespace for the cluster kind)
  std::string key;   // entry of that Secret

  friend bool operator==(const SecretKeyRef&, const SecretKeyRef&) = default;
};

// How calls are authorised: exactly one of header, basic_username and query_parameter.
struct HttpAdmin {
  SecretKeyRef secret_ref;
  std::optional<HttpHeader> header;  // value holds ${secret} once
  std::optional<std::string> basic_username;
  std::optional<std::string> query_parameter;

  friend bool operator==(const HttpAdmin&, const HttpAdmin&) = default;
};

// A parameter that credentials may or must set.
struct IssuerParameter {
  std::string name;
  bool required = false;
  std::optional<std::string> pattern;    // RE2, found anywhere in the value unless anchored
  std::vector<std::string> enum_values;  // empty: any

  friend bool operator==(const IssuerParameter&, const IssuerParameter&) = default;
};

struct HttpCreate {
  HttpRequest request;
  std::vector<int> expect = {200, 201, 202};
  std::string id_at;                         // pointer to the public key id
  std::string key_at;                        // pointer to the secret value
  std::optional<std::string> expires_at_at;  // pointer to the expiry; absent: lifetime counts
  KeyValue value = KeyValue::kShownOnce;

  friend bool operator==(const HttpCreate&, const HttpCreate&) = default;
};

struct HttpListState {
  std::string at;
  std::vector<std::string> live;
  std::vector<std::string> disabled;

  friend bool operator==(const HttpListState&, const HttpListState&) = default;
};

struct HttpListNext {
  std::string at;         // pointer to the cursor in the answer; absent or null: last page
  std::string parameter;  // query parameter the cursor is sent in

  friend bool operator==(const HttpListNext&, const HttpListNext&) = default;
};

struct HttpList {
  HttpRequest request;
  std::string items;                   // pointer to the array; empty: the whole answer
  std::string id;                      // pointer within an item
  std::optional<std::string> label;    // pointer within an item; absent: lost keys cannot be found
  std::optional<HttpListState> state;  // absent: every listed key lives
  std::optional<HttpListNext> next;    // absent: one page

  friend bool operator==(const HttpList&, const HttpList&) = default;
};

// Disable, enable.
struct HttpAction {
  HttpRequest request;
  std::vector<int> expect = {200, 202, 204};

  friend bool operator==(const HttpAction&, const HttpAction&) = default;
};

struct HttpDelete {
  HttpRequest request;
  std::vector<int> expect = {200, 202, 204};
  std::vector<int> gone = {404, 410};  // there is no such key any more

  friend bool operator==(const HttpDelete&, const HttpDelete&) = default;
};

struct HttpProbe {
  HttpRequest request;
  std::vector<int> live;          // the key works
  std::vector<int> refused;       // the key is refused; any other code says nothing
  std::optional<std::string> id;  // pointer to the key id in the answer

  friend bool operator==(const HttpProbe&, const HttpProbe&) = default;
};

struct HttpLastUsed {
  HttpRequest request;
  std::string at;  // pointer to the time; null means never, absence means unknown
  TimeFormat format = TimeFormat::kRfc3339;

  friend bool operator==(const HttpLastUsed&, const HttpLastUsed&) = default;
};

struct HttpIssuer {
  std::string base_url;   // https, no query
  std::string ca_bundle;  // PEM; empty: the system roots
  HttpAdmin admin;
  std::vector<IssuerParameter> parameters;
  HttpCreate create;
  std::optional<HttpList> list;
  std::optional<HttpAction> disable;  // present exactly when enable is
  std::optional<HttpAction> enable;
  HttpDelete remove;  // YAML: delete
  HttpProbe probe;
  std::optional<HttpLastUsed> last_used;

  // Whether a lost create answer can be cleared up: a list with labels, or a header with ${token}.
  // False is condition Ready=False with reason NoLookup.
  bool CanLookUp() const;
  friend bool operator==(const HttpIssuer&, const HttpIssuer&) = default;
};

}  // namespace keysteward::api::v1alpha1
