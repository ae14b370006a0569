// CredentialListers: the cached views a credential's reconcile reads.
#pragma once

#include "api/core/secret_types.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "kube/cache/lister.h"

namespace keysteward::op {

// Index of CredentialRotations: "<namespace>/<credential name>".
inline constexpr const char* kByCredential = "credential";

struct CredentialListers {
  kube::Lister<api::v1alpha1::ManagedCredential> credentials;
  kube::Lister<api::v1alpha1::CredentialRotation> rotations;  // with index kByCredential
  kube::Lister<api::core::Secret> secrets;                    // only those labelled as managed
};

}  // namespace keysteward::op
