#include "webhook/handlers/access_review.h"

namespace keysteward::webhook {
namespace {

constexpr api::Resource kReviews{"authorization.k8s.io", "v1", "subjectaccessreviews",
                                 "SubjectAccessReview", false};
constexpr Duration kTimeout = std::chrono::seconds(2);

}  // namespace

Result<bool> MayDo(kube::Client& client, const AdmissionRequest& request, const std::string& verb,
                   const std::string& resource) {
  nlohmann::json extra = nlohmann::json::object();
  for (const auto& [key, values] : request.user_extra) extra[key] = values;
  const nlohmann::json review = {{"apiVersion", "authorization.k8s.io/v1"},
                                 {"kind", "SubjectAccessReview"},
                                 {"metadata", nlohmann::json::object()},
                                 {"spec",
                                  {{"user", request.user},
                                   {"uid", request.user_uid},
                                   {"groups", request.groups},
                                   {"extra", std::move(extra)},
                                   {"resourceAttributes",
                                    {{"group", "keysteward.dev"},
                                     {"resource", resource},
                                     {"verb", verb},
                                     {"namespace", request.namespace_name}}}}}};
  KS_ASSIGN_OR_RETURN(const nlohmann::json answer,
                      client.Create(kReviews, review, {}, {.timeout = kTimeout}));
  const auto allowed = answer.find("status");
  // Anything but a plain yes is no.
  return allowed != answer.end() && allowed->is_object() && allowed->contains("allowed") &&
         (*allowed)["allowed"] == true;
}

}  // namespace keysteward::webhook
