#include "operator/restart/workload_patch.h"

#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "operator/restart/restart_history.h"
#include "operator/restart/restart_planner.h"

namespace keysteward::op {

using nlohmann::json;

json RestartPatch(const Workload& workload, const std::map<std::string, int64_t>& revisions,
                  WallTime now) {
  json annotations = json::object();
  for (const auto& [key, value] : workload.pod_template.metadata.annotations) {
    if (key.starts_with(api::v1alpha1::kRevisionAnnotationPrefix)) annotations[key] = value;
  }
  for (const auto& [credential, revision] : revisions) {
    if (TemplateRevision(workload, credential) >= revision) continue;
    annotations[api::v1alpha1::RevisionAnnotation(credential)] = std::to_string(revision);
  }
  return {{"apiVersion", workload.api_version},
          {"kind", workload.kind},
          {"metadata",
           {{"name", workload.metadata.name},
            {"namespace", workload.metadata.namespace_name},
            {"uid", workload.metadata.uid},
            {"resourceVersion", workload.metadata.resource_version},
            {"annotations", {{api::v1alpha1::kRestartsAnnotation, NoteRestart(workload, now)}}}}},
          {"spec", {{"template", {{"metadata", {{"annotations", std::move(annotations)}}}}}}}};
}

const api::Resource& WorkloadResource(const std::string& kind) {
  if (kind == "StatefulSet") return api::KindOf<api::core::StatefulSet>::resource;
  if (kind == "DaemonSet") return api::KindOf<api::core::DaemonSet>::resource;
  return api::KindOf<api::core::Deployment>::resource;
}

}  // namespace keysteward::op
