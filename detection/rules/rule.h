// Rule: what one provider's credential looks like, as data; RuleSet: all of them.
//
// Immutable after loading. The format of the files is described in docs/detector-rules.md.
//
//   KS_ASSIGN_OR_RETURN(const RuleSet rules, BuiltInRules());
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/rules/embedded_rules.h"
#include "detection/values/confidence.h"

namespace keysteward::detection {

// A check beyond the pattern; see detection/engine/validators.h.
enum class Validator : uint8_t {
  kNone,
  kCrc32Base62,    // last six characters are the CRC-32 of the rest after the prefix
  kJwt,            // header and payload are JSON
  kPem,            // the text after the banner is base64 or encrypted key material
  kAwsKeyId,       // decodes to an account number
  kRandom,         // the secret part reads like random characters
  kUrlPassword,    // the user information holds a password
  kUserPassword,   // base64 of user:password
  kBase64Binary,   // base64 of bytes that are no text
  kPrivateKeyDer,  // base64 of a private key's ASN.1
  kDiscordId,      // the first part is a number in base64
  kBech32,         // the last six characters are the checksum of BIP 173
};

enum class CharacterClass : uint8_t { kUpper, kLower, kDigit, kSpecial };

struct Rule {
  std::string id;        // "github-pat"; unique
  std::string provider;  // "GitHub"
  std::string pattern;   // RE2; group 1, if any, is the credential
  // Literals of which one is in every match; lower case. Empty for rules found by name.
  std::vector<std::string> keywords;
  // For values without a telling form: words of which one is in the name beside the value; lower
  // case, no separators; "=word" is the whole name. The pattern must then match the whole value.
  std::vector<std::string> names;
  Validator validator = Validator::kNone;
  Confidence confidence = Confidence::kHigh;
  bool free_start = false;                       // may begin in the middle of a word
  double minimum_entropy = 0;                    // bits per character of the credential
  std::vector<CharacterClass> required_classes;  // one character of each
  std::string exclude;                           // RE2: a credential in which it is found is none
  std::string remediation;
  std::vector<std::string> examples;
  std::vector<std::string> counterexamples;
  // Whose rule it is: empty for one that always counts; else it counts in scans that name its
  // scope.
  std::string scope;
  bool literal_examples = false;  // as they stand; else templates, see example.h
  uint32_t line = 0;              // in its file; 0 for built-in rules

  bool by_name() const { return !names.empty(); }
};

struct RuleSet {
  std::vector<Rule> rules;

  const Rule* Find(std::string_view id) const;
};

// Names as rule files write them, "" for none.
std::string_view ValidatorName(Validator validator);

// Errors: kInvalidArgument "file:line: what is wrong". Anchors, aliases, unknown keys and repeated
// ids are refused.
Result<RuleSet> LoadRules(std::span<const RuleFile> files);

}  // namespace keysteward::detection
