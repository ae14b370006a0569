// Lifecycle: a rig with the stores that requests, deletion and what outlives a credential read.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/namespace_types.h"
#include "api/core/secret_types.h"
#include "api/v1alpha1/annotations.h"
#include "kube/cache/lister.h"
#include "kube/cache/store.h"
#include "operator/reconcilers/credential_listers.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {

inline constexpr const char* kFinalizer = api::v1alpha1::kCredentialFinalizer;
inline constexpr const char* kJournal = api::v1alpha1::kJournalFinalizer;

class Lifecycle : public testing::Test {
 protected:
  Lifecycle() {
    rotations.AddIndex(kByCredential, [](const api::v1alpha1::CredentialRotation& rotation) {
      return std::vector<std::string>{rotation.metadata.namespace_name + "/" +
                                      rotation.spec.credential_name};
    });
  }
  template <typename T>
  std::vector<T> All() {
    std::vector<T> objects;
    const auto list = rig.server.List(api::KindOf<T>::resource, {}, {});
    for (const nlohmann::json& item : list->items) objects.push_back(*api::Decode<T>(item));
    return objects;
  }
  template <typename T>
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const T& object : All<T>()) names.push_back(object.metadata.name);
    return names;
  }
  void SyncRotations() {
    std::vector<std::shared_ptr<const api::v1alpha1::CredentialRotation>> objects;
    for (auto& rotation : All<api::v1alpha1::CredentialRotation>()) {
      objects.push_back(
          std::make_shared<const api::v1alpha1::CredentialRotation>(std::move(rotation)));
    }
    rotations.Replace(std::move(objects));
  }
  void AddNamespace() {
    ASSERT_TRUE(rig.server.Create(
        api::KindOf<api::core::Namespace>::resource,
        {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "payments"}}}}, {},
        {}));
  }

  OperatorRig rig;
  kube::Store<api::v1alpha1::ManagedCredential> credentials;
  kube::Store<api::v1alpha1::CredentialRotation> rotations;
  kube::Store<api::core::Secret> secrets;
  CredentialListers listers{kube::Lister(credentials), kube::Lister(rotations),
                            kube::Lister(secrets)};
};

}  // namespace keysteward::op
