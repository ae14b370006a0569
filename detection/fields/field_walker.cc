#include "detection/fields/field_walker.h"

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/command_reader.h"
#include "detection/fields/field_table.h"
#include "detection/values/logins.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

// What any member of Grafana's secureJsonData is called: httpHeaderValue1 would say nothing.
constexpr std::string_view kCredentialMember = "secureJsonData.secret";

// Other things are called metadata too: KEDA's trigger settings, Dapr's component settings.
bool IsObjectMetadata(const Node& member) {
  if (!member.is_mapping()) return false;
  for (const std::string_view name :
       {"name", "labels", "annotations", "namespace", "generateName", "creationTimestamp"}) {
    if (member.Find(name) != nullptr) return true;
  }
  return member.first == nullptr;
}

// The program and what it is told first; the rest of a long list says nothing of what follows.
void TakeFirstWords(const Node* words, CommandReader& command) {
  constexpr int kMost = 32;
  if (words == nullptr) return;
  int taken = 0;
  for (const Node& word : words->children()) {
    if (++taken > kMost) return;
    command.Take(word.text);
  }
}

// Of helm-unittest: what it sets is made up, unless it looks random or has a provider's form.
bool IsTestSuite(const Node& object) {
  const Node* tests = object.Find("tests");
  return tests != nullptr && tests->is_sequence() && tests->first != nullptr &&
         tests->first->Find("asserts") != nullptr;
}

// What a label says is a name, except where its own name says credential and nobody would make up
// such a name.
bool IsCredentialLabel(const NameFacts* facts, const Node& label) {
  if (facts == nullptr || facts->name_class.strength != NameStrength::kStrong) return false;
  if (facts->name_class.kind == NameKind::kSecret) return false;  // which one
  return LooksRandom(Measure(label.text));
}

// --port; what follows --token may be random and begin with a dash.
bool IsOption(std::string_view word, std::string_view flag) {
  if (!word.starts_with('-')) return false;
  return flag.empty() || word.starts_with("--") || !LooksRandom(Measure(word));
}

bool HoldsUsers(const NameFacts* facts) {
  if (facts == nullptr) return false;
  const NameKind kind = facts->name_class.kind;
  return kind == NameKind::kUsers || kind == NameKind::kPasswords;
}

// users: {alice: …}: a name that people log in with, no setting about them.
bool IsUserName(std::string_view name) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyz0123456789._@-";
  if (name.empty() || name.find_first_not_of(kPlain) != std::string_view::npos) return false;
  return !name.ends_with("id") && !name.ends_with("hash");
}

}  // namespace

void FieldWalker::WalkObject(const Node& object, const NestedIn& nested) {
  nested_ = nested;
  const std::string_view version = object.String("apiVersion");
  tags_count_ = version.empty();
  test_suite_ = version.empty() && IsTestSuite(object);
  const FieldState root = names_.fields().RootOf(version, object.String("kind"));
  Visit(object, {.frame = nested.frame, .place = Place::kField, .state = root});
}

void FieldWalker::WalkNested(const Node& root, const NestedIn& nested) {
  nested_ = nested;
  tags_count_ = true;
  Visit(root, {.frame = nested.frame, .place = nested.place, .state = kAnyObject});
}

void FieldWalker::Visit(const Node& node, const Scope& scope) {
  if (node.is_mapping()) return VisitMapping(node, scope);
  if (node.is_sequence()) return VisitSequence(node, scope);
  AddScalar(node, scope);
}

void FieldWalker::VisitMapping(const Node& node, const Scope& scope) {
  Surroundings around(node);
  for (const Node& member : node.children()) VisitMember(around, member, scope);
}

void FieldWalker::VisitMember(Surroundings& around, const Node& member, const Scope& scope) {
  Scope inner = scope;
  // What a patch sets means what the member at its path does.
  const std::string_view patched = member.key == "value" ? around.patched() : std::string_view();
  const bool patch = !patched.empty();
  const NameTable::Member& known =
      patch ? names_.Find(patched, kAnyObject) : names_.Find(member.key, scope.state);
  const auto [meaning, role] = known.step.use;
  if (meaning != Meaning::kLiteral && meaning != Meaning::kReference) return;
  inner.frame = leaves_.AddMember(scope.frame, member.key);
  inner.name = patch ? patched : member.key;
  inner.facts = known.facts;
  inner.state = known.step.next;
  inner.credentials = role == Role::kCredentials;
  inner.users = member.is_mapping() && HoldsUsers(known.facts);
  inner.each = member.is_mapping() ? NameOfMembers(member.key) : std::string_view();
  const bool object = role == Role::kText && member.is_mapping();
  inner.reference = scope.reference || (meaning == Meaning::kReference && !object) ||
                    (member.is_mapping() && names_.fields().IsReferenceObject(member.key) &&
                     !HoldsItsValue(member));
  if ((member.key == "key" || member.key == "Key") &&
      (KeepsItsKey(scope.name) || IsKeyOfCredential(scope, member))) {
    inner.facts = names_.Facts("encryption_key");
    inner.reference = scope.reference;
  }
  if (member.key == "metadata" && IsObjectMetadata(member)) return VisitMetadata(member, inner);
  if (role == Role::kConfiguration && member.is_mapping()) return VisitConfiguration(member, inner);
  if (role == Role::kCommandLine && member.is_sequence()) {
    return VisitCommandLine(member.key == "args" ? around.command() : nullptr, member, inner);
  }
  if (role == Role::kEnvironment) inner.place = Place::kEnv;
  if (role == Role::kHeaders) inner.place = Place::kHeader;
  if (role == Role::kParameters) inner.place = Place::kParameter;
  if (!patch) NameByPlace(around, member, known, scope, inner);
  inner.reference |= member.key == "name" && member.is_scalar();
  inner.reference |= member.key == "secret" && member.is_scalar() && around.names_an_entry();
  inner.reference |= known.is_sibling_value && around.encrypted();
  inner.reference |= member.tagged && tags_count_;
  Visit(member, inner);
}

