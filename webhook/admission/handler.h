// AdmissionHandler: decides one request. Knows nothing of HTTP.
//
// Called from several threads at once. The answer depends on the request, on what the informers
// hold and on the clock alone, and a dry run gets the same one; nothing is written anywhere.
#pragma once

#include "common/result.h"
#include "webhook/admission/request.h"
#include "webhook/admission/response.h"

namespace keysteward::webhook {

class AdmissionHandler {
 public:
  virtual ~AdmissionHandler() = default;

  // An Error means that no decision could be made; the transport answers it with a denial.
  virtual Result<AdmissionResponse> Handle(const AdmissionRequest& request) = 0;

  // Whether a decision may ask the API server, so that others must not queue behind it.
  virtual bool MayWait() const { return false; }
};

}  // namespace keysteward::webhook
