// SecretReferences: which Secrets a pod spec reads, over every place that can name one. Pure.
//
//   if (ReferencedSecrets(pod.spec).contains("stripe-live")) …
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/core/pod_types.h"

namespace keysteward::api::core {

// Names of Secrets read through env, envFrom, volumes, projected sources, CSI, mounts of network
// file systems and image pulls of init, sidecar, ordinary and ephemeral containers.
std::set<std::string> ReferencedSecrets(const PodSpec& spec);

// Names of the ManagedCredentials that the annotation asks for.
std::vector<std::string> InjectedCredentials(const ObjectMeta& metadata);

// Whether a pod or template uses the credential: by reading its Secret or by injection.
bool UsesCredential(const ObjectMeta& metadata, const PodSpec& spec, const std::string& secret,
                    const std::string& credential);

}  // namespace keysteward::api::core
