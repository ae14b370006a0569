#include "e2e/providers/keyserver/key_store.h"

#include <algorithm>

#include "common/digest.h"

namespace keysteward::keyserver {
namespace {

constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kSecretCharacters = 40;
constexpr size_t kChecksumCharacters = 6;

// As several vendors do, so that a scanner can tell a key from a look-alike offline.
std::string Checksum(std::string_view text) {
  const auto digest = Sha256(text);
  uint64_t number = 0;
  for (size_t i = 0; i < 5; ++i) number = number << 8 | digest[i];
  std::string out;
  for (size_t i = 0; i < kChecksumCharacters; ++i, number /= kBase62.size()) {
    out += kBase62[number % kBase62.size()];
  }
  return out;
}

UseVerdict VerdictOf(const ApiKey& key, WallTime wall, MonoTime mono) {
  if (key.status == KeyStatus::kDeleted) return UseVerdict::kDeleted;
  if (key.status == KeyStatus::kInactive) return UseVerdict::kInactive;
  if (key.expires_at && *key.expires_at <= wall) return UseVerdict::kExpired;
  if (mono < key.valid_from) return UseVerdict::kNotYetValid;
  return UseVerdict::kAccepted;
}

}  // namespace

std::string_view KeyStatusName(KeyStatus status) {
  switch (status) {
    case KeyStatus::kActive:
      return "active";
    case KeyStatus::kInactive:
      return "inactive";
    case KeyStatus::kDeleted:
      break;
  }
  return "deleted";
}

std::string_view OwnerOf(std::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(0, slash);
}

KeyStore::KeyStore(KeyStoreOptions options, Random& random, const Clock& clock)
    : options_(std::move(options)), random_(random), clock_(clock) {}

std::string KeyStore::NewSecret() const {
  const std::string body = random_.Text(kSecretCharacters, kBase62);
  return options_.key_prefix + body + Checksum(body);
}

size_t KeyStore::CountOwned(std::string_view owner) const {
  return static_cast<size_t>(std::count_if(keys_.begin(), keys_.end(), [&](const ApiKey& key) {
    return key.status != KeyStatus::kDeleted && OwnerOf(key.name) == owner;
  }));
}

ApiKey* KeyStore::FindLive(const std::string& id) {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const ApiKey& key) {
    return key.id == id && key.status != KeyStatus::kDeleted;
  });
  return found == keys_.end() ? nullptr : &*found;
}

Result<Created> KeyStore::Create(const CreateRequest& request, const std::string& idempotency_key) {
  MutexLock lock(mutex_);
  if (const auto seen = by_idempotency_key_.find(idempotency_key);
      seen != by_idempotency_key_.end()) {
    const ApiKey* key = FindLive(seen->second);
    if (key == nullptr) return Error::Conflict("the key of this idempotency key is deleted");
    const auto secret = secrets_.find(key->id);
    const bool shown = options_.replay_secret && secret != secrets_.end();
    return Created{*key, shown ? secret->second : "", true};
  }
  if (options_.max_keys_per_owner > 0 &&
      CountOwned(OwnerOf(request.name)) >= options_.max_keys_per_owner) {
    return Error::Make(ErrorCode::kResourceExhausted, "key limit reached");
  }
  Created made;
  made.secret = NewSecret();
  made.key.id = "key_" + random_.Text(16, kBase62);
  made.key.name = request.name;
  made.key.scopes = request.scopes;
  made.key.digest = Sha256Hex(made.secret);
  made.key.created_at = clock_.WallNow();
  if (options_.key_lifetime > Duration::zero()) {
    made.key.expires_at = made.key.created_at + options_.key_lifetime;
  }
  made.key.listed_from = clock_.MonoNow() + request.listed_after;
  made.key.valid_from = clock_.MonoNow() + request.valid_after;
  by_digest_[made.key.digest] = keys_.size();
  keys_.push_back(made.key);
  secrets_[made.key.id] = made.secret;
  if (options_.remember_values) issued_[made.key.id] = made.secret;
  if (!idempotency_key.empty()) by_idempotency_key_[idempotency_key] = made.key.id;
  return made;
}

KeyPage KeyStore::List(const std::string& after, size_t limit) const {
  const MonoTime now = clock_.MonoNow();
  MutexLock lock(mutex_);
  auto from =
      std::find_if(keys_.begin(), keys_.end(), [&](const ApiKey& key) { return key.id == after; });
  from = from == keys_.end() ? keys_.begin() : from + 1;
  KeyPage page;
  for (; from != keys_.end(); ++from) {
    if (from->status == KeyStatus::kDeleted || now < from->listed_from) continue;
    if (page.keys.size() == limit) {
      page.next = page.keys.back().id;
      break;
    }
    page.keys.push_back(*from);
  }
  return page;
}

std::vector<ApiKey> KeyStore::All() const {
  MutexLock lock(mutex_);
  return keys_;
}

Result<ApiKey> KeyStore::Find(const std::string& id) const {
  MutexLock lock(mutex_);
  const ApiKey* key = const_cast<KeyStore*>(this)->FindLive(id);
  if (key == nullptr) return Error::NotFound("no such key");
  return *key;
}

Result<ApiKey> KeyStore::SetStatus(const std::string& id, KeyStatus status) {
  MutexLock lock(mutex_);
  ApiKey* key = FindLive(id);
  if (key == nullptr) return Error::NotFound("no such key");
  key->status = status;
  if (status == KeyStatus::kDeleted) secrets_.erase(id);
  return *key;
}

KeyUse KeyStore::Use(std::string_view secret) {
  const WallTime wall = clock_.WallNow();
  const MonoTime mono = clock_.MonoNow();
  MutexLock lock(mutex_);
  const auto found = by_digest_.find(Sha256Hex(secret));
  if (found == by_digest_.end()) return {};
  ApiKey& key = keys_[found->second];
  const UseVerdict verdict = VerdictOf(key, wall, mono);
  if (verdict == UseVerdict::kAccepted) {
    ++key.accepted;
    key.last_used_at = wall;
  } else {
    ++key.refused;
  }
  return {verdict, key.id, key.name};
}

std::optional<Created> KeyStore::AnyOther(const std::string& id) const {
  MutexLock lock(mutex_);
  for (auto key = keys_.rbegin(); key != keys_.rend(); ++key) {
    const auto secret = secrets_.find(key->id);
    if (key->id != id && secret != secrets_.end()) return Created{*key, secret->second, false};
  }
  return std::nullopt;
}

std::map<std::string, std::string> KeyStore::Issued() const {
  MutexLock lock(mutex_);
  return issued_;
}

void KeyStore::Reset() {
  MutexLock lock(mutex_);
  keys_.clear();
  by_digest_.clear();
  by_idempotency_key_.clear();
  secrets_.clear();
  issued_.clear();
}

}  // namespace keysteward::keyserver