// keyauth_credentials: [{key: x}], api: {key: x}; of apiKey: {name: x, key: y} the entry's name is
// no random text.
bool FieldWalker::IsKeyOfCredential(const Scope& owner, const Node& member) {
  if (!member.is_string()) return false;
  if (owner.name == "api") return LooksRandom(Measure(member.text));
  if (owner.facts == &kSilentName || owner.facts == nullptr) return false;
  const NameKind kind = owner.facts->name_class.kind;
  const bool holds =
      kind == NameKind::kKey || kind == NameKind::kToken || owner.name.ends_with("credentials");
  return holds && LooksRandom(Measure(member.text));
}

void FieldWalker::NameByPlace(Surroundings& around, const Node& member,
                              const NameTable::Member& known, const Scope& outer, Scope& inner) {
  // cloud-init's list of users and their passwords
  if (member.key == "list" && outer.name == "chpasswd") return Rename(inner, outer.name);
  if (outer.credentials && ClassifyName(member.key).strength == NameStrength::kNone) {
    Rename(inner, kCredentialMember);
  }
  if (known.is_sibling_value) {
    const std::string_view name = around.sibling();
    if (!name.empty()) return Rename(inner, name);
  }
  if (outer.facts == &kSilentName || outer.name.empty()) return;
  if (!member.is_scalar()) return NameInside(around, member, known, outer, inner);
  // values.schema.json: {adminPassword: {type: string, default: x}}
  if (known.wraps_value || (member.key == "default" && around.types_string())) {
    const std::string_view name = around.WrappedName(outer.name);
    if (!name.empty()) Rename(inner, name);
  } else if (outer.users && IsUserName(member.key) && IsPasswordOfUser(member.text)) {
    Rename(inner, kUserCredential);
  } else if (!outer.each.empty() && member.is_string() && LooksRandom(Measure(member.text))) {
    Rename(inner, outer.each);
  }
}

// DB_PASSWORD: {type: Literal, literal: {value: x}}; secrets: {default: [x]}
void FieldWalker::NameInside(Surroundings& around, const Node& member,
                             const NameTable::Member& known, const Scope& outer, Scope& inner) {
  const bool texts = member.is_sequence() && member.first != nullptr && member.first->is_string();
  if (member.is_mapping() && known.wraps_value) {
    const std::string_view name = around.WrappedName(outer.name);
    if (!name.empty()) Rename(inner, name);
  } else if (!outer.each.empty() && texts && LooksRandom(Measure(member.first->text))) {
    Rename(inner, outer.each);
  }
}

void FieldWalker::VisitSequence(const Node& node, const Scope& scope) {
  int32_t index = 0;
  const bool texts = node.first != nullptr && node.first->is_string();
  const std::string_view name = texts ? NameOfItems(scope.name) : scope.name;
  for (const Node& item : node.children()) {
    Scope inner = scope;
    inner.frame = leaves_.AddItem(scope.frame, index++, item);
    if (name.size() != scope.name.size() && item.is_scalar()) Rename(inner, name);
    const size_t leaves = leaves_.size();
    Visit(item, inner);
    if (scope.place == Place::kHeader && item.is_string() && leaves_.size() > leaves) {
      AddHeader(leaves_[leaves]);
    }
  }
}

