#include "api/v1alpha1/label_selector.h"

#include <algorithm>

#include "api/v1alpha1/internal/codec.h"

namespace keysteward::api::v1alpha1 {

using internal::json;

bool LabelRequirement::Matches(const std::map<std::string, std::string>& labels) const {
  const auto label = labels.find(key);
  const bool present = label != labels.end();
  const bool listed =
      present && std::find(values.begin(), values.end(), label->second) != values.end();
  switch (op) {
    case SelectorOperator::kIn:
      return listed;
    case SelectorOperator::kNotIn:
      return !listed;
    case SelectorOperator::kExists:
      return present;
    case SelectorOperator::kDoesNotExist:
      return !present;
  }
  return false;
}

bool LabelSelector::Matches(const std::map<std::string, std::string>& labels) const {
  for (const auto& [key, value] : match_labels) {
    const auto label = labels.find(key);
    if (label == labels.end() || label->second != value) return false;
  }
  return std::all_of(match_expressions.begin(), match_expressions.end(),
                     [&](const LabelRequirement& item) { return item.Matches(labels); });
}

LabelSelector ReadLabelSelector(JsonFields fields) {
  LabelSelector selector;
  selector.match_labels = fields.StringMap("matchLabels");
  fields.Objects("matchExpressions", [&](JsonFields& item) {
    LabelRequirement requirement;
    requirement.key = item.RequiredString("key");
    requirement.op = internal::ReadRequiredEnum<SelectorOperator>(item, "operator");
    requirement.values = item.Strings("values");
    selector.match_expressions.push_back(std::move(requirement));
  });
  return selector;
}

json ToJson(const LabelSelector& selector) {
  json out = json::object();
  internal::PutList(out, "matchLabels", selector.match_labels);
  for (const LabelRequirement& requirement : selector.match_expressions) {
    json item = {{"key", requirement.key}};
    internal::PutEnum(item, "operator", requirement.op);
    internal::PutList(item, "values", requirement.values);
    out["matchExpressions"].push_back(std::move(item));
  }
  return out;
}

}  // namespace keysteward::api::v1alpha1
