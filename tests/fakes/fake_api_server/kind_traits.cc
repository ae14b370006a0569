#include "tests/fakes/fake_api_server/kind_traits.h"

#include <map>
#include <set>

namespace keysteward::kube {
namespace {

KindTraits CoreTraits(std::string_view plural) {
  static const std::set<std::string_view> kWithStatus = {
      "namespaces", "nodes", "pods", "services", "persistentvolumeclaims", "persistentvolumes"};
  return {.status = kWithStatus.count(plural) != 0,
          .generation = plural == "pods",
          .unconditional_update = true};
}

}  // namespace

KindTraits TraitsOf(const api::Resource& resource) {
  if (resource.group.empty()) return CoreTraits(resource.plural);
  if (resource.group == "coordination.k8s.io") {
    return {.status = false, .generation = false, .create_on_update = true};
  }
  if (resource.group == "events.k8s.io" || resource.group == "rbac.authorization.k8s.io") {
    return {.status = false, .generation = false, .unconditional_update = true};
  }
  if (resource.group == "admissionregistration.k8s.io") return {.status = false};
  if (resource.group == "apps" || resource.group == "batch") return {.unconditional_update = true};
  return {};
}

FieldTraits TraitsOfField(std::string_view field) {
  static const std::map<std::string_view, FieldTraits> kFields = {
      {"containers", {FieldShape::kKeyedList, {"name"}}},
      {"initContainers", {FieldShape::kKeyedList, {"name"}}},
      {"ephemeralContainers", {FieldShape::kKeyedList, {"name"}}},
      {"env", {FieldShape::kKeyedList, {"name"}}},
      {"volumes", {FieldShape::kKeyedList, {"name"}}},
      {"imagePullSecrets", {FieldShape::kKeyedList, {"name"}}},
      {"entries", {FieldShape::kKeyedList, {"name"}}},
      {"webhooks", {FieldShape::kKeyedList, {"name"}}},
      {"volumeMounts", {FieldShape::kKeyedList, {"mountPath"}}},
      {"volumeDevices", {FieldShape::kKeyedList, {"devicePath"}}},
      {"ports", {FieldShape::kKeyedList, {"containerPort", "protocol"}}},
      {"hostAliases", {FieldShape::kKeyedList, {"ip"}}},
      {"ownerReferences", {FieldShape::kKeyedList, {"uid"}}},
      {"conditions", {FieldShape::kKeyedList, {"type"}}},
      {"topologySpreadConstraints", {FieldShape::kKeyedList, {"topologyKey", "whenUnsatisfiable"}}},
      {"finalizers", {FieldShape::kSet, {}}},
      {"selector", {FieldShape::kAtomic, {}}},
      {"labelSelector", {FieldShape::kAtomic, {}}},
      {"namespaceSelector", {FieldShape::kAtomic, {}}},
      {"objectSelector", {FieldShape::kAtomic, {}}},
      {"nodeSelector", {FieldShape::kAtomic, {}}},
      {"secretKeyRef", {FieldShape::kAtomic, {}}},
      {"configMapKeyRef", {FieldShape::kAtomic, {}}},
      {"fieldRef", {FieldShape::kAtomic, {}}},
      {"resourceFieldRef", {FieldShape::kAtomic, {}}},
  };
  const auto found = kFields.find(field);
  return found == kFields.end() ? FieldTraits{} : found->second;
}

}  // namespace keysteward::kube
