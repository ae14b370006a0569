// Store<T>: the objects of one kind as last seen, by namespace and name, with indexes.
//
// Promises: an object handed out never changes (shared_ptr<const T>); Replace swaps the whole
// content in one step, so no reader sees half a list; indexes always agree with the objects. An
// object that is metadata alone is kept packed: each look gets a copy of its own.
// Thread-safe. Index functions run under the store's lock: pure and short.
//
//   store.AddIndex("node", [](const Pod& pod) { return std::vector{pod.spec.node_name}; });
//   store.Replace(objects);
//   for (const auto& pod : store.ByIndex("node", "worker-1")) …
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api/meta/object_meta.h"
#include "common/mutex.h"
#include "kube/cache/indexer.h"
#include "kube/cache/kept.h"

namespace keysteward::kube {

template <typename T>
using IndexFunction = std::function<std::vector<std::string>(const T& object)>;

template <typename T>
class Store {
 public:
  using Object = std::shared_ptr<const T>;
  // What one step changed: `before` is empty for a new object, `after` for a removed one.
  struct Change {
    Object before;
    Object after;
  };

  // Null when there is none.
  Object Get(const api::ObjectKey& key) const {
    MutexLock lock(mutex_);
    return Find(key);
  }

  // In the order of the keys; of one namespace, or all when it is empty.
  std::vector<Object> List(const std::string& namespace_name = "") const {
    MutexLock lock(mutex_);
    std::vector<Object> objects;
    auto entry = objects_.lower_bound(KeyView(namespace_name, ""));
    for (; entry != objects_.end(); ++entry) {
      if (!namespace_name.empty() && entry->key().namespace_name != namespace_name) break;
      objects.push_back(entry->object());
    }
    return objects;
  }

  std::vector<Object> ByIndex(const std::string& index, const std::string& value) const {
    MutexLock lock(mutex_);
    std::vector<Object> objects;
    for (const api::ObjectKey& key : indexer_.KeysOf(index, value)) objects.push_back(Find(key));
    return objects;
  }

  std::vector<std::string> IndexValues(const std::string& index) const {
    MutexLock lock(mutex_);
    return indexer_.Values(index);
  }

  size_t size() const {
    MutexLock lock(mutex_);
    return objects_.size();
  }

  // Objects already there are indexed too.
  void AddIndex(const std::string& index, IndexFunction<T> function) {
    MutexLock lock(mutex_);
    for (const Kept<T>& kept : objects_) {
      indexer_.Update(kept.key().ToKey(), index, function(*kept.object()));
    }
    index_functions_[index] = std::move(function);
  }

  // Adds or replaces.
  Change Put(Object object) {
    MutexLock lock(mutex_);
    return PutLocked(std::move(object));
  }

  // Nothing on both sides of the change when there was no such object.
  Change Erase(const api::ObjectKey& key) {
    MutexLock lock(mutex_);
    return EraseLocked(key);
  }

  // The content becomes exactly `objects`, of one key the last, except that keys in `keep` stay as
  // they are if they are there. Returns one change for every object that is or was there.
  std::vector<Change> Replace(std::vector<Object> objects,
                              const std::vector<api::ObjectKey>& keep = {}) {
    MutexLock lock(mutex_);
    std::set<api::ObjectKey> gone;
    for (const Kept<T>& kept : objects_) gone.insert(gone.end(), kept.key().ToKey());
    for (const api::ObjectKey& key : keep) gone.erase(key);
    std::vector<Change> changes;
    for (Object& object : objects) {
      gone.erase(object->metadata.key());
      changes.push_back(PutLocked(std::move(object)));
    }
    for (const api::ObjectKey& key : gone) changes.push_back(EraseLocked(key));
    return changes;
  }

 private:
  Object Find(const api::ObjectKey& key) const REQUIRES(mutex_) {
    const auto found = objects_.find(KeyView(key));
    return found == objects_.end() ? nullptr : found->object();
  }

  Change PutLocked(Object object) REQUIRES(mutex_) {
    const api::ObjectKey key = object->metadata.key();
    for (const auto& [index, function] : index_functions_) {
      indexer_.Update(key, index, function(*object));
    }
    Change change{nullptr, object};
    if (const auto found = objects_.find(KeyView(key)); found != objects_.end()) {
      change.before = found->object();
      objects_.erase(found);
    }
    objects_.emplace(std::move(object));
    return change;
  }

  Change EraseLocked(const api::ObjectKey& key) REQUIRES(mutex_) {
    const auto found = objects_.find(KeyView(key));
    if (found == objects_.end()) return {};
    for (const auto& [index, function] : index_functions_) indexer_.Update(key, index, {});
    Change change{found->object(), nullptr};
    objects_.erase(found);
    return change;
  }

  mutable Mutex mutex_;
  std::set<Kept<T>, KeptByKey> objects_ GUARDED_BY(mutex_);
  std::map<std::string, IndexFunction<T>> index_functions_ GUARDED_BY(mutex_);
  Indexer indexer_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::kube
