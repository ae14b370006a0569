// Writes a label selector; reading is ReadLabelSelector of api/meta.
//
//   out["namespaceSelector"] = WriteLabelSelector(spec.namespace_selector);
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/meta/label_selector.h"

namespace keysteward::api::v1alpha1::internal {

nlohmann::json WriteLabelSelector(const LabelSelector& selector);

}  // namespace keysteward::api::v1alpha1::internal
