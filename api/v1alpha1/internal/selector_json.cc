#include "api/v1alpha1/internal/selector_json.h"

#include "api/v1alpha1/internal/codec.h"

namespace keysteward::api::v1alpha1::internal {
namespace {

std::string_view OperatorName(SelectorOperator op) {
  switch (op) {
    case SelectorOperator::kIn:
      return "In";
    case SelectorOperator::kNotIn:
      return "NotIn";
    case SelectorOperator::kExists:
      return "Exists";
    case SelectorOperator::kDoesNotExist:
      return "DoesNotExist";
  }
  return "In";
}

}  // namespace

json WriteLabelSelector(const LabelSelector& selector) {
  json out = json::object();
  PutList(out, "matchLabels", selector.match_labels);
  for (const LabelRequirement& requirement : selector.match_expressions) {
    json item = {{"key", requirement.key}, {"operator", OperatorName(requirement.op)}};
    PutList(item, "values", requirement.values);
    out["matchExpressions"].push_back(std::move(item));
  }
  return out;
}

}  // namespace keysteward::api::v1alpha1::internal
