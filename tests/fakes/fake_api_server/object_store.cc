#include "tests/fakes/fake_api_server/object_store.h"

#include <algorithm>

namespace keysteward::kube {

using nlohmann::json;

std::string ResourceName(const Resource& resource) {
  std::string name(resource.plural);
  if (!resource.group.empty()) name += "." + std::string(resource.group);
  return name;
}

StoredObject ObjectStore::Find(const StoreKey& key) const {
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

std::vector<StoredObject> ObjectStore::List(const std::string& resource) const {
  std::vector<StoredObject> out;
  for (auto it = objects_.lower_bound({resource, {}});
       it != objects_.end() && it->first.resource == resource; ++it) {
    out.push_back(it->second);
  }
  return out;
}

StoredObject ObjectStore::Record(EventType type, const StoreKey& key, json object,
                                 StoredObject previous) {
  ++revision_;
  object["metadata"]["resourceVersion"] = std::to_string(revision_);
  auto stored = std::make_shared<const json>(std::move(object));
  history_.push_back({revision_, type, key, stored, std::move(previous)});
  return stored;
}

StoredObject ObjectStore::Put(const StoreKey& key, json object) {
  StoredObject previous = Find(key);
  const EventType type = previous ? EventType::kModified : EventType::kAdded;
  return objects_[key] = Record(type, key, std::move(object), previous);
}

StoredObject ObjectStore::Remove(const StoreKey& key) {
  const StoredObject previous = Find(key);
  objects_.erase(key);
  return Record(EventType::kDeleted, key, *previous, previous);
}

std::vector<StoredEvent> ObjectStore::EventsAfter(int64_t revision) const {
  const auto first = std::upper_bound(
      history_.begin(), history_.end(), revision,
      [](int64_t wanted, const StoredEvent& event) { return wanted < event.revision; });
  return {first, history_.end()};
}

}  // namespace keysteward::kube
