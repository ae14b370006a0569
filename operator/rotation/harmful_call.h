// HarmfulCall: bounds a call that ends or weakens a key by the lease: nobody can fence a call that
// left, so it is only begun when its own deadline is over before another process may lead.
//
//   KS_ASSIGN_OR_RETURN(const kube::Call bounded, HarmfulCall(env, call));   // right before it
//   KS_RETURN_IF_ERROR(issuer.Delete(id, bounded));
#pragma once

#include "operator/rotation/environment.h"

namespace keysteward::op {

// The call with a timeout that ends a second before the lease does (the issuer's own timeout may
// end it sooner). kUnavailable when this process does not lead or less than a second would be left;
// the next renewal, a moment later, makes room.
Result<kube::Call> HarmfulCall(const Environment& env, const kube::Call& call);

}  // namespace keysteward::op
