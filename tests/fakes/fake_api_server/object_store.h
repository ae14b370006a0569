// ObjectStore: objects by resource and key with the revisions of etcd: one counter for all kinds,
// a history of every change, compaction.
//
// Not thread-safe: the fake API server guards it.
//
//   store.Put({"secrets", {"payments", "stripe-live"}}, secret);   // stamps
//   metadata.resourceVersion store.EventsAfter(41);
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kube/client/client.h"

namespace keysteward::kube {

using StoredObject = std::shared_ptr<const nlohmann::json>;

struct StoreKey {
  std::string resource;  // "secrets" or "deployments.apps"
  ObjectKey key;
  friend auto operator<=>(const StoreKey&, const StoreKey&) = default;
};

// "secrets" or "deployments.apps".
std::string ResourceName(const Resource& resource);

struct StoredEvent {
  int64_t revision = 0;
  EventType type = EventType::kAdded;
  StoreKey key;
  StoredObject object;    // as stored; of a deletion the last state with the deletion's revision
  StoredObject previous;  // before the change; null for an addition
};

class ObjectStore {
 public:
  int64_t revision() const { return revision_; }
  // Revisions below this one cannot be watched or continued from any more.
  int64_t compacted() const { return compacted_; }
  void Compact() { compacted_ = revision_; }

  // The current object or null.
  StoredObject Find(const StoreKey& key) const;
  std::vector<StoredObject> List(const std::string& resource) const;  // ordered by key
  const std::map<StoreKey, StoredObject>& objects() const { return objects_; }

  StoredObject Put(const StoreKey& key, nlohmann::json object);
  // Precondition: the object exists.
  StoredObject Remove(const StoreKey& key);

  // The whole history, compacted or not: for checks of invariants.
  std::vector<StoredEvent> EventsAfter(int64_t revision) const;

 private:
  StoredObject Record(EventType type, const StoreKey& key, nlohmann::json object,
                      StoredObject previous);

  int64_t revision_ = 1;
  int64_t compacted_ = 0;
  std::map<StoreKey, StoredObject> objects_;
  std::vector<StoredEvent> history_;
};

}  // namespace keysteward::kube
