// Codec: reads and writes of single members, shared by the <kind>_json.cc files.
//
// Readers report through JsonFields, so the error names the field; writers leave out what is
// empty. Only for the .cc files of this folder: it pulls in the whole of nlohmann/json.
//
//   spec.revocation = ReadEnum(fields, "revocation", Revocation::kDisableThenDelete);
//   PutDuration(out, "overlap", rotation.overlap);
#pragma once

#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "api/v1alpha1/enum_names.h"
#include "common/json_fields.h"

namespace keysteward::api::v1alpha1::internal {

using nlohmann::json;

// "Deny, Warn or Audit"
template <typename E>
std::string EnumChoices() {
  std::string out;
  const size_t count = std::size(EnumNames<E>::kNames);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out += i + 1 == count ? " or " : ", ";
    out += EnumNames<E>::kNames[i];
  }
  return out;
}

template <typename E>
E ReadEnum(JsonFields& fields, std::string_view name, E fallback) {
  if (!fields.Has(name)) return fallback;
  const std::optional<E> parsed = ParseEnum<E>(fields.String(name));
  if (parsed) return *parsed;
  fields.Fail(name, "must be " + EnumChoices<E>());
  return fallback;
}

template <typename E>
std::optional<E> ReadOptionalEnum(JsonFields& fields, std::string_view name) {
  if (!fields.Has(name)) return std::nullopt;
  return ReadEnum(fields, name, E{});
}

template <typename E>
E ReadRequiredEnum(JsonFields& fields, std::string_view name) {
  if (!fields.Has(name)) fields.Fail(name, "is required: " + EnumChoices<E>());
  return ReadEnum(fields, name, E{});
}

std::optional<std::string> ReadOptionalString(JsonFields& fields, std::string_view name);
Duration ReadDuration(JsonFields& fields, std::string_view name, Duration fallback);
// The fallback when absent.
std::vector<int> ReadCodes(JsonFields& fields, std::string_view name, std::vector<int> fallback);
// The child object through `read`, or nullopt when absent.
template <typename Read>
auto ReadOptional(JsonFields& fields, std::string_view name, Read read)
    -> std::optional<decltype(read(std::declval<JsonFields>()))> {
  if (!fields.Has(name)) return std::nullopt;
  return read(fields.Object(name));
}

void Put(json& out, const char* name, const std::string& value);
void Put(json& out, const char* name, const std::optional<std::string>& value);
void PutNonZero(json& out, const char* name, int64_t value);
void PutTime(json& out, const char* name, const std::optional<WallTime>& value);
void PutDuration(json& out, const char* name, Duration value);
template <typename E>
void PutEnum(json& out, const char* name, E value) {
  out[name] = std::string(EnumName(value));
}
template <typename List>
void PutList(json& out, const char* name, const List& values) {
  if (!values.empty()) out[name] = values;
}

// A reader of the whole object; says so when `kind` is there and is another one.
template <typename T>
JsonFields OpenObject(const json& object) {
  JsonFields fields(object, "");
  // JsonFields reads null as an empty object, which some kinds could be.
  if (object.is_null()) fields.Fail("kind", "is missing: there is no object");
  const std::string kind = fields.String("kind");
  if (!kind.empty() && kind != KindOf<T>::resource.kind) {
    fields.Fail("kind", "must be " + std::string(KindOf<T>::resource.kind));
  }
  return fields;
}

// apiVersion, kind, metadata, spec and status of any of our kinds.
template <typename T>
json WriteObject(const T& object) {
  return {{"apiVersion", KindOf<T>::resource.api_version()},
          {"kind", std::string(KindOf<T>::resource.kind)},
          {"metadata", ToJson(object.metadata)},
          {"spec", ToJson(object.spec)},
          {"status", ToJson(object.status)}};
}

}  // namespace keysteward::api::v1alpha1::internal
