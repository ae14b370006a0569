// Whether a Secret is what a ManagedCredential delivers. Anybody may write labels and owner
// references, so the credential itself has the last word.
//
//   if (const OwnerReference* owner = secret.Controller()) credential = Get({…, owner->name});
//   state.managed = credential != nullptr && Delivers(*credential, secret);
#pragma once

#include "api/meta/object_meta.h"
#include "api/v1alpha1/managed_credential_types.h"

namespace keysteward::policy {

// `credential` is of the namespace of `secret`.
bool Delivers(const api::v1alpha1::ManagedCredential& credential, const api::ObjectMeta& secret);

}  // namespace keysteward::policy
