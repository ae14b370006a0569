#include "detection/fields/compiler/field_meanings.h"

namespace keysteward::detection {

bool Matches(std::string_view pattern, std::string_view text) {
  while (!pattern.empty() && pattern.front() != '*') {
    if (text.empty() || text.front() != pattern.front()) return false;
    pattern.remove_prefix(1);
    text.remove_prefix(1);
  }
  if (pattern.empty()) return text.empty();
  pattern.remove_prefix(1);
  for (size_t skipped = 0; skipped <= text.size(); ++skipped) {
    if (Matches(pattern, text.substr(skipped))) return true;
  }
  return false;
}

FieldMeanings::FieldMeanings(const KubernetesTypes& types, const FieldReview& review)
    : types_(types), review_(review) {
  for (const KubernetesTypes::Kind& kind : types.kinds) kinds_.insert(kind.type);
}

std::optional<FieldUse> FieldMeanings::ByName(std::string_view name) const {
  const auto word = review_.names.find(name);
  if (word != review_.names.end()) return word->second;
  for (const auto& [end, use] : review_.endings) {
    if (name.size() > end.size() && name.ends_with(end)) return use;
  }
  return std::nullopt;
}

// What holds members of its own is meant only by its full name: a new type is not silenced by a
// pattern that was written for leaves.
const FieldReview::Row* FieldMeanings::Row(std::string_view type, const TypeMember& member) const {
  const std::string name = std::string(type) + "." + member.name;
  const bool leaf = !types_.types.contains(member.of);
  for (const FieldReview::Row& row : review_.fields) {
    const bool whole = row.at.find('*', row.at.rfind('.') + 1) == std::string::npos;
    if ((leaf || whole) && Matches(row.at, name)) return &row;
  }
  return nullptr;
}

std::optional<FieldUse> FieldMeanings::Of(std::string_view type, const TypeMember& member) const {
  const FieldReview::Row* row = Row(type, member);
  if (row != nullptr) return row->use;
  const auto root = review_.root.find(member.name);
  if (root != review_.root.end() && IsKind(type)) return root->second;
  if (const std::optional<FieldUse> use = ByName(member.name)) return use;
  if (types_.types.contains(member.of)) return FieldUse{};
  const auto schema = review_.schemas.find(member.of);
  if (schema != review_.schemas.end()) return schema->second;
  return std::nullopt;
}

struct FieldMeanings::Walk {
  std::set<std::pair<std::string, bool>> seen;  // type, and whether something above means all of it
  std::set<const FieldReview::Row*> used;
  std::set<std::string, std::less<>> schemas;
  std::vector<std::string> problems;
};

void FieldMeanings::Visit(const std::string& type, const std::string& path, bool covered,
                          Walk& walk) const {
  const auto found = types_.types.find(type);
  if (found == types_.types.end() || !walk.seen.insert({type, covered}).second) return;
  for (const TypeMember& member : found->second) {
    const std::string here = path + (path.ends_with(' ') ? "" : ".") + member.name;
    const std::optional<FieldUse> use = Of(type, member);
    if (!covered) {
      walk.used.insert(Row(type, member));
      walk.schemas.insert(member.of);
      if (!use) {
        walk.problems.push_back(here + ": nothing says what it means. Add " + type + "." +
                                member.name + " (" + member.of +
                                ") to `fields` of detection/fields/kubernetes/review.yaml");
      }
    }
    const bool below = covered || (use && use->meaning != Meaning::kLiteral);
    Visit(member.of, here, below, walk);
  }
}

std::vector<std::string> FieldMeanings::Problems() const {
  Walk walk;
  for (const KubernetesTypes::Kind& kind : types_.kinds) {
    Visit(kind.type, kind.api_version + " " + kind.kind + " ", false, walk);
  }
  for (const FieldReview::Row& row : review_.fields) {
    if (!walk.used.contains(&row)) {
      walk.problems.push_back(row.place + ": " + row.at +
                              " decides about no member: none has that name, an earlier row or the "
                              "meaning of what it is in decides. Remove or move it");
    }
  }
  for (const auto& [schema, use] : review_.schemas) {
    if (!walk.schemas.contains(schema)) walk.problems.push_back("`schemas`: no leaf is " + schema);
  }
  return std::move(walk.problems);
}

}  // namespace keysteward::detection
