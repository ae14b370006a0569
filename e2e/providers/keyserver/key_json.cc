#include "e2e/providers/keyserver/key_json.h"

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/json_fields.h"

namespace keysteward::keyserver {
namespace {

nlohmann::json TimeJson(const std::optional<WallTime>& time) {
  return time ? nlohmann::json(FormatTime(*time)) : nlohmann::json(nullptr);
}

KeyStatus StatusOf(std::string_view name) {
  if (name == "active") return KeyStatus::kActive;
  return name == "inactive" ? KeyStatus::kInactive : KeyStatus::kDeleted;
}

}  // namespace

nlohmann::json PublicJson(const ApiKey& key) {
  return {{"id", key.id},
          {"name", key.name},
          {"scopes", key.scopes},
          {"status", KeyStatusName(key.status)},
          {"created_at", FormatTime(key.created_at)},
          {"expires_at", TimeJson(key.expires_at)},
          {"last_used_at", TimeJson(key.last_used_at)}};
}

nlohmann::json TestJson(const ApiKey& key) {
  nlohmann::json json = PublicJson(key);
  json["accepted"] = key.accepted;
  json["refused"] = key.refused;
  return json;
}

nlohmann::json KeyStore::Snapshot() const {
  MutexLock lock(mutex_);
  nlohmann::json keys = nlohmann::json::array();
  for (const ApiKey& key : keys_) {
    nlohmann::json json = TestJson(key);
    json["digest"] = key.digest;
    keys.push_back(std::move(json));
  }
  return {{"keys", std::move(keys)}, {"idempotency", by_idempotency_key_}};
}

Result<void> KeyStore::Restore(const nlohmann::json& snapshot) {
  JsonFields fields(snapshot, "state");
  std::vector<ApiKey> keys;
  fields.Objects("keys", [&](JsonFields& json) {
    ApiKey key;
    key.id = json.RequiredString("id");
    key.name = json.String("name");
    key.scopes = json.Strings("scopes");
    key.digest = json.RequiredString("digest");
    key.status = StatusOf(json.RequiredString("status"));
    key.created_at = json.OptionalTime("created_at").value_or(WallTime{});
    key.expires_at = json.OptionalTime("expires_at");
    key.last_used_at = json.OptionalTime("last_used_at");
    key.accepted = static_cast<uint64_t>(json.Int("accepted"));
    key.refused = static_cast<uint64_t>(json.Int("refused"));
    keys.push_back(std::move(key));
  });
  std::map<std::string, std::string> idempotency = fields.StringMap("idempotency");
  KS_RETURN_IF_ERROR(fields.Check());
  MutexLock lock(mutex_);
  keys_ = std::move(keys);
  by_idempotency_key_ = std::move(idempotency);
  by_digest_.clear();
  secrets_.clear();
  for (size_t i = 0; i < keys_.size(); ++i) by_digest_[keys_[i].digest] = i;
  return {};
}

}  // namespace keysteward::keyserver
