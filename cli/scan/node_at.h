// NodeAt: the node that a finding's path names, in the object it was found in.
//
//   const Node* value = NodeAt(object, "spec.containers[0].env[2].value");
#pragma once

#include <string_view>
#include <vector>

#include "detection/reader/node.h"

namespace keysteward::cli {

// Of a path with '#' the outer part counts. nullptr when the path cannot be followed, as when a
// member's name was not printed in full.
const detection::Node* NodeAt(const detection::Node& object, std::string_view path);

// All nodes on the way, from `object` to the one that is named; empty when it is not found.
std::vector<const detection::Node*> NodesTo(const detection::Node& object, std::string_view path);

// The line of a finding inside `leaf`, from 0: which line of a longer text it is in.
uint32_t LineInside(const detection::Node& leaf, detection::Position finding);
// The byte of `leaf`'s text that a finding begins at; near it when the text has escapes.
size_t OffsetInside(const detection::Node& leaf, detection::Position finding);
// The other way round: the place of that line of a text in a file.
detection::Position PlaceInside(const detection::Node& leaf, uint32_t line);

}  // namespace keysteward::cli
