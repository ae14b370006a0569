// Release: the names of the chart's objects that the operator looks after, and whether the release
// still stands. A registration is made again only while it does, so that an uninstall wins in
// whatever order it deletes.
//
//   KS_ASSIGN_OR_RETURN(const Standing standing, LookAtRelease(client, names, call));
//   if (!standing.going.empty()) return;  // "Deployment keysteward-operator"
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api/core/webhook_configurations.h"
#include "kube/client/client.h"

namespace keysteward::op {

using api::core::kMutatingConfigurations;
using api::core::kValidatingConfigurations;
inline constexpr api::Resource kServices{"", "v1", "services", "Service"};

struct ReleaseNames {
  std::string namespace_name;
  std::string wanted = "keysteward-wanted";           // ConfigMap with what the chart declares
  std::string operator_name = "keysteward-operator";  // Deployment and ClusterRole
  std::string webhook_service = "keysteward-webhook";
  std::string configuration = "keysteward";  // both webhook configurations
};

// `going`: the first object of the release that is gone or being deleted, empty when none is.
// `owner`: a reference to the operator's ClusterRole. What carries it is removed by the garbage
// collector together with the release, also when the operator is gone by then.
struct Standing {
  std::string going;
  nlohmann::json owner = nlohmann::json::object();
};

// Asks the server, never a cache: for the ConfigMap, the operator's Deployment and ClusterRole, and
// our namespace.
Result<Standing> LookAtRelease(kube::Client& client, const ReleaseNames& names,
                               const kube::Call& call);

// Whether an object is on its way out, held by finalizers.
bool IsBeingDeleted(const nlohmann::json& object);

}  // namespace keysteward::op
