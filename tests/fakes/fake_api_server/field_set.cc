#include "tests/fakes/fake_api_server/field_set.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "tests/fakes/fake_api_server/kind_traits.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

using Parts = std::map<std::string, const json*>;

// "k:{…}" of an item, or nothing when it lacks a key; `protocol` has a default in every schema.
std::optional<std::string> ItemElement(const json& item, const FieldTraits& traits) {
  if (!item.is_object()) return std::nullopt;
  json keys = json::object();
  for (const std::string_view key : traits.keys) {
    const auto found = item.find(key);
    if (found != item.end()) {
      keys[std::string(key)] = *found;
    } else if (key == "protocol") {
      keys["protocol"] = "TCP";
    } else {
      return std::nullopt;
    }
  }
  return "k:" + keys.dump();
}

std::string ElementOf(const json& item, const FieldTraits& traits) {
  if (traits.shape == FieldShape::kSet) return "v:" + item.dump();
  return ItemElement(item, traits).value_or("");
}

// Whether the list merges item by item.
bool MergesByItem(const json& list, const FieldTraits& traits) {
  if (traits.shape == FieldShape::kSet) return true;
  return traits.shape == FieldShape::kKeyedList &&
         std::all_of(list.begin(), list.end(),
                     [&](const json& item) { return ItemElement(item, traits).has_value(); });
}

std::string FieldOf(const std::string& element) {
  return element.rfind("f:", 0) == 0 ? element.substr(2) : std::string();
}

// The separately owned parts of a value, or nothing when it is a leaf. `field` is its own name.
std::optional<Parts> PartsOf(const json& value, std::string_view field) {
  const FieldTraits traits = TraitsOfField(field);
  Parts parts;
  if (value.empty() || traits.shape == FieldShape::kAtomic) return std::nullopt;
  if (value.is_object()) {
    for (const auto& [name, child] : value.items()) parts["f:" + name] = &child;
    return parts;
  }
  if (!value.is_array() || !MergesByItem(value, traits)) return std::nullopt;
  for (const json& item : value) parts[ElementOf(item, traits)] = &item;
  return parts;
}

FieldSet SetOf(const json& value, const std::string& element) {
  FieldSet set;
  const std::optional<Parts> parts = PartsOf(value, FieldOf(element));
  set.member = !parts || element.rfind("k:", 0) == 0;
  if (!parts) return set;
  for (const auto& [name, child] : *parts) set.children[name] = SetOf(*child, name);
  return set;
}

void Compare(const json* before, const json* after, const std::string& element, FieldSet& set,
             FieldSet& removed) {
  if (before == nullptr) {
    set = SetOf(*after, element);
    return;
  }
  if (after == nullptr) {
    removed = SetOf(*before, element);
    return;
  }
  if (*before == *after) return;
  const std::optional<Parts> old_parts = PartsOf(*before, FieldOf(element));
  const std::optional<Parts> new_parts = PartsOf(*after, FieldOf(element));
  if (!old_parts || !new_parts) {
    set = SetOf(*after, element);
    if (old_parts) removed = SetOf(*before, element);
    return;
  }
  std::map<std::string, std::pair<const json*, const json*>> both;
  for (const auto& [name, part] : *old_parts) both[name].first = part;
  for (const auto& [name, part] : *new_parts) both[name].second = part;
  for (const auto& [name, pair] : both) {
    FieldSet child_set;
    FieldSet child_removed;
    Compare(pair.first, pair.second, name, child_set, child_removed);
    if (!child_set.empty()) set.children[name] = std::move(child_set);
    if (!child_removed.empty()) removed.children[name] = std::move(child_removed);
  }
}

void MergeList(json& live, const json& applied, const FieldTraits& traits);

void Merge(json& live, const json& applied, std::string_view field) {
  const FieldTraits traits = TraitsOfField(field);
  if (traits.shape != FieldShape::kAtomic && live.is_object() && applied.is_object()) {
    for (const auto& [name, child] : applied.items()) {
      const auto found = live.find(name);
      if (found == live.end()) {
        live[name] = child;
      } else {
        Merge(*found, child, name);
      }
    }
  } else if (live.is_array() && applied.is_array() && MergesByItem(live, traits) &&
             MergesByItem(applied, traits)) {
    MergeList(live, applied, traits);
  } else {
    live = applied;
  }
}

