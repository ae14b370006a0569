// FieldWalker: an object's tree to the Leaves that could hold a credential.
//
// Knows fields by the field table and shapes by form: name/value siblings, header lists, command
// lines, environments, wherever they stand. Secret values, schema text and ciphertext give
// no leaf; fields that name something give a leaf marked `reference`. Not thread-safe.
//
//   FieldWalker(leaves, names).WalkObject(root);
#pragma once

#include "detection/fields/leaf.h"
#include "detection/fields/name_table.h"
#include "detection/fields/value_names.h"

namespace keysteward::detection {

// Where a nested document stands in the outer one.
struct NestedIn {
  int32_t frame = -1;
  int32_t origin = -1;
  uint8_t depth = 0;
  Place place = Place::kField;
  uint32_t line = 0;    // added to the nested lines
  uint32_t column = 0;  // added to the columns of the first nested line
  uint16_t indent = 0;  // added to the columns of every nested line
};

class FieldWalker {
 public:
  FieldWalker(LeafList& leaves, NameTable& names) : leaves_(leaves), names_(names) {}

  // A Kubernetes object; `nested` when it was found inside a text (a last-applied annotation).
  void WalkObject(const Node& object, const NestedIn& nested = {});
  // Any other structured text.
  void WalkNested(const Node& root, const NestedIn& nested);

 private:
  struct Scope {
    int32_t frame = -1;
    Place place = Place::kField;
    std::string_view name = {};  // what a scalar here is called
    const NameFacts* facts = nullptr;
    bool reference = false;
    bool credentials = false;       // every member here is one
    bool users = false;             // every member here is a user's
    std::string_view each = {};     // what every member here is called: apiTokens: {ci: x}
    FieldState state = kAnyObject;  // whose members come next
  };

  void Visit(const Node& node, const Scope& scope);
  void VisitMapping(const Node& node, const Scope& scope);
  void VisitMember(Surroundings& around, const Node& member, const Scope& scope);
  static bool IsKeyOfCredential(const Scope& owner, const Node& member);
  // Calls `inner`, the values of a member, what stands around it says they are.
  void NameByPlace(Surroundings& around, const Node& member, const NameTable::Member& known,
                   const Scope& outer, Scope& inner);
  void NameInside(Surroundings& around, const Node& member, const NameTable::Member& known,
                  const Scope& outer, Scope& inner);
  void VisitSequence(const Node& node, const Scope& scope);
  void AddHeader(const Leaf& header);
  void VisitMetadata(const Node& metadata, const Scope& scope);
  void VisitAnnotations(const Node& annotations, const Scope& scope);
  void VisitLabels(const Node& labels, const Scope& scope);
  void VisitConfiguration(const Node& data, const Scope& scope);
  // `program`: the words before these, as a `command` before its `args`; may be nullptr.
  void VisitCommandLine(const Node* program, const Node& words, const Scope& scope);
  // Calls the scope's values `name`.
  void Rename(Scope& scope, std::string_view name);
  void AddScalar(const Node& node, const Scope& scope);
  void AddPart(Leaf value, std::string_view name, std::string_view text);

  LeafList& leaves_;
  NameTable& names_;
  NestedIn nested_;
  bool test_suite_ = false;
  bool tags_count_ = false;  // tags of a program's own say something: not to the API server
};

// What a user's value among users is called: alice would say nothing.
inline constexpr std::string_view kUserCredential = "users.token";
// The annotation kubectl keeps its last applied object in.
inline constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

}  // namespace keysteward::detection
