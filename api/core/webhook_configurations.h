// The two kinds that register webhooks. They are read and written as JSON, so they have no types.
//
//   client.Get(api::core::kValidatingConfigurations, {"", "keysteward"}, call)
#pragma once

#include "api/meta/kind.h"

namespace keysteward::api::core {

inline constexpr Resource kValidatingConfigurations{"admissionregistration.k8s.io", "v1",
                                                    "validatingwebhookconfigurations",
                                                    "ValidatingWebhookConfiguration", false};
inline constexpr Resource kMutatingConfigurations{"admissionregistration.k8s.io", "v1",
                                                  "mutatingwebhookconfigurations",
                                                  "MutatingWebhookConfiguration", false};

}  // namespace keysteward::api::core
