// Checks of a label selector.
//
//   CheckSelector(checks, "namespaceSelector", spec.namespace_selector);
#pragma once

#include <string_view>

#include "api/meta/label_selector.h"
#include "api/v1alpha1/internal/checks.h"

namespace keysteward::api::v1alpha1::internal {

void CheckSelector(Checks& checks, std::string_view name, const LabelSelector& selector);

}  // namespace keysteward::api::v1alpha1::internal
