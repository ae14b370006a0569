#include "webhook/handlers/mutation_handlers.h"

#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "policy/manifest_json.h"
#include "kube/patch/json_patch.h"
#include "webhook/handlers/injection.h"

namespace keysteward::webhook {

namespace v1 = api::v1alpha1;
using detection::Node;
using nlohmann::json;

namespace {

const Node* TemplateAnnotations(const Node* object) {
  for (const char* member : {"spec", "template", "metadata", "annotations"}) {
    if (object == nullptr) return nullptr;
    object = object->Find(member);
  }
  return object != nullptr && object->is_mapping() ? object : nullptr;
}

const Node* TemplateMetadata(const Node* object) {
  for (const char* member : {"spec", "template", "metadata"}) {
    if (object == nullptr) return nullptr;
    object = object->Find(member);
  }
  return object;
}

}  // namespace

Result<AdmissionResponse> PodsHandler::Handle(const AdmissionRequest& request) {
  if (request.operation != Operation::kCreate || request.object == nullptr) return Allow();
  Result<InjectionPlan> plan = PlanInjection(request, view_.credentials);
  // The validating side refuses a wrong request with the same message; nothing is done by halves.
  if (!plan) return Allow();
  if (view_.credentials.List(request.namespace_name).empty()) return Allow();
  json pod = policy::ManifestJson(*request.object);
  json operations = plan->operations;
  const json injected = operations.empty() ? pod : pod.patch(operations);
  for (const json& stamp : PlanStamps(injected, request.namespace_name, view_.credentials)) {
    operations.push_back(stamp);
  }
  return Mutate(operations);
}

Result<AdmissionResponse> WorkloadsHandler::Handle(const AdmissionRequest& request) {
  if (request.operation != Operation::kUpdate) return Allow();
  const Node* before = TemplateAnnotations(request.old_object);
  const Node* after = TemplateAnnotations(request.object);
  const Node* metadata = TemplateMetadata(request.object);
  if (before == nullptr || metadata == nullptr || !metadata->is_mapping()) return Allow();
  kube::JsonPatch patch;
  bool has_annotations = after != nullptr;
  for (const Node& annotation : before->children()) {
    if (!annotation.key.starts_with(v1::kRevisionAnnotationPrefix)) continue;
    if (after != nullptr && after->Find(annotation.key) != nullptr) continue;
    if (!std::exchange(has_annotations, true)) {
      patch.Add({"spec", "template", "metadata", "annotations"}, json::object());
    }
    patch.Add({"spec", "template", "metadata", "annotations", std::string(annotation.key)},
              std::string(annotation.text));
  }
  return Mutate(patch.operations());
}

Result<AdmissionResponse> RotationsHandler::Handle(const AdmissionRequest& request) {
  if (request.operation != Operation::kCreate || request.user == operator_user_) return Allow();
  const Node* spec = request.object->Find("spec");
  if (spec == nullptr || !spec->is_mapping() || !spec->String("requestedBy").empty()) {
    return Allow();  // a name that is there already is judged by the validating side
  }
  kube::JsonPatch patch;
  patch.Add({"spec", "requestedBy"}, request.user);
  return Mutate(patch.operations());
}

}  // namespace keysteward::webhook
