// Injection: what a pod that asks for credentials gets, as JSON Patch. Pure.
//
// Annotations of the pod: keysteward.dev/inject: names of ManagedCredentials, separated by commas;
// keysteward.dev/inject-as: env (default) or file; keysteward.dev/inject-containers: names, default
// all.
//   env   one entry per delivery entry, by secretKeyRef; an entry of that name that is there
//   already
//         stays as it is. Kubernetes expands $(NAME) only from entries above it, so a value of the
//         pod's own cannot refer to an injected one
//   file  the Secret as a volume at /var/run/keysteward/<credential>/, read-only
// Besides, every credential the pod uses is stamped with the delivery it starts with or after; a
// stamp that no delivery can have made is replaced. Applied to its own result it changes nothing.
// Only paths named here are touched.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api/v1alpha1/managed_credential_types.h"
#include "common/result.h"
#include "kube/cache/lister.h"
#include "webhook/admission/request.h"

namespace keysteward::webhook {

struct InjectionPlan {
  nlohmann::json operations = nlohmann::json::array();  // what is missing in the pod
};

// kInvalidArgument, two lines (what and fix): a credential that does not exist, with those of the
// namespace; a container that the pod has not; an unknown way.
Result<InjectionPlan> PlanInjection(
    const AdmissionRequest& request,
    const kube::Lister<api::v1alpha1::ManagedCredential>& credentials);

// Stamps for what the pod uses once `pod` is as injected.
nlohmann::json PlanStamps(const nlohmann::json& pod, const std::string& namespace_name,
                          const kube::Lister<api::v1alpha1::ManagedCredential>& credentials);

// A warning for a workload whose template asks for a credential that does not exist (yet); "" for
// none.
std::string UnknownInTemplate(const AdmissionRequest& request,
                              const kube::Lister<api::v1alpha1::ManagedCredential>& credentials);

}  // namespace keysteward::webhook
