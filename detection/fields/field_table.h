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

// What a member's items are.
enum class Role : uint8_t {
  kPlain,
  kProse,
  kCommandLine,
  kEnvironment,
  kParameters,
  kHeaders,
  kCredentials
};

struct FieldUse {
  Meaning meaning = Meaning::kLiteral;
  Role role = Role::kPlain;
};

// Of member `name` of an object of `kind`, `depth` levels below the root (1 = root member). The
// meaning holds for everything below that member too.
FieldUse UseOf(std::string_view kind, std::string_view name, int depth);

// Of a member that holds an object: passwordSecret {secretName, password} says where to look.
bool IsReferenceObject(std::string_view name);

// Text for people: only providers' formats count in it.
bool IsProse(std::string_view name);

}  // namespace keysteward::detection
