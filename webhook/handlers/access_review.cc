#include "webhook/handlers/access_review.h"

namespace keysteward::webhook {
namespace {

constexpr api::Resource kReviews{"authorization.k8s.io", "v1", "subjectaccessreviews",
                                 "SubjectAccessReview", false};
constexpr Duration kTimeout = std::chrono::seconds(2);

}  // namespace

Result<bool> MayDo(kube::Client& client, const AdmissionRequest& request, const std::string& verb,
                   const std::string& resource) {
  const nlohmann::json review = {{"apiVersion", "authorization.k8s.io/v1"},
                                 {"kind", "SubjectAccessReview"},
                                 {"metadata", nlohmann::json::object()},
                                 {"spec",
                                  {{"user", request.user},
                                   {"groups", request.groups},
                                   {"resourceAttributes",
                                    {{"group", "keysteward.dev"},
                                     {"resource", resource},
                                     {"verb", verb},
                                     {"namespace", request.namespace_name}}}}}};
  KS_ASSIGN_OR_RETURN(const nlohmann::json answer,
                      client.Create(kReviews, review, {}, {.timeout = kTimeout}));
  return answer.value("status", nlohmann::json::object()).value("allowed", false);
}

}  // namespace keysteward::webhook
