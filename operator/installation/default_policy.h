// EnsureDefaultPolicy: CredentialPolicy `default` with the values of the built-in default, made
// where none stands, so that people find something to look at and to change.
//
// Asked once by each process that begins to lead. One that was changed is left as it is, and one
// that a person deletes stays away until another process leads: without it the same values hold.
//
//   KS_ASSIGN_OR_RETURN(const bool made, EnsureDefaultPolicy(client, call));
#pragma once

#include "kube/client/client.h"
#include "kube/runtime.h"

namespace keysteward::op {

// Whether it was made now. Made by POST: of two that try at once one wins, and both succeed.
Result<bool> EnsureDefaultPolicy(kube::Client& client, const kube::Call& call);

// Until it was asked once; our own webhook may not answer yet.
void KeepTryingForDefaultPolicy(const kube::Runtime& runtime, const std::stop_token& stop);

}  // namespace keysteward::op
