#include "api/v1alpha1/internal/selector_checks.h"

namespace keysteward::api::v1alpha1::internal {

void CheckSelector(Checks& checks, std::string_view name, const LabelSelector& selector) {
  Checks own = checks.At(name);
  own.AtMost("matchLabels", selector.match_labels.size(), 16);
  own.AtMost("matchExpressions", selector.match_expressions.size(), 16);
  for (size_t i = 0; i < selector.match_expressions.size(); ++i) {
    const LabelRequirement& requirement = selector.match_expressions[i];
    Checks item = own.At(Indexed("matchExpressions", i));
    item.Length("key", requirement.key, 1, 317);
    item.AtMost("values", requirement.values.size(), 32);
    own.Add(std::move(item));
  }
  checks.Add(std::move(own));
}

}  // namespace keysteward::api::v1alpha1::internal