// headers: ["x-api-key:x"] of Kong
void FieldWalker::AddHeader(const Leaf& header) {
  constexpr CharClass kOfNames("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
  const size_t colon = kOfNames.FindOther(header.text);
  if (colon == 0 || colon == header.text.size() || header.text[colon] != ':') return;
  AddPart(header, header.text.substr(0, colon), Trim(header.text.substr(colon + 1)));
}

void FieldWalker::VisitMetadata(const Node& metadata, const Scope& scope) {
  if (!metadata.is_mapping()) return;
  for (const Node& member : metadata.children()) {
    const NameTable::Member& known = names_.Find(member.key, scope.state);
    if (known.step.use.meaning == Meaning::kIgnored) continue;
    Scope inner = scope;
    inner.frame = leaves_.AddMember(scope.frame, member.key);
    inner.name = member.key;
    inner.facts = known.facts;
    inner.state = known.step.next;
    inner.reference = member.key != "annotations";
    inner.place = Place::kAnnotation;
    if (member.key == "annotations" && member.is_mapping()) {
      VisitAnnotations(member, inner);
    } else if (member.key == "labels" && member.is_mapping()) {
      VisitLabels(member, inner);
    } else {
      Visit(member, inner);
    }
  }
}

void FieldWalker::VisitAnnotations(const Node& annotations, const Scope& scope) {
  for (const Node& annotation : annotations.children()) {
    Scope inner = scope;
    inner.frame = leaves_.AddMember(scope.frame, annotation.key);
    const size_t slash = annotation.key.rfind('/');
    inner.name =
        slash == std::string_view::npos ? annotation.key : annotation.key.substr(slash + 1);
    const NameTable::Member& known = names_.Find(inner.name, kAnyObject);
    inner.facts = known.facts;
    inner.reference = annotation.key.starts_with("checksum/") || inner.name == "checksum" ||
                      known.step.use.role == Role::kProse;
    if (annotation.key == kLastApplied) Rename(inner, kLastApplied);
    Visit(annotation, inner);
  }
}

void FieldWalker::VisitLabels(const Node& labels, const Scope& scope) {
  for (const Node& label : labels.children()) {
    Scope inner = scope;
    inner.frame = leaves_.AddMember(scope.frame, label.key);
    const size_t slash = label.key.rfind('/');
    Rename(inner, slash == std::string_view::npos ? label.key : label.key.substr(slash + 1));
    inner.reference = !IsCredentialLabel(inner.facts, label);
    Visit(label, inner);
  }
}

void FieldWalker::VisitConfiguration(const Node& data, const Scope& scope) {
  for (const Node& entry : data.children()) {
    Scope inner = scope;
    inner.frame = leaves_.AddMember(scope.frame, entry.key);
    Rename(inner, entry.key);
    inner.place = Place::kConfig;
    Visit(entry, inner);
  }
}

void FieldWalker::VisitCommandLine(const Node* program, const Node& words, const Scope& scope) {
  CommandReader command;
  TakeFirstWords(program, command);
  int32_t index = 0;
  std::string_view flag;  // the flag before this word, waiting for its value
  for (const Node& word : words.children()) {
    Scope inner = scope;
    inner.frame = leaves_.AddItem(scope.frame, index++, std::string_view());
    inner.place = Place::kArgument;
    Rename(inner, IsOption(word.text, flag) ? std::string_view() : flag);
    flag = {};
    if (!word.is_scalar()) {
      inner.place = scope.place;
      Visit(word, inner);
      continue;
    }
    const std::string_view credential = command.Take(word.text);
    const bool whole = !credential.empty() && credential.size() == word.text.size();
    if (whole) Rename(inner, kCommandCredential);
    const size_t leaves = leaves_.size();
    AddScalar(word, inner);
    if (!credential.empty() && !whole && leaves_.size() > leaves) {
      AddPart(leaves_[leaves], kCommandCredential, credential);
      continue;
    }
    if (!word.text.starts_with('-')) continue;
    const size_t equals = word.text.find('=');
    if (equals == std::string_view::npos) {
      const size_t name = word.text.find_first_not_of('-');
      if (name != std::string_view::npos) flag = word.text.substr(name);
    } else if (leaves_.size() > leaves) {
      // --flag=value
      const size_t name = word.text.find_first_not_of('-');
      if (name < equals) {
        AddPart(leaves_[leaves], word.text.substr(name, equals - name),
                word.text.substr(equals + 1));
      }
    }
  }
}

// A part of the last leaf, a leaf of its own.
void FieldWalker::AddPart(Leaf value, std::string_view name, std::string_view text) {
  value.name = name;
  value.facts = names_.Facts(value.name);
  value.text = text;
  value.origin = static_cast<int32_t>(leaves_.size()) - 1;
  value.slice = true;
  leaves_.Add(value);
}

void FieldWalker::Rename(Scope& scope, std::string_view name) {
  scope.name = name;
  scope.facts = names_.Facts(name);
}

void FieldWalker::AddScalar(const Node& node, const Scope& scope) {
  if (node.kind == NodeKind::kNull || node.kind == NodeKind::kBool || node.text.empty()) return;
  Leaf leaf;
  leaf.text = node.text;
  leaf.name = scope.name;
  leaf.facts = scope.facts;
  leaf.position = {
      node.position.line + nested_.line,
      node.position.column + nested_.indent + (node.position.line == 1 ? nested_.column : 0)};
  leaf.frame = scope.frame;
  leaf.origin = nested_.origin;
  leaf.place = scope.place;
  leaf.depth = nested_.depth;
  leaf.reference = scope.reference || (test_suite_ && !LooksRandom(Measure(node.text)));
  leaf.block = node.style == ScalarStyle::kLiteral || node.style == ScalarStyle::kFolded;
  if (leaf.block) leaf.indent = static_cast<uint16_t>(node.indent + nested_.indent);
  leaf.quoted = node.style != ScalarStyle::kPlain && !leaf.block;
  leaves_.Add(leaf);
}

}  // namespace keysteward::detection
