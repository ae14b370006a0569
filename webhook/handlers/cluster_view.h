// ClusterView: what the webhook knows of the cluster, from its informers. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "api/core/namespace_types.h"
#include "api/core/partial_object_metadata.h"
#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "kube/cache/lister.h"
#include "policy/policy.h"
#include "policy/secret_lookup.h"

namespace keysteward::webhook {

struct ClusterView {
  kube::Lister<api::core::Namespace> namespaces;
  kube::Lister<api::core::PartialObjectMetadata> secrets;  // metadata only
  kube::Lister<api::v1alpha1::ManagedCredential> credentials;
  kube::Lister<api::v1alpha1::CredentialIssuer> issuers;
  kube::Lister<api::v1alpha1::ClusterCredentialIssuer> cluster_issuers;
  kube::Lister<api::v1alpha1::CredentialPolicy> policies;
  kube::Lister<api::v1alpha1::CredentialException> exceptions;

  // Labels of the namespace; empty for one that is not known.
  policy::Labels LabelsOf(const std::string& namespace_name) const;
  // The policies that select a namespace of these labels, and the exceptions in it.
  policy::PolicySnapshot PoliciesFor(const std::string& namespace_name,
                                     const policy::Labels& labels) const;
};

// The references rule's view of Secrets: owner and expiry annotations, never data. Managed is what
// a ManagedCredential that exists delivers: anybody may write a label and an owner reference.
class CachedSecrets final : public policy::SecretLookup {
 public:
  explicit CachedSecrets(const ClusterView& view) : view_(view) {}

  policy::SecretState Find(std::string_view namespace_name, std::string_view name) const override;

 private:
  const ClusterView& view_;
};

}  // namespace keysteward::webhook
