// The credential in a word that a program takes.
//
//   PartOf("admin:hunter2", CommandPart::kAfterColon) == "hunter2"
#pragma once

#include <string_view>

#include "detection/fields/command_table.h"

namespace keysteward::detection {

// "" when there is none, or a variable in its place. Quotes around the word are not part of it.
std::string_view PartOf(std::string_view word, CommandPart part);

// The password of user:password, where nothing but the form says so: it must read like one.
// --auth=ldap:optional is none.
std::string_view LoginIn(std::string_view word);

// Of what a program reads: passwd is told twice, and echo writes \n for a line's end.
std::string_view FirstLine(std::string_view input);

}  // namespace keysteward::detection
