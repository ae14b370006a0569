#include "detection/fields/field_table.h"

#include <algorithm>

namespace keysteward::detection {

FieldState FieldTable::RootOf(std::string_view api_version, std::string_view kind) const {
  const auto is_before = [&](const FieldData::Kind& row, std::string_view name) {
    return data_.Of(row.kind) < name;
  };
  auto row = std::lower_bound(data_.kinds.begin(), data_.kinds.end(), kind, is_before);
  const size_t slash = api_version.find('/');
  const bool core = slash == std::string_view::npos;
  const std::string_view group = core ? std::string_view() : api_version.substr(0, slash);
  const std::string_view version = core ? api_version : api_version.substr(slash + 1);
  FieldState found = kRootObject;
  for (; row != data_.kinds.end() && data_.Of(row->kind) == kind; ++row) {
    if (api_version.empty()) return row->state;
    if (data_.Of(row->group) != group) continue;
    found = row->state;
    if (data_.Of(row->version) == version) break;
  }
  return found;
}

FieldStep FieldTable::Step(FieldState state, std::string_view name) const {
  while (true) {
    const FieldData::State& at = data_.states[state];
    const auto members = data_.members.subspan(at.first, at.count);
    const auto found = std::lower_bound(members.begin(), members.end(), name,
                                        [&](const FieldData::Member& member, std::string_view n) {
                                          return data_.Of(member.name) < n;
                                        });
    if (found != members.end() && data_.Of(found->name) == name) return found->step;
    if (at.has_other) return at.other;
    if (state == kAnyObject) return {ByEnding(name), kAnyObject};
    state = at.fallback;
  }
}

FieldUse FieldTable::ByEnding(std::string_view name) const {
  for (const FieldData::Ending& ending : data_.endings) {
    const std::string_view end = data_.Of(ending.end);
    if (name.size() > end.size() && name.ends_with(end)) return ending.use;
  }
  return {};
}

bool FieldTable::IsReferenceObject(std::string_view name) const {
  return std::any_of(data_.object_ends.begin(), data_.object_ends.end(),
                     [&](FieldData::Text end) { return name.ends_with(data_.Of(end)); });
}

const FieldTable& BuiltInFields() {
  static const FieldTable kTable(BuiltInFieldData());
  return kTable;
}

}  // namespace keysteward::detection
