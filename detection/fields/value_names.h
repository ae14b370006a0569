// Value names: what a value is called by what stands around it: the name beside it, the path of the
// patch that sets it, the field that wraps it, the list it is in.
//
// Pure functions; the names are parts of the tree.
//
//   SiblingName({name: API_KEY, value: x})                          // API_KEY
//   PatchedName({op: add, path: /data/DB_PASSWORD, value: x})       // DB_PASSWORD
//   NameOfItems("apiTokens")                                        // apiToken
#pragma once

#include <string_view>

#include "detection/reader/node.h"

namespace keysteward::detection {

// Whether a member stands beside its name: value, default.
bool IsSiblingValue(std::string_view member);
// The name beside a value: {name, value}, {key, value}, {name, default} and the like; or "".
std::string_view SiblingName(const Node& mapping);

// Whether a member of that name holds what its owner is called: password: {inline: x}.
bool WrapsValue(std::string_view member);
// Whether an object holds its value itself instead of saying where it is.
bool HoldsItsValue(const Node& object);
// What a wrapped value is called: its owner's name, or its type where that says more, as in
// credentials: [{type: password, value: x}]; "" when neither says credential.
std::string_view WrappedName(std::string_view owner, const Node& mapping);

// The member that an operation of a JSON patch (RFC 6902) sets; "" for any other mapping.
std::string_view PatchedName(const Node& operation);

// What each item of a list is called: apiTokens: [a, b] are API tokens. Lists called secrets or
// keys are lists of names.
std::string_view NameOfItems(std::string_view list);

// What each member of a mapping is called whose own name says nothing: apiTokens: {ci: x}; "" when
// the mapping's name says nothing either. Settings stand among them, so only of random values.
std::string_view NameOfMembers(std::string_view mapping);

// jwt: {key: …}: a member called key of these is no index.
bool KeepsItsKey(std::string_view owner);

}  // namespace keysteward::detection
