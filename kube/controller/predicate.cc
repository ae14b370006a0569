#include "kube/controller/predicate.h"

#include <algorithm>
#include <utility>

namespace keysteward::kube {
namespace {

using api::ObjectMeta;

template <typename Member>
Predicate Changed(Member member) {
  return [member](const ObjectMeta* before, const ObjectMeta* after) {
    // A new uid is a new object: its first generation equals that of the old one.
    return before == nullptr || after == nullptr || before->uid != after->uid ||
           before->*member != after->*member;
  };
}

}  // namespace

Predicate EveryChange() {
  return [](const ObjectMeta*, const ObjectMeta*) { return true; };
}

Predicate GenerationChanged() { return Changed(&ObjectMeta::generation); }

Predicate AnnotationsChanged() { return Changed(&ObjectMeta::annotations); }

Predicate ResourceVersionChanged() { return Changed(&ObjectMeta::resource_version); }

Predicate LabelsMatch(api::LabelSelector selector) {
  return [selector = std::move(selector)](const ObjectMeta* before, const ObjectMeta* after) {
    return (before != nullptr && selector.Matches(before->labels)) ||
           (after != nullptr && selector.Matches(after->labels));
  };
}

Predicate AnyOf(std::vector<Predicate> predicates) {
  return [predicates = std::move(predicates)](const ObjectMeta* before, const ObjectMeta* after) {
    return std::any_of(predicates.begin(), predicates.end(),
                       [&](const Predicate& passes) { return passes(before, after); });
  };
}

Predicate AllOf(std::vector<Predicate> predicates) {
  return [predicates = std::move(predicates)](const ObjectMeta* before, const ObjectMeta* after) {
    return std::all_of(predicates.begin(), predicates.end(),
                       [&](const Predicate& passes) { return passes(before, after); });
  };
}

}  // namespace keysteward::kube
