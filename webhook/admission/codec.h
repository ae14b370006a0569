// Codec: the bytes of an AdmissionReview to a request.
//
// Bounded by the reader's limits (depth, nodes, bytes). What is no AdmissionReview v1 with a usable
// uid is an error; what is one, but contradicts itself (a member that stands twice, an object of
// another kind or name than the request says), carries a refusal and is to be denied, since nobody
// knows what would be stored. So does one that is beyond the limits, if its uid is where an API
// server writes it: padding must not end in failurePolicy Ignore. Neither text quotes the input.
//
//   KS_ASSIGN_OR_RETURN(AdmissionReview review, DecodeReview(body));
#pragma once

#include <string_view>

#include "common/result.h"
#include "webhook/admission/request.h"

namespace keysteward::webhook {

// kInvalidArgument or kTooLarge.
Result<AdmissionReview> DecodeReview(std::string_view body);

}  // namespace keysteward::webhook
