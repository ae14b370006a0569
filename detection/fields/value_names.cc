#include "detection/fields/value_names.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "detection/engine/names.h"
#include "detection/fields/directives.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

bool OneOf(View word, std::initializer_list<View> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool SaysCredential(View name) { return ClassifyName(name).strength == NameStrength::kStrong; }

bool IsIndex(View step) {
  return step == "-" || step.find_first_not_of("0123456789") == View::npos;
}

// Steps are told apart by '/', which inside a name is written ~1: of example.com~1token the last
// part is the name, as everywhere.
View LastStep(View path) {
  const size_t slash = path.rfind('/');
  const size_t escaped = path.rfind("~1");
  const size_t begin = slash == View::npos ? 0 : slash + 1;
  return path.substr(escaped == View::npos ? begin : std::max(begin, escaped + 2));
}

}  // namespace

bool IsSiblingValue(View member) {
  return OneOf(member, {"value", "default", "values", "stringValue"});
}

View SiblingName(const Node& mapping) {
  for (const View label : {"name", "key", "header", "envName", "variable"}) {
    const View name = mapping.String(label);
    if (!name.empty()) return name;
  }
  return {};
}

bool WrapsValue(View member) {
  return OneOf(member, {"value", "stringValue", "inline", "inlineValue", "inline_string",
                        "inlineString", "plaintext", "plainText", "plain_text", "plainTextValue",
                        "clearText", "cleartext", "content", "literal", "exact"});
}

bool HoldsItsValue(const Node& object) {
  bool holds = false;
  for (const Node& member : object.children()) {
    if (OneOf(member.key, {"name", "key", "secretName"})) return false;
    holds |= member.is_scalar() && WrapsValue(member.key);
  }
  return holds;
}

View WrappedName(View owner, const Node& mapping) {
  if (!SaysCredential(owner)) return {};
  const View type = mapping.String("type");
  return SaysCredential(type) ? type : owner;
}

View PatchedName(const Node& operation) {
  View path = operation.String("path");
  if (!path.starts_with('/')) return {};
  if (!OneOf(operation.String("op"), {"add", "replace", "test"})) return {};
  View step = LastStep(path);
  // …/env/0/value, …/args/-, …/password/value: the owner has the name.
  while (!step.empty() && (IsIndex(step) || WrapsValue(step)) && step.size() < path.size()) {
    path.remove_suffix(step.size() + 1);
    step = LastStep(path);
  }
  return step;
}

View NameOfItems(View list) {
  if (!list.ends_with('s')) return list;
  const View one = list.substr(0, list.size() - 1);
  if (!EndsLikeCredential(one)) return list;  // most lists: asked without taking the name apart
  const NameClass what = ClassifyName(one);
  const bool telling = what.kind == NameKind::kPassword ||
                       (what.kind != NameKind::kSecret && NameWords(one).size() > 1);
  return what.strength == NameStrength::kStrong && telling ? one : list;
}

View NameOfMembers(View mapping) {
  if (!mapping.ends_with('s')) return {};
  const View one = mapping.substr(0, mapping.size() - 1);
  return EndsLikeCredential(one) && SaysCredential(one) ? one : View();
}

bool KeepsItsKey(View owner) {
  std::string room;
  return OneOf(SquashName(owner, room),
               {"jwt", "encrypt", "encryption", "signing", "hmac", "crypto", "cipher", "aes"});
}

}  // namespace keysteward::detection
