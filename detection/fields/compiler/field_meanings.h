// FieldMeanings: what each member of each built-in type means by what was reviewed, and what the
// review leaves open.
//
// In this order: a row for the member, the words for an object's root, the words for its name, the
// words for what its leaf takes. Immutable after construction; `types` and `review` outlive it.
//
//   const FieldMeanings meanings(types, review);
//   for (const std::string& problem : meanings.Problems()) …
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "detection/fields/compiler/field_review.h"
#include "detection/fields/compiler/kubernetes_types.h"

namespace keysteward::detection {

// Whether `text` is of the form `pattern`, where * is any run of characters.
bool Matches(std::string_view pattern, std::string_view text);

class FieldMeanings {
 public:
  FieldMeanings(const KubernetesTypes& types, const FieldReview& review);

  // nullopt: nothing says.
  std::optional<FieldUse> Of(std::string_view type, const TypeMember& member) const;
  // Of a member of an object that nothing else is known of.
  FieldUse OfName(std::string_view name) const { return ByName(name).value_or(FieldUse{}); }
  bool IsKind(std::string_view type) const { return kinds_.contains(type); }

  // Leaves without a meaning, by their first path; rows and words that say nothing of any member.
  std::vector<std::string> Problems() const;

 private:
  struct Walk;

  // The first row for a member, or nullptr.
  const FieldReview::Row* Row(std::string_view type, const TypeMember& member) const;
  std::optional<FieldUse> ByName(std::string_view name) const;
  void Visit(const std::string& type, const std::string& path, bool covered, Walk& walk) const;

  const KubernetesTypes& types_;
  const FieldReview& review_;
  std::set<std::string, std::less<>> kinds_;  // types that are kinds
};

}  // namespace keysteward::detection
