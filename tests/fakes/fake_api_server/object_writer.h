// ObjectWriter: the mutating verbs over an ObjectStore, with the server's rules, field ownership
// and finalizers. Not thread-safe: the fake API server guards it.
//
//   ObjectWriter writer(store, clock, random, /*strict_namespaces=*/false);
//   KS_ASSIGN_OR_RETURN(StoredObject created, writer.Create(kSecrets, secret, {}));
#pragma once

#include <nlohmann/json.hpp>

#include "common/clock.h"
#include "common/random.h"
#include "kube/client/client.h"
#include "tests/fakes/fake_api_server/managed_fields.h"
#include "tests/fakes/fake_api_server/object_store.h"

namespace keysteward::kube {

class ObjectWriter {
 public:
  ObjectWriter(ObjectStore& store, const Clock& clock, Random& random, bool strict_namespaces)
      : store_(store), clock_(clock), random_(random), strict_namespaces_(strict_namespaces) {}

  Result<StoredObject> Create(const Resource& resource, const nlohmann::json& object,
                              const WriteOptions& options);
  Result<StoredObject> Update(const Resource& resource, const nlohmann::json& object,
                              const WriteOptions& options);
  Result<StoredObject> Patch(const Resource& resource, const ObjectKey& key, PatchType type,
                             const nlohmann::json& patch, const PatchOptions& options);
  Result<void> Delete(const Resource& resource, const ObjectKey& key, const DeleteOptions& options);

  // Marks as being deleted, or removes when no finalizer holds it.
  void MarkDeleted(const StoreKey& key, std::string_view propagation);
  // Stores a changed object; removes it when it was being deleted and nothing holds it any more.
  StoredObject Settle(const StoreKey& key, nlohmann::json next);

 private:
  struct Write {
    const Resource& resource;
    StoreKey key;
    std::string subresource;
    std::string manager;
    bool dry_run;
  };
  Result<void> CheckNamespace(const Resource& resource, const ObjectKey& key) const;
  Result<StoredObject> Store(const Write& write, const StoredObject& live, nlohmann::json next,
                             ManagedFields fields);
  Result<StoredObject> StoreUpdate(const Write& write, const StoredObject& live,
                                   nlohmann::json next);
  Result<StoredObject> Apply(const Write& write, const StoredObject& live,
                             const nlohmann::json& configuration, bool force);
  Result<StoredObject> CreateByApply(const Write& write, nlohmann::json configuration);
  Result<nlohmann::json> Born(const Resource& resource, const nlohmann::json& object);
  std::string NewUid();

  ObjectStore& store_;
  const Clock& clock_;
  Random& random_;
  const bool strict_namespaces_;
};

}  // namespace keysteward::kube
