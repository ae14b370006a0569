// Kept<T>: an object as a Store keeps it, with its key. Metadata alone is kept packed and unpacked
// for whoever asks; everything else is shared.
//
//   std::set<Kept<T>, KeptByKey> objects;
//   objects.find(KeyView(key))->object();
#pragma once

#include <compare>
#include <memory>
#include <string_view>
#include <utility>

#include "api/core/partial_object_metadata.h"
#include "api/meta/object_meta.h"
#include "kube/cache/packed_metadata.h"

namespace keysteward::kube {

// Orders as ObjectKey does.
struct KeyView {
  KeyView(std::string_view of_namespace, std::string_view of_name)
      : namespace_name(of_namespace), name(of_name) {}
  explicit KeyView(const api::ObjectKey& key) : KeyView(key.namespace_name, key.name) {}

  api::ObjectKey ToKey() const { return {std::string(namespace_name), std::string(name)}; }
  friend auto operator<=>(const KeyView&, const KeyView&) = default;

  std::string_view namespace_name;
  std::string_view name;
};

template <typename T>
class Kept {
 public:
  explicit Kept(std::shared_ptr<const T> object) : object_(std::move(object)) {}

  KeyView key() const { return {object_->metadata.namespace_name, object_->metadata.name}; }
  // The very object that was put.
  std::shared_ptr<const T> object() const { return object_; }

 private:
  std::shared_ptr<const T> object_;
};

template <>
class Kept<api::core::PartialObjectMetadata> {
 public:
  using Object = std::shared_ptr<const api::core::PartialObjectMetadata>;

  explicit Kept(const Object& object) : packed_(object->metadata) {}

  KeyView key() const { return {packed_.namespace_name(), packed_.name()}; }
  // An equal one, made anew.
  Object object() const {
    return std::make_shared<const api::core::PartialObjectMetadata>(
        api::core::PartialObjectMetadata{packed_.Unpack()});
  }

 private:
  PackedMetadata packed_;
};

struct KeptByKey {
  using is_transparent = void;  // std: may be searched by a KeyView
  template <typename T>
  bool operator()(const Kept<T>& a, const Kept<T>& b) const {
    return a.key() < b.key();
  }
  template <typename T>
  bool operator()(const Kept<T>& a, const KeyView& b) const {
    return a.key() < b;
  }
  template <typename T>
  bool operator()(const KeyView& a, const Kept<T>& b) const {
    return a < b.key();
  }
};

}  // namespace keysteward::kube
