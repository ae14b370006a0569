// Suspicion: a piece of a leaf that one matcher accuses; the engine merges them into Findings.
#pragma once

#include <string_view>

#include "detection/fields/leaf.h"
#include "detection/rules/rule.h"

namespace keysteward::detection {

struct Suspicion {
  size_t leaf = 0;             // index in the LeafList
  const Rule* rule = nullptr;  // nullptr: the name alone
  std::string_view value;      // the credential; part of the leaf's text
  Confidence confidence = Confidence::kLow;
  std::string_view proof;  // constant text: what the validator or the statistics said
  bool named = false;      // the name beside it says credential
  bool live = false;       // a Tripwire knows it
};

}  // namespace keysteward::detection
