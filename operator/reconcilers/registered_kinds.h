// Registered kinds: whether the API server asks our webhook about the custom resources that a
// policy names.
//
//   KS_ASSIGN_OR_RETURN(const std::string missing, MissingRegistration(client, "keysteward", …));
#pragma once

#include <string>
#include <vector>

#include "api/v1alpha1/credential_policy_types.h"
#include "kube/client/client.h"

namespace keysteward::op {

// What is not registered and how to register it, "" when everything is. `configuration`: the name
// of the ValidatingWebhookConfiguration. Asks the server for it and for the plural of each kind.
Result<std::string> MissingRegistration(kube::Client& client, const std::string& configuration,
                                        const std::vector<api::v1alpha1::CustomResource>& resources,
                                        const kube::Call& call);

}  // namespace keysteward::op
