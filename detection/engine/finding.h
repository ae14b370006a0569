// Finding: a place in an object where a credential stands, and why we think so. Never the value.
//
//   finding.path        "spec.template.spec.containers[0].env[2].value"
//   finding.reasons     {"Stripe live secret key format", "the name STRIPE_API_KEY says
//   credential"}
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detection/fields/leaf.h"
#include "detection/fields/object_identity.h"
#include "detection/reader/node.h"
#include "detection/rules/rule.h"

namespace keysteward::detection {

// How long the value is; the exact length would help a guesser.
enum class LengthClass : uint8_t { kShort, kMedium, kLong };  // < 16, < 64, longer

std::string_view LengthClassName(LengthClass length);

struct Finding {
  std::string rule;      // "stripe-secret-key", or a generic one: "named-credential"
  std::string provider;  // "Stripe"; "" for generic rules
  Confidence confidence = Confidence::kLow;
  std::vector<std::string> reasons;
  std::string path;         // nested texts: outer path + '#' + inner path
  std::string stable_path;  // list items by name, for comparing two versions of an object
  std::string name;         // the name beside the value, fit for output; may be empty
  Position position;        // 0:0 when unknown
  std::string fingerprint;  // of the place, see Fingerprint()
  LengthClass length = LengthClass::kShort;
  std::string fix;  // what to do at the provider
  Place place = Place::kField;
  bool in_last_applied = false;

  // SHA-256 of the value, to compare two versions of one object inside one process. A weak password
  // could be found from it: it must never leave the process.
  std::array<uint8_t, 32> value_digest{};
};

// First 16 hex digits of SHA-256(rule, group/kind, namespace, name, path): names a place, holds
// nothing of the value, and is the same in CI and in the cluster.
std::string Fingerprint(const ObjectIdentity& object, std::string_view rule, std::string_view path);

}  // namespace keysteward::detection
