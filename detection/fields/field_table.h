// What the fields of Kubernetes objects mean to a scanner, by name.
//
// A field is literal unless this table says otherwise; names that mean one thing everywhere are
// listed once, kinds that differ are listed by kind.
#pragma once

#include <cstdint>
#include <string_view>

namespace keysteward::detection {

enum class Meaning : uint8_t {
  kLiteral,     // a value a person wrote
  kReference,   // names something else: a Secret, a path, an image; provider formats still count
  kSchema,      // text that describes fields
  kCiphertext,  // encrypted, or a public certificate
  kIgnored,     // bookkeeping, or the place where values belong
};

// The meaning of member `name` of an object of `kind`, `depth` levels below the root (1 = root
// member). It holds for everything below that member too.
Meaning MeaningOf(std::string_view kind, std::string_view name, int depth);

// Text for people: only providers' formats count in it.
bool IsProse(std::string_view name);
// Members whose items are the words of a command line.
bool IsCommandLine(std::string_view name);
bool IsEnvironment(std::string_view name);
bool IsParameterList(std::string_view name);
bool IsHeaderList(std::string_view name);

}  // namespace keysteward::detection
