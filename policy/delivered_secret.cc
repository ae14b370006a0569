#include "policy/delivered_secret.h"

#include "api/v1alpha1/annotations.h"

namespace keysteward::policy {

bool Delivers(const api::v1alpha1::ManagedCredential& credential, const api::ObjectMeta& secret) {
  const api::OwnerReference* owner = secret.Controller();
  return owner != nullptr && owner->kind == "ManagedCredential" &&
         owner->name == credential.metadata.name && owner->uid == credential.metadata.uid &&
         secret.Label(api::v1alpha1::kManagedLabel) == "true" &&
         credential.spec.delivery.secret_name == secret.name;
}

}  // namespace keysteward::policy
