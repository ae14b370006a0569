// RegistrationWriter: puts a webhook configuration back as the chart declares it.
//
// Fields it wrote are nobody's afterwards (GiveUpFields), so that Helm, Argo CD or kubectl take
// them over with their next apply instead of meeting a conflict.
//
//   KS_ASSIGN_OR_RETURN(const json object, writer.PutBack(resource, live, wanted, call));
#pragma once

#include <nlohmann/json.hpp>

#include "kube/client/client.h"

namespace keysteward::op {

class RegistrationWriter {
 public:
  explicit RegistrationWriter(kube::Client& client) : client_(client) {}

  // Replaces all webhooks of `live`, unless somebody wrote it meanwhile (kConflict).
  Result<nlohmann::json> PutBack(const api::Resource& resource, const nlohmann::json& live,
                                 const nlohmann::json& wanted, const kube::Call& call);
  // `last_seen`: null, or the object as it was; `owner`: see Standing.
  Result<nlohmann::json> MakeAgain(const api::Resource& resource, const nlohmann::json& wanted,
                                   const nlohmann::json& last_seen, const nlohmann::json& owner,
                                   const kube::Call& call);
  // Nothing is written when there is nothing to give up.
  Result<void> GiveUpFields(const api::Resource& resource, const nlohmann::json& live,
                            const kube::Call& call);

 private:
  kube::Client& client_;
};

}  // namespace keysteward::op
