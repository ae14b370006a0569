// FieldData: the field table as flat arrays, compiled from detection/fields/**.yaml when the
// project is built (detection/fields/compiler/) and embedded as read-only data.
//
// Plain values; texts are places in one string, so that nothing is relocated or built at start.
//
//   const FieldData& data = BuiltInFieldData();
#pragma once

#include <cstdint>
#include <span>
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
  kText,  // the meaning is that of a text; an object there is none
  kCommandLine,
  kEnvironment,
  kParameters,
  kHeaders,
  kCredentials,
  kConfiguration,
};

struct FieldUse {
  Meaning meaning = Meaning::kLiteral;
  Role role = Role::kPlain;
  friend bool operator==(const FieldUse&, const FieldUse&) = default;
};

// Where a walk stands: the type, or the place in a third-party kind, whose members come next. Lists
// are transparent: an item stands where its list does.
using FieldState = uint16_t;
inline constexpr FieldState kAnyObject = 0;   // nothing is known: names alone tell
inline constexpr FieldState kRootObject = 1;  // the same, of an object with apiVersion and kind

struct FieldStep {
  FieldUse use;
  FieldState next = kAnyObject;
  friend bool operator==(const FieldStep&, const FieldStep&) = default;
};

struct FieldData {
  struct Text {
    uint32_t at = 0;  // in `text`
    uint32_t size = 0;
    friend bool operator==(const Text&, const Text&) = default;
  };
  struct Member {
    Text name;
    FieldStep step;
    friend bool operator==(const Member&, const Member&) = default;
  };
  // Members sorted by name; any other name is `other` when there is one, else is asked of
  // `fallback`.
  struct State {
    uint32_t first = 0;
    uint32_t count = 0;
    FieldState fallback = kAnyObject;
    bool has_other = false;
    FieldStep other;
    friend bool operator==(const State&, const State&) = default;
  };
  // Sorted by kind; of one name, the one that a document without apiVersion means comes first. An
  // empty version stands for all.
  struct Kind {
    Text kind;
    Text group;
    Text version;
    FieldState state = kRootObject;
    friend bool operator==(const Kind&, const Kind&) = default;
  };
  struct Ending {
    Text end;
    FieldUse use;
    friend bool operator==(const Ending&, const Ending&) = default;
  };

  std::string_view text;
  std::span<const Member> members;
  std::span<const State> states;
  std::span<const Kind> kinds;
  std::span<const Ending> endings;  // of longer names that no member list has
  std::span<const Text>
      object_ends;  // of members that, when they hold an object, say where to look

  std::string_view Of(Text part) const { return text.substr(part.at, part.size); }
};

const FieldData& BuiltInFieldData();

}  // namespace keysteward::detection
