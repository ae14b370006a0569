// LabelSelector: which objects are meant, by label (metav1.LabelSelector). Pure values.
//
// An empty selector matches everything. Operators: In, NotIn, Exists, DoesNotExist; NotIn also
// matches objects without the label, as in Kubernetes.
//
//   if (policy.spec.namespace_selector.Matches(ns.metadata.labels)) …
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/v1alpha1/enum_names.h"
#include "common/json_fields.h"

namespace keysteward::api::v1alpha1 {

enum class SelectorOperator { kIn, kNotIn, kExists, kDoesNotExist };
template <>
struct EnumNames<SelectorOperator> {
  static constexpr std::string_view kNames[] = {"In", "NotIn", "Exists", "DoesNotExist"};
};

struct LabelRequirement {
  std::string key;
  SelectorOperator op = SelectorOperator::kExists;
  std::vector<std::string> values;  // for kIn and kNotIn

  bool Matches(const std::map<std::string, std::string>& labels) const;
  friend bool operator==(const LabelRequirement&, const LabelRequirement&) = default;
};

struct LabelSelector {
  std::map<std::string, std::string> match_labels;
  std::vector<LabelRequirement> match_expressions;

  // All requirements hold.
  bool Matches(const std::map<std::string, std::string>& labels) const;
  friend bool operator==(const LabelSelector&, const LabelSelector&) = default;
};

// Reads the selector object `fields`; errors land in its Check().
LabelSelector ReadLabelSelector(JsonFields fields);
nlohmann::json ToJson(const LabelSelector& selector);

}  // namespace keysteward::api::v1alpha1