void MergeList(json& live, const json& applied, const FieldTraits& traits) {
  for (const json& item : applied) {
    const std::string element = ElementOf(item, traits);
    const auto found = std::find_if(live.begin(), live.end(), [&](const json& candidate) {
      return ElementOf(candidate, traits) == element;
    });
    if (found == live.end()) {
      live.push_back(item);
    } else {
      Merge(*found, item, "");
    }
  }
}

// Whether nothing is left of a value that had something before.
bool PruneChild(json& child, const FieldSet& fields, const std::string& element);

void Prune(json& live, const FieldSet& fields, std::string_view field) {
  const FieldTraits traits = TraitsOfField(field);
  if (live.is_object()) {
    for (const auto& [element, child] : fields.children) {
      const auto found = live.find(FieldOf(element));
      if (found != live.end() && PruneChild(*found, child, element)) live.erase(found);
    }
  } else if (live.is_array() && MergesByItem(live, traits)) {
    json kept = json::array();
    for (json& item : live) {
      const std::string element = ElementOf(item, traits);
      const auto found = fields.children.find(element);
      if (found == fields.children.end() || !PruneChild(item, found->second, element)) {
        kept.push_back(std::move(item));
      }
    }
    live = std::move(kept);
  }
}

bool PruneChild(json& child, const FieldSet& fields, const std::string& element) {
  if (fields.member && fields.children.empty()) return true;
  if (fields.member && element.rfind("k:", 0) == 0) return true;
  const bool was_empty = child.empty();
  Prune(child, fields, FieldOf(element));
  return !was_empty && child.is_structured() && child.empty();
}

void CollectPaths(const FieldSet& set, const std::string& path, std::vector<std::string>& out) {
  if (set.member) out.push_back(path);
  for (const auto& [element, child] : set.children) {
    std::string step = "[" + element.substr(2) + "]";
    if (element[0] == 'f') step = "." + element.substr(2);
    if (element[0] == 'k') {
      step.clear();
      const json keys = json::parse(element.substr(2));
      for (const auto& [name, value] : keys.items()) {
        step += (step.empty() ? "" : ",") + name + "=" + value.dump();
      }
      step = "[" + step + "]";
    }
    CollectPaths(child, path + step, out);
  }
}

}  // namespace

FieldSet FieldSet::Of(const json& value) {
  FieldSet set = SetOf(value, "");
  set.member = false;  // the object as a whole is owned by nobody
  return set;
}

FieldSet FieldSet::FromFieldsV1(const json& fields) {
  FieldSet set;
  set.member = fields.empty() || fields.contains(".");
  for (const auto& [element, child] : fields.items()) {
    if (element != ".") set.children[element] = FromFieldsV1(child);
  }
  return set;
}

FieldSet FieldSet::WithItems() const {
  FieldSet out = *this;
  for (auto& [element, child] : out.children) {
    child = child.WithItems();
    if (element.rfind("k:", 0) == 0) child.member = true;
  }
  return out;
}

json FieldSet::ToFieldsV1() const {
  json out = json::object();
  for (const auto& [element, child] : children) out[element] = child.ToFieldsV1();
  if (member && !children.empty()) out["."] = json::object();
  return out;
}

void FieldSet::Add(const FieldSet& other) {
  member = member || other.member;
  for (const auto& [element, child] : other.children) children[element].Add(child);
}

FieldSet FieldSet::Minus(const FieldSet& other) const {
  FieldSet out;
  out.member = member && !other.member;
  for (const auto& [element, child] : children) {
    const auto found = other.children.find(element);
    FieldSet rest = found == other.children.end() ? child : child.Minus(found->second);
    if (!rest.empty()) out.children[element] = std::move(rest);
  }
  return out;
}

FieldSet FieldSet::And(const FieldSet& other) const {
  FieldSet out;
  out.member = member && other.member;
  for (const auto& [element, child] : children) {
    const auto found = other.children.find(element);
    if (found == other.children.end()) continue;
    FieldSet both = child.And(found->second);
    if (!both.empty()) out.children[element] = std::move(both);
  }
  return out;
}

std::vector<std::string> FieldSet::Paths() const {
  std::vector<std::string> out;
  CollectPaths(*this, "", out);
  return out;
}

FieldChanges CompareFields(const json& before, const json& after) {
  FieldChanges changes;
  Compare(&before, &after, "", changes.set, changes.removed);
  return changes;
}

void MergeFields(json& live, const json& applied) { Merge(live, applied, ""); }

void PruneFields(json& live, const FieldSet& fields) { Prune(live, fields, ""); }

}  // namespace keysteward::kube
