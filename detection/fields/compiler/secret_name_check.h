// SecretNameCheck: every leaf of a built-in kind that can hold the name of a Secret is seen by
// FindSecretReferences, or somebody wrote down why no verdict depends on it.
//
// Whether it is seen is tried: an object with that leaf is made and asked. Pure.
//
//   for (const std::string& problem : CheckSecretNames(types, review.secrets)) …
#pragma once

#include <string>
#include <vector>

#include "detection/fields/compiler/field_review.h"
#include "detection/fields/compiler/kubernetes_types.h"

namespace keysteward::detection {

// Leaves that nobody answers for, by their first path; reasons that no leaf needs.
std::vector<std::string> CheckSecretNames(const KubernetesTypes& types,
                                          const std::vector<FieldReview::Row>& reasons);

}  // namespace keysteward::detection
