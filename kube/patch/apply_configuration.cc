#include "kube/patch/apply_configuration.h"

namespace keysteward::kube {

using nlohmann::json;

json ApplyConfiguration(const Resource& resource, const std::string& name,
                        const ApplyPreconditions& preconditions) {
  json body = {{"apiVersion", resource.api_version()},
               {"kind", resource.kind},
               {"metadata", {{"name", name}}}};
  if (!preconditions.uid.empty()) body["metadata"]["uid"] = preconditions.uid;
  if (!preconditions.resource_version.empty()) {
    body["metadata"]["resourceVersion"] = preconditions.resource_version;
  }
  return body;
}

}  // namespace keysteward::kube
