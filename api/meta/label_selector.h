// LabelSelector: which objects belong to a workload or namespace rule (metav1.LabelSelector).
//
// Nothing set matches every object, as on the API server. Pure values, safe to share between
// threads.
//
//   if (deployment.spec.selector.Matches(pod.metadata.labels)) …
//   options.label_selector = deployment.spec.selector.ToString();   // "app=api,tier in (a,b)"
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/json_fields.h"

namespace keysteward::api {

enum class SelectorOperator { kIn, kNotIn, kExists, kDoesNotExist };

struct LabelRequirement {
  std::string key;
  SelectorOperator op = SelectorOperator::kIn;
  std::vector<std::string> values;  // empty for kExists and kDoesNotExist

  bool Matches(const std::map<std::string, std::string>& labels) const;

  friend bool operator==(const LabelRequirement&, const LabelRequirement&) = default;
};

struct LabelSelector {
  std::map<std::string, std::string> match_labels;
  std::vector<LabelRequirement> match_expressions;

  bool empty() const { return match_labels.empty() && match_expressions.empty(); }
  // All labels and all expressions hold.
  bool Matches(const std::map<std::string, std::string>& labels) const;
  // The form of the labelSelector query parameter; "" for an empty selector.
  std::string ToString() const;

  friend bool operator==(const LabelSelector&, const LabelSelector&) = default;
};

// Reads the object's field `name`. An unknown operator is an error, because guessing would match
// the wrong objects.
LabelSelector ReadLabelSelector(JsonFields& object, std::string_view name);

}  // namespace keysteward::api
