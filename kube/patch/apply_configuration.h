// ApplyConfiguration: the body of a server-side apply, which names the object and then every field
// its manager wants to own. A field that was applied before and is left out now is removed, unless
// somebody else owns it too; so a body always holds the full set.
//
//   nlohmann::json body = ApplyConfiguration(kDeployments, "api", {.uid = uid});
//   body["spec"]["template"]["metadata"]["annotations"] = annotations;
//   client.Patch(kDeployments, key, PatchType::kApply, body, {.field_manager = kManager}, call);
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "kube/client/client.h"

namespace keysteward::kube {

// What must still hold, else kConflict; empty members are not checked. A uid also keeps apply from
// creating an object that has been deleted in between.
struct ApplyPreconditions {
  std::string uid;
  std::string resource_version;
};

nlohmann::json ApplyConfiguration(const Resource& resource, const std::string& name,
                                  const ApplyPreconditions& preconditions = {});

}  // namespace keysteward::kube
