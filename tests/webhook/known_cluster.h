// KnownCluster: what the webhook's informers would hold, put there by the test.
//
//   KnownCluster cluster;
//   cluster.Put(cluster.credentials, ManagedCredentialBuilder().Build());
//   PodsHandler handler(cluster.view);
#pragma once

#include <memory>
#include <utility>

#include "kube/cache/store.h"
#include "webhook/handlers/cluster_view.h"

namespace keysteward::webhook {

struct KnownCluster {
  kube::Store<api::core::Namespace> namespaces;
  kube::Store<api::core::PartialObjectMetadata> secrets;
  kube::Store<api::v1alpha1::ManagedCredential> credentials;
  kube::Store<api::v1alpha1::CredentialIssuer> issuers;
  kube::Store<api::v1alpha1::ClusterCredentialIssuer> cluster_issuers;
  kube::Store<api::v1alpha1::CredentialPolicy> policies;
  kube::Store<api::v1alpha1::CredentialException> exceptions;
  const ClusterView view{kube::Lister(namespaces),      kube::Lister(secrets),
                         kube::Lister(credentials),     kube::Lister(issuers),
                         kube::Lister(cluster_issuers), kube::Lister(policies),
                         kube::Lister(exceptions)};

  template <typename T>
  static void Put(kube::Store<T>& store, T object) {
    store.Put(std::make_shared<const T>(std::move(object)));
  }
  void PutSecret(const std::string& name, std::map<std::string, std::string> annotations) {
    api::core::PartialObjectMetadata secret;
    secret.metadata.name = name;
    secret.metadata.namespace_name = "payments";
    secret.metadata.annotations = std::move(annotations);
    Put(secrets, std::move(secret));
  }
  void PutNamespace(const std::string& name, std::map<std::string, std::string> labels) {
    api::core::Namespace space;
    space.metadata.name = name;
    space.metadata.labels = std::move(labels);
    Put(namespaces, std::move(space));
  }
};

}  // namespace keysteward::webhook
