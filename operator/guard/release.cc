#include "operator/guard/release.h"

#include "api/core/config_map_types.h"
#include "api/core/namespace_types.h"
#include "api/core/workload_types.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

constexpr api::Resource kClusterRoles{"rbac.authorization.k8s.io", "v1", "clusterroles",
                                      "ClusterRole", false};

// The object, or null when it is gone or going.
Result<json> Stands(kube::Client& client, const api::Resource& resource, const api::ObjectKey& key,
                    const kube::Call& call) {
  Result<json> object = client.Get(resource, key, call);
  if (!object && object.error().code == ErrorCode::kNotFound) return json();
  if (!object) {
    return std::move(object).error().WithContext("read " + std::string(resource.kind) + " " +
                                                 key.ToString());
  }
  if (IsBeingDeleted(*object)) return json();
  return object;
}

json OwnerReferenceTo(const json& role) {
  return {{"apiVersion", kClusterRoles.api_version()},
          {"kind", kClusterRoles.kind},
          {"name", role["metadata"]["name"]},
          {"uid", role["metadata"]["uid"]}};
}

}  // namespace

bool IsBeingDeleted(const json& object) {
  return object.is_object() && object.contains("metadata") &&
         object["metadata"].contains("deletionTimestamp");
}

Result<Standing> LookAtRelease(kube::Client& client, const ReleaseNames& names,
                               const kube::Call& call) {
  const struct {
    const api::Resource& resource;
    api::ObjectKey key;
  } parts[] = {
      {api::KindOf<api::core::ConfigMap>::resource, {names.namespace_name, names.wanted}},
      {api::KindOf<api::core::Deployment>::resource, {names.namespace_name, names.operator_name}},
      {api::KindOf<api::core::Namespace>::resource, {"", names.namespace_name}},
      {kClusterRoles, {"", names.operator_name}}};
  Standing standing;
  for (const auto& [resource, key] : parts) {
    KS_ASSIGN_OR_RETURN(const json object, Stands(client, resource, key, call));
    if (object.is_null()) {
      standing.going = std::string(resource.kind) + " " + key.ToString();
      return standing;
    }
    if (&resource == &kClusterRoles) standing.owner = OwnerReferenceTo(object);
  }
  return standing;
}

}  // namespace keysteward::op
