// KindTraits: how the server treats a kind, and how it merges lists and maps of a field.
//
// Source: the strategies in kubernetes pkg/registry/*/strategy.go and the x-kubernetes-list-type,
// list-map-keys and map-type markers of its OpenAPI schema. Kinds of unknown groups are treated as
// custom resources with a status subresource.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/meta/kind.h"

namespace keysteward::kube {

struct KindTraits {
  bool status = true;                 // has a status subresource
  bool generation = true;             // metadata.generation counts changes of the spec
  bool unconditional_update = false;  // PUT without resourceVersion is allowed
  bool create_on_update = false;      // PUT of a missing object creates it
};

KindTraits TraitsOf(const api::Resource& resource);

enum class FieldShape {
  kGranular,   // maps merge by key; lists are replaced as a whole
  kAtomic,     // owned and replaced as a whole
  kKeyedList,  // list of objects merged by FieldTraits::keys
  kSet,        // list of scalars merged by value
};

struct FieldTraits {
  FieldShape shape = FieldShape::kGranular;
  std::vector<std::string_view> keys;
};

// By the field's own name, which is unambiguous among the kinds we write.
FieldTraits TraitsOfField(std::string_view field);

}  // namespace keysteward::kube
