#include "api/meta/label_selector.h"

#include <algorithm>

#include "common/strings.h"

namespace keysteward::api {
namespace {

LabelRequirement ReadRequirement(JsonFields& fields) {
  LabelRequirement requirement;
  requirement.key = fields.RequiredString("key");
  requirement.values = fields.Strings("values");
  const std::string op = fields.RequiredString("operator");
  if (op == "In") {
    requirement.op = SelectorOperator::kIn;
  } else if (op == "NotIn") {
    requirement.op = SelectorOperator::kNotIn;
  } else if (op == "Exists") {
    requirement.op = SelectorOperator::kExists;
  } else if (op == "DoesNotExist") {
    requirement.op = SelectorOperator::kDoesNotExist;
  } else {
    fields.Fail("operator", "must be In, NotIn, Exists or DoesNotExist");
  }
  const bool wants_values =
      requirement.op == SelectorOperator::kIn || requirement.op == SelectorOperator::kNotIn;
  if (wants_values == requirement.values.empty()) {
    fields.Fail("values", wants_values ? "must not be empty" : "must be empty for this operator");
  }
  return requirement;
}

std::string RequirementText(const LabelRequirement& requirement) {
  switch (requirement.op) {
    case SelectorOperator::kIn:
      return requirement.key + " in (" + Join(requirement.values, ",") + ")";
    case SelectorOperator::kNotIn:
      return requirement.key + " notin (" + Join(requirement.values, ",") + ")";
    case SelectorOperator::kExists:
      return requirement.key;
    case SelectorOperator::kDoesNotExist:
      return "!" + requirement.key;
  }
  return requirement.key;
}

}  // namespace

bool LabelRequirement::Matches(const std::map<std::string, std::string>& labels) const {
  const auto found = labels.find(key);
  const bool exists = found != labels.end();
  const bool listed =
      exists && std::find(values.begin(), values.end(), found->second) != values.end();
  switch (op) {
    case SelectorOperator::kIn:
      return listed;
    case SelectorOperator::kNotIn:
      return !listed;  // an absent label counts as not in
    case SelectorOperator::kExists:
      return exists;
    case SelectorOperator::kDoesNotExist:
      return !exists;
  }
  return false;
}

bool LabelSelector::Matches(const std::map<std::string, std::string>& labels) const {
  const bool equal = std::all_of(match_labels.begin(), match_labels.end(), [&](const auto& wanted) {
    const auto found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  });
  return equal && std::all_of(match_expressions.begin(), match_expressions.end(),
                              [&](const LabelRequirement& r) { return r.Matches(labels); });
}

std::string LabelSelector::ToString() const {
  std::vector<std::string> pieces;
  for (const auto& [key, value] : match_labels) pieces.push_back(Join({key, value}, "="));
  for (const LabelRequirement& requirement : match_expressions) {
    pieces.push_back(RequirementText(requirement));
  }
  return Join(pieces, ",");
}

LabelSelector ReadLabelSelector(JsonFields& object, std::string_view name) {
  JsonFields fields = object.Object(name);
  LabelSelector selector;
  selector.match_labels = fields.StringMap("matchLabels");
  fields.Objects("matchExpressions", [&](JsonFields& item) {
    selector.match_expressions.push_back(ReadRequirement(item));
  });
  return selector;
}

}  // namespace keysteward::api
