// Codec: the bytes of an AdmissionReview to a request.
//
// Bounded by the reader's limits (depth, nodes, bytes). A request member that stands twice was not
// written by an API server and is refused. The error text never quotes the input.
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
