#include "common/json_fields.h"

#include <nlohmann/json.hpp>

#include "common/duration.h"

namespace keysteward {

using nlohmann::json;

JsonFields::JsonFields(const json& value, std::string path)
    : JsonFields(&value, std::move(path), std::make_shared<std::optional<Error>>()) {}

JsonFields::JsonFields(const json* value, std::string path,
                       std::shared_ptr<std::optional<Error>> first)
    : json_(value), path_(std::move(path)), first_(std::move(first)) {
  if (json_ == nullptr || json_->is_object()) return;
  if (!json_->is_null() && !*first_) {
    *first_ = Error::InvalidArgument((path_.empty() ? "document" : path_) + ": must be an object");
  }
  json_ = nullptr;
}

std::string JsonFields::PathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

const json* JsonFields::Raw(std::string_view name) const {
  if (json_ == nullptr) return nullptr;
  const auto found = json_->find(name);
  return found == json_->end() || found->is_null() ? nullptr : &*found;
}

bool JsonFields::Has(std::string_view name) const { return Raw(name) != nullptr; }

void JsonFields::Fail(std::string_view name, std::string_view message) {
  if (!*first_) *first_ = Error::InvalidArgument(PathOf(name) + ": " + std::string(message));
}

Result<void> JsonFields::Check() const {
  if (*first_) return **first_;
  return {};
}

std::string JsonFields::RequiredString(std::string_view name) {
  if (!Has(name)) Fail(name, "is required");
  return String(name);
}

std::string JsonFields::String(std::string_view name, std::string_view fallback) {
  const json* value = Raw(name);
  if (value == nullptr) return std::string(fallback);
  if (value->is_string()) return value->get<std::string>();
  Fail(name, "must be a string");
  return std::string(fallback);
}

int64_t JsonFields::Int(std::string_view name, int64_t fallback) {
  const json* value = Raw(name);
  if (value == nullptr) return fallback;
  if (value->is_number_unsigned() && value->get<uint64_t>() > INT64_MAX) {
    Fail(name, "is out of range");
    return fallback;
  }
  if (value->is_number_integer()) return value->get<int64_t>();
  Fail(name, "must be an integer");
  return fallback;
}

bool JsonFields::Bool(std::string_view name, bool fallback) {
  const json* value = Raw(name);
  if (value == nullptr) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  Fail(name, "must be true or false");
  return fallback;
}

std::optional<Duration> JsonFields::OptionalDuration(std::string_view name) {
  if (!Has(name)) return std::nullopt;
  Result<Duration> parsed = ParseDuration(String(name));
  if (parsed) return *parsed;
  Fail(name, parsed.error().message);
  return std::nullopt;
}

std::optional<WallTime> JsonFields::OptionalTime(std::string_view name) {
  if (!Has(name)) return std::nullopt;
  Result<WallTime> parsed = ParseTime(String(name));
  if (parsed) return *parsed;
  Fail(name, parsed.error().message);
  return std::nullopt;
}

std::vector<std::string> JsonFields::Strings(std::string_view name) {
  std::vector<std::string> out;
  const json* value = Raw(name);
  if (value == nullptr) return out;
  if (!value->is_array()) {
    Fail(name, "must be a list of strings");
    return out;
  }
  for (const json& item : *value) {
    if (!item.is_string()) {
      Fail(name, "must be a list of strings");
      break;
    }
    out.push_back(item.get<std::string>());
  }
  return out;
}

std::map<std::string, std::string> JsonFields::StringMap(std::string_view name) {
  std::map<std::string, std::string> out;
  const json* value = Raw(name);
  if (value == nullptr) return out;
  if (!value->is_object()) {
    Fail(name, "must be a map of strings");
    return out;
  }
  for (const auto& [key, item] : value->items()) {
    if (!item.is_string()) {
      Fail(std::string(name) + "." + key, "must be a string");
      continue;
    }
    out[key] = item.get<std::string>();
  }
  return out;
}

JsonFields JsonFields::Object(std::string_view name) {
  return JsonFields(Raw(name), PathOf(name), first_);
}

void JsonFields::Objects(std::string_view name, const std::function<void(JsonFields&)>& each) {
  const json* value = Raw(name);
  if (value == nullptr) return;
  if (!value->is_array()) {
    Fail(name, "must be a list");
    return;
  }
  for (size_t i = 0; i < value->size(); ++i) {
    JsonFields item(&(*value)[i], PathOf(name) + "[" + std::to_string(i) + "]", first_);
    each(item);
  }
}

}  // namespace keysteward
