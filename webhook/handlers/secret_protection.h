// Secret protection: who may write a Secret that a ManagedCredential delivers. Pure.
//
// A write that changes nothing passes, since re-encryption at rest rewrites every Secret as it is;
// so does one to a Secret that merely carries our label, since its author could not repair it
// otherwise.
//
//   if (const auto refusal = ManagedSecretRefusal(request)) return Deny("Forbidden", *refusal);
#pragma once

#include <optional>
#include <string>

#include "webhook/admission/request.h"

namespace keysteward::webhook {

// Why the write of a Secret by anyone but Keysteward is refused, or nothing.
std::optional<std::string> ManagedSecretRefusal(const AdmissionRequest& request);

// Whether both trees say the same, members in the same order, as the API server writes them.
bool SameTree(const detection::Node* a, const detection::Node* b);

}  // namespace keysteward::webhook
