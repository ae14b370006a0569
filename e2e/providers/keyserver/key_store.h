// KeyStore: the API keys of a small key service, as real ones keep them: a value is shown when it
// is made and known afterwards by its digest alone. Deleted keys are remembered, so that the
// journal can name the key behind a late call.
//
// Thread-safe.
//
//   KS_ASSIGN_OR_RETURN(const Created made, store.Create({.name = "team/app/1"}, idempotency_key));
//   const KeyUse use = store.Use(bearer);   // use.verdict, use.key_id
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/mutex.h"
#include "common/random.h"
#include "common/result.h"

namespace keysteward::keyserver {

enum class KeyStatus { kActive, kInactive, kDeleted };
std::string_view KeyStatusName(KeyStatus status);  // "active", "inactive", "deleted"

struct ApiKey {
  std::string id;    // "key_" and 16 characters
  std::string name;  // the label its owner gave it
  std::vector<std::string> scopes;
  std::string digest;  // SHA-256 of the value, hex
  KeyStatus status = KeyStatus::kActive;
  WallTime created_at;
  std::optional<WallTime> expires_at;
  std::optional<WallTime> last_used_at;
  MonoTime listed_from{};  // not in lists before
  MonoTime valid_from{};   // refused before
  uint64_t accepted = 0;   // calls with this key
  uint64_t refused = 0;
};

struct CreateRequest {
  std::string name;
  std::vector<std::string> scopes = {};
  Duration listed_after = {};  // an eventually consistent list
  Duration valid_after = {};   // a key that must spread first
};

struct Created {
  ApiKey key;
  std::string secret;     // "" when replayed and not kept
  bool replayed = false;  // the idempotency key was seen before
};

struct KeyPage {
  std::vector<ApiKey> keys;
  std::string next;  // id to go on after, or ""
};

enum class UseVerdict { kAccepted, kUnknown, kInactive, kDeleted, kExpired, kNotYetValid };

struct KeyUse {
  UseVerdict verdict = UseVerdict::kUnknown;
  std::string key_id;  // "" when unknown
  std::string name;
};

struct KeyStoreOptions {
  std::string key_prefix = "ksk_live_";
  size_t max_keys_per_owner = 0;  // keys whose names agree up to the last "/"; 0: no limit
  Duration key_lifetime = {};     // zero: no expiry
  bool replay_secret = true;      // an idempotent replay shows the value again
  bool remember_values = false;   // for tests that search outputs for every value ever made
};

class KeyStore {
 public:
  KeyStore(KeyStoreOptions options, Random& random, const Clock& clock);

  // kResourceExhausted when the owner has too many keys. An empty idempotency key is none.
  Result<Created> Create(const CreateRequest& request, const std::string& idempotency_key);
  // In order of creation, deleted ones left out. An unknown `after` gives the first page.
  KeyPage List(const std::string& after, size_t limit) const;
  std::vector<ApiKey> All() const;                   // deleted ones too
  Result<ApiKey> Find(const std::string& id) const;  // kNotFound also for deleted ones
  Result<ApiKey> SetStatus(const std::string& id, KeyStatus status);
  // Recorded as accepted or refused for the key it names.
  KeyUse Use(std::string_view secret);
  // The newest live key before this one, or nothing.
  std::optional<Created> AnyOther(const std::string& id) const;
  // Id to value of every key ever made; empty unless they are remembered.
  std::map<std::string, std::string> Issued() const;
  void Reset();

  // Digests, never values.
  nlohmann::json Snapshot() const;
  Result<void> Restore(const nlohmann::json& snapshot);

 private:
  std::string NewSecret() const;
  size_t CountOwned(std::string_view owner) const REQUIRES(mutex_);
  ApiKey* FindLive(const std::string& id) REQUIRES(mutex_);

  const KeyStoreOptions options_;
  Random& random_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::vector<ApiKey> keys_ GUARDED_BY(mutex_);  // in order of creation
  std::map<std::string, size_t> by_digest_ GUARDED_BY(mutex_);
  std::map<std::string, std::string> by_idempotency_key_ GUARDED_BY(mutex_);  // to id
  std::map<std::string, std::string> secrets_ GUARDED_BY(mutex_);             // id to value
  std::map<std::string, std::string> issued_ GUARDED_BY(mutex_);              // the same, for ever
};

// The part of a name that keys of one owner share: all up to the last "/".
std::string_view OwnerOf(std::string_view name);

}  // namespace keysteward::keyserver
