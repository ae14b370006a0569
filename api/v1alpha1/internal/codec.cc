#include "api/v1alpha1/internal/codec.h"

#include "common/duration.h"

namespace keysteward::api::v1alpha1::internal {

std::optional<std::string> ReadOptionalString(JsonFields& fields, std::string_view name) {
  if (!fields.Has(name)) return std::nullopt;
  return fields.String(name);
}

Duration ReadDuration(JsonFields& fields, std::string_view name, Duration fallback) {
  return fields.OptionalDuration(name).value_or(fallback);
}

std::vector<int> ReadCodes(JsonFields& fields, std::string_view name, std::vector<int> fallback) {
  const json* value = fields.Raw(name);
  if (value == nullptr) return fallback;
  std::vector<int> codes;
  if (!value->is_array()) {
    fields.Fail(name, "must be a list of HTTP status codes");
    return fallback;
  }
  for (const json& item : *value) {
    const bool fits = item.is_number_integer() && item >= 100 && item <= 599;
    if (!fits) {
      fields.Fail(name, "must hold HTTP status codes from 100 to 599");
      return fallback;
    }
    codes.push_back(item.get<int>());
  }
  return codes;
}

void Put(json& out, const char* name, const std::string& value) {
  if (!value.empty()) out[name] = value;
}

void Put(json& out, const char* name, const std::optional<std::string>& value) {
  if (value) out[name] = *value;
}

void PutNonZero(json& out, const char* name, int64_t value) {
  if (value != 0) out[name] = value;
}

void PutTime(json& out, const char* name, const std::optional<WallTime>& value) {
  if (value) out[name] = FormatTime(*value);
}

void PutDuration(json& out, const char* name, Duration value) { out[name] = FormatDuration(value); }

}  // namespace keysteward::api::v1alpha1::internal
