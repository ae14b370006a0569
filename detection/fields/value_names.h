// Value names: what a value is called by what stands around it: the name beside it, the path of the
// patch that sets it, the field that wraps it, the list it is in.
//
// The names are parts of the tree.
//
//   Surroundings({name: API_KEY, value: x}).sibling()                     // API_KEY
//   Surroundings({op: add, path: /data/DB_PASSWORD, value: x}).patched()  // DB_PASSWORD
//   NameOfItems("apiTokens")                                              // apiToken
#pragma once

#include <string_view>

#include "detection/reader/node.h"

namespace keysteward::detection {

// Whether a member stands beside its name: value, default.
bool IsSiblingValue(std::string_view member);
// Whether a member of that name holds what its owner is called: password: {inline: x}.
bool WrapsValue(std::string_view member);
// Whether an object holds its value, or its credentials, itself instead of saying where they are.
bool HoldsItsValue(const Node& object);
// What stands in one mapping. Looked for when the first member asks, and once: a mapping may hold a
// member of one name a thousand times.
class Surroundings {
 public:
  // `mapping` outlives it.
  explicit Surroundings(const Node& mapping) : mapping_(mapping) {}

  // The name beside a value: {name, value}, {key, value}, {name, default} and the like; or "".
  std::string_view sibling();
  // The member that an operation of a JSON patch (RFC 6902) sets; "" for any other mapping, and
  // where no credential stands: in labels and checksums.
  std::string_view patched();
  // What a wrapped value is called: its owner's name, or its type where that says more, as in
  // credentials: [{type: password, value: x}]; "" when neither says credential.
  std::string_view WrappedName(std::string_view owner);
  // The member called command, or nullptr.
  const Node* command();
  // {key, value, encrypted: true}: the value is ciphertext.
  bool encrypted();
  // A schema's {type: string, …}.
  bool types_string();
  // {secret: wdp-db2, key: password}: a Secret, and which of its entries.
  bool names_an_entry();

 private:
  void Look();

  const Node& mapping_;
  bool looked_ = false;
  std::string_view sibling_;
  std::string_view patched_;
  std::string_view type_;
  const Node* command_ = nullptr;
  bool encrypted_ = false;
  bool names_an_entry_ = false;
};

// What each item of a list is called: apiTokens: [a, b] are API tokens. Lists called secrets or
// keys are lists of names.
std::string_view NameOfItems(std::string_view list);

// What each member of a mapping is called whose own name says nothing: apiTokens: {ci: x}; "" when
// the mapping's name says nothing either. Settings stand among them, so only of random values.
std::string_view NameOfMembers(std::string_view mapping);

// jwt: {key: …}: a member called key of these is no index.
bool KeepsItsKey(std::string_view owner);

}  // namespace keysteward::detection
