// Indexer: which objects have a value, for named index functions ("secret" → the Secrets a pod
// reads).
//
// Not thread-safe: the Store that owns it guards it.
//
//   indexer.Update(key, "secret", {"payments/stripe"});
//   indexer.KeysOf("secret", "payments/stripe");
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/meta/object_meta.h"

namespace keysteward::kube {

class Indexer {
 public:
  // The values of `key` in the index become exactly `values`; none removes it.
  void Update(const api::ObjectKey& key, const std::string& index,
              const std::vector<std::string>& values);
  // In the order of the keys. Empty for an unknown index or value.
  std::vector<api::ObjectKey> KeysOf(const std::string& index, const std::string& value) const;
  // Every value that some object has.
  std::vector<std::string> Values(const std::string& index) const;

 private:
  struct Index {
    std::map<std::string, std::set<api::ObjectKey>> keys_of;
    std::map<api::ObjectKey, std::vector<std::string>> values_of;
  };

  static void Remove(Index& index, const api::ObjectKey& key);

  std::map<std::string, Index> indexes_;
};

}  // namespace keysteward::kube
