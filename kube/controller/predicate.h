// Predicates: which changes are worth a reconcile. Pure functions of the metadata before and after.
//
//   controller.For(credentials, AnyOf({GenerationChanged(), AnnotationsChanged()}));
#pragma once

#include <functional>
#include <vector>

#include "api/meta/label_selector.h"
#include "api/meta/object_meta.h"

namespace keysteward::kube {

// `before` is null for a new object, `after` for one that is gone; never both.
using Predicate = std::function<bool(const api::ObjectMeta* before, const api::ObjectMeta* after)>;

Predicate EveryChange();

// The next three pass new, gone and recreated objects, and an update that changed the thing.
//
// Of spec, for kinds with a generation; a deletion request raises it as well. Drops what our own
// status writes cause.
Predicate GenerationChanged();
Predicate AnnotationsChanged();
Predicate ResourceVersionChanged();

// The object matches, or did before the change.
Predicate LabelsMatch(api::LabelSelector selector);

Predicate AnyOf(std::vector<Predicate> predicates);
Predicate AllOf(std::vector<Predicate> predicates);

}  // namespace keysteward::kube
