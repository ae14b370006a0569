// Reads ManagedCredential's status; writing is ToJson(ManagedCredentialStatus).
//
//   out.status = ReadManagedCredentialStatus(fields.Object("status"));
#pragma once

#include "api/v1alpha1/managed_credential_status_types.h"
#include "common/json_fields.h"

namespace keysteward::api::v1alpha1::internal {

ManagedCredentialStatus ReadManagedCredentialStatus(JsonFields fields);

}  // namespace keysteward::api::v1alpha1::internal
