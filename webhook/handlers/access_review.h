// AccessReview: asks the API server whether a user may do something (SubjectAccessReview).
#pragma once

#include "kube/client/client.h"
#include "webhook/admission/request.h"

namespace keysteward::webhook {

// Whether the user of `request` has `verb` on resource `resource` of keysteward.dev in the
// request's namespace (cluster-wide for a request without one).
Result<bool> MayDo(kube::Client& client, const AdmissionRequest& request, const std::string& verb,
                   const std::string& resource);

}  // namespace keysteward::webhook
