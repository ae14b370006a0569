// Lister<T>: a read-only look at an informer's objects. Copies are cheap; valid as long as the
// informer lives. What it shows may be behind the server: reads that permit harm go to the server.
//
//   const auto secret = secrets.Get({"payments", "stripe-live"});   // null when unknown
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kube/cache/store.h"

namespace keysteward::kube {

template <typename T>
class Lister {
 public:
  using Object = typename Store<T>::Object;

  explicit Lister(const Store<T>& store) : store_(&store) {}

  Object Get(const api::ObjectKey& key) const { return store_->Get(key); }
  std::vector<Object> List(const std::string& namespace_name = "") const {
    return store_->List(namespace_name);
  }
  std::vector<Object> ByIndex(const std::string& index, const std::string& value) const {
    return store_->ByIndex(index, value);
  }

 private:
  const Store<T>* store_;
};

}  // namespace keysteward::kube
