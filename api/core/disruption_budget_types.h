// PodDisruptionBudget (policy/v1): how many pods of a selection may be taken away now.
//
//   if (budget.Covers(labels) && budget.exhausted()) …
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>

#include "api/meta/kind.h"
#include "api/meta/label_selector.h"
#include "api/meta/object_meta.h"
#include "common/result.h"

namespace keysteward::api {
namespace core {

struct PodDisruptionBudget {
  ObjectMeta metadata;
  bool has_selector = false;  // without one it covers no pod
  LabelSelector selector;     // empty: every pod of the namespace
  int64_t observed_generation = 0;
  int64_t disruptions_allowed = 0;  // as of that generation

  bool Covers(const std::map<std::string, std::string>& labels) const {
    return has_selector && selector.Matches(labels);
  }
  // Its controller has judged the newest spec and leaves no room. A budget that nobody has judged
  // yet says nothing.
  bool exhausted() const {
    return observed_generation > 0 && observed_generation >= metadata.generation &&
           disruptions_allowed <= 0;
  }
};

Result<PodDisruptionBudget> FromJson(const nlohmann::json& object,
                                     std::type_identity<PodDisruptionBudget> kind);

}  // namespace core

template <>
struct KindOf<core::PodDisruptionBudget> {
  static constexpr Resource resource{"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"};
};

}  // namespace keysteward::api
