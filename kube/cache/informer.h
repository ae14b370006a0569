// Informer<T>: a local, always current copy of the objects of one kind, and who wants to hear of
// their changes.
//
// Promises: the store is changed before handlers hear of it; handlers are called one at a time, in
// the order of the server, on the informer's thread, so they only enqueue; a change that brings the
// same resourceVersion is not told; an object that cannot be read is reported and skipped (of an
// object known from before, the last readable state stays) and never holds up the others. There is
// no resync: handlers hear of changes only. Indexes, handlers and the transform are added before
// Start.
//
//   Informer<core::Pod> pods(runtime);
//   pods.AddIndex("node", NodeOf);
//   Informer<core::PartialObjectMetadata> secrets(runtime, {.resource = kSecrets});  // no values
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/core/partial_object_metadata.h"
#include "api/meta/decode.h"
#include "kube/cache/informer_base.h"
#include "kube/cache/lister.h"
#include "kube/cache/store.h"

namespace keysteward::kube {

template <typename T>
inline constexpr bool kMetadataOnly = std::is_same_v<T, api::core::PartialObjectMetadata>;

// `first_listing`: the object was there when the informer started.
template <typename T>
using EventHandler =
    std::function<void(const typename Store<T>::Change& change, bool first_listing)>;

template <typename T>
class Informer final : public InformerBase {
 public:
  explicit Informer(const Runtime& runtime, InformerOptions options = {})
      : InformerBase(runtime, WithResource(std::move(options)), kMetadataOnly<T>) {}
  ~Informer() override { Stop(); }

  void AddIndex(const std::string& index, IndexFunction<T> function) {
    store_.AddIndex(index, std::move(function));
  }
  void AddEventHandler(EventHandler<T> handler) { handlers_.push_back(std::move(handler)); }
  // Drops what nobody reads before it is kept, to save memory.
  void SetTransform(std::function<void(T& object)> transform) { transform_ = std::move(transform); }

  Lister<T> lister() const { return Lister<T>(store_); }

 private:
  using Change = typename Store<T>::Change;

  static InformerOptions WithResource(InformerOptions options) {
    if (!options.resource) options.resource = api::KindOf<T>::resource;
    return options;
  }

  // A decoder that throws on a strange object must not cost more than that object.
  static Result<T> DecodeContained(const nlohmann::json& json) {
    try {
      return api::Decode<T>(json);
    } catch (const std::exception& thrown) {
      return Error::Internal(std::string("decoding threw ") + thrown.what());
    }
  }

  std::shared_ptr<const T> Read(const nlohmann::json& json) {
    Result<T> decoded = DecodeContained(json);
    if (!decoded) {
      ReportSkipped(json, decoded.error());
      return nullptr;
    }
    if (transform_) transform_(*decoded);
    return std::make_shared<const T>(std::move(decoded).value());
  }

  void Replace(const std::vector<nlohmann::json>& items, bool first_listing) override {
    std::vector<std::shared_ptr<const T>> objects;
    std::vector<api::ObjectKey> skipped;
    for (const nlohmann::json& item : items) {
      if (auto object = Read(item)) {
        objects.push_back(std::move(object));
      } else {
        skipped.push_back(KeyOf(item));
      }
    }
    for (const Change& change : store_.Replace(std::move(objects), skipped)) {
      Tell(change, first_listing);
    }
  }

  void Put(const nlohmann::json& item) override {
    if (auto object = Read(item)) Tell(store_.Put(std::move(object)), false);
  }

  void Erase(const api::ObjectKey& key) override { Tell(store_.Erase(key), false); }

  void Tell(const Change& change, bool first_listing) const {
    if (!change.before && !change.after) return;
    if (change.before && change.after && !change.after->metadata.resource_version.empty() &&
        change.before->metadata.resource_version == change.after->metadata.resource_version) {
      return;
    }
    for (const EventHandler<T>& handler : handlers_) handler(change, first_listing);
  }

  Store<T> store_;
  std::vector<EventHandler<T>> handlers_;
  std::function<void(T&)> transform_;
};

}  // namespace keysteward::kube
