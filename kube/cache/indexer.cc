#include "kube/cache/indexer.h"

namespace keysteward::kube {

void Indexer::Update(const api::ObjectKey& key, const std::string& name,
                     const std::vector<std::string>& values) {
  Index& index = indexes_[name];
  Remove(index, key);
  if (values.empty()) return;
  index.values_of[key] = values;
  for (const std::string& value : values) index.keys_of[value].insert(key);
}

void Indexer::Remove(Index& index, const api::ObjectKey& key) {
  const auto old = index.values_of.find(key);
  if (old == index.values_of.end()) return;
  for (const std::string& value : old->second) {
    const auto keys = index.keys_of.find(value);
    if (keys == index.keys_of.end()) continue;  // a value listed twice
    keys->second.erase(key);
    if (keys->second.empty()) index.keys_of.erase(keys);
  }
  index.values_of.erase(old);
}

std::vector<api::ObjectKey> Indexer::KeysOf(const std::string& name,
                                            const std::string& value) const {
  const auto index = indexes_.find(name);
  if (index == indexes_.end()) return {};
  const auto keys = index->second.keys_of.find(value);
  if (keys == index->second.keys_of.end()) return {};
  return {keys->second.begin(), keys->second.end()};
}

std::vector<std::string> Indexer::Values(const std::string& name) const {
  std::vector<std::string> values;
  const auto index = indexes_.find(name);
  if (index == indexes_.end()) return values;
  for (const auto& [value, keys] : index->second.keys_of) values.push_back(value);
  return values;
}

}  // namespace keysteward::kube
