#include "detection/fields/value_names.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "common/char_class.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

bool OneOf(View word, std::initializer_list<View> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What a name beside a value stands under, the most telling first.
constexpr std::array<View, 8> kLabels = {"name",     "key", "header",  "envName",
                                         "variable", "env", "setting", "parameterName"};

bool SaysCredential(View name) { return ClassifyName(name).strength == NameStrength::kStrong; }

// Whether it is a key of a Secret's data that somebody might have chosen.
bool CanNameAnEntry(View text) {
  constexpr CharClass kOfKeys("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");
  return kOfKeys.HasAll(text) && !LooksRandom(Measure(text));
}

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

// Labels are names, and checksum/secret: the digest that restarts a Deployment.
bool LeadsToNoValue(View path) {
  return path.find("/metadata/labels/") != View::npos ||
         path.find("/annotations/checksum~1") != View::npos;
}

// The last name of a patch's path.
View NameAt(View path) {
  constexpr size_t kLongestPath = 1024;  // each step is looked for anew
  if (!path.starts_with('/') || path.size() > kLongestPath || LeadsToNoValue(path)) return {};
  View step = LastStep(path);
  // …/env/0/value, …/args/-, …/password/value: the owner has the name.
  while (!step.empty() && (IsIndex(step) || WrapsValue(step)) && step.size() < path.size()) {
    path.remove_suffix(step.size() + 1);
    step = LastStep(path);
  }
  return step;
}

}  // namespace

bool IsSiblingValue(View member) {
  return OneOf(member,
               {"value", "default", "values", "stringValue", "defaultValue", "parameterValue"});
}

bool WrapsValue(View member) {
  return OneOf(member, {"value", "stringValue", "inline", "inlineValue", "inline_string",
                        "inlineString", "plaintext", "plainText", "plain_text", "plainTextValue",
                        "clearText", "cleartext", "content", "literal", "exact"});
}

bool HoldsItsValue(const Node& object) {
  bool holds = false;
  bool names = false;
  for (const Node& member : object.children()) {
    names |= OneOf(member.key, {"name", "key", "secretName", "existingSecret"});
    holds |= member.is_scalar() && WrapsValue(member.key);
    // smtpSecret: {username: app, password: x}
    if (!member.is_string() || !SaysCredential(member.key)) continue;
    holds = true;
    // configSecret: {name: app, secretKey: x}: what it says is the value, not which entry has it.
    if (!CanNameAnEntry(member.text)) return true;
  }
  return holds && !names;
}

View Surroundings::sibling() {
  Look();
  return sibling_;
}

View Surroundings::patched() {
  Look();
  return patched_;
}

View Surroundings::WrappedName(View owner) {
  if (!SaysCredential(owner)) return {};
  Look();
  return SaysCredential(type_) ? type_ : owner;
}

const Node* Surroundings::command() {
  Look();
  return command_;
}

bool Surroundings::encrypted() {
  Look();
  return encrypted_;
}

bool Surroundings::types_string() {
  Look();
  return type_ == "string";
}

bool Surroundings::names_an_entry() {
  Look();
  return names_an_entry_;
}

// Of texts under one name the last counts, as in an object.
void Surroundings::Look() {
  if (looked_) return;
  looked_ = true;
  std::array<View, kLabels.size()> names;
  View op;
  View path;
  for (const Node& member : mapping_.children()) {
    if (member.key == "command") command_ = &member;
    encrypted_ |= member.key == "encrypted" && member.text == "true";
    if (!member.is_string()) continue;
    names_an_entry_ |= member.key == "key" && EndsLikeCredential(member.text);
    const auto label = std::find(kLabels.begin(), kLabels.end(), member.key);
    if (label != kLabels.end()) {
      names[label - kLabels.begin()] = member.text;
    } else if (member.key == "op") {
      op = member.text;
    } else if (member.key == "path") {
      path = member.text;
    } else if (member.key == "type") {
      type_ = member.text;
    }
  }
  const auto name = std::find_if(names.begin(), names.end(), [](View n) { return !n.empty(); });
  if (name != names.end()) sibling_ = *name;
  if (OneOf(op, {"add", "replace", "test"})) patched_ = NameAt(path);
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
  if (mapping == "credentials") return "token";
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
