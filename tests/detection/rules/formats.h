// Formats: for every built-in rule, values it must find and values that are one step away from its
// form and that it must leave alone.
//
// Written apart from the rule files, so that a rule cannot be widened or narrowed unnoticed. Values
// are templates (see samples.h): no file of the project holds a key.
#pragma once

#include <string>
#include <vector>

namespace keysteward::detection {

struct Format {
  std::string rule;
  std::string name;  // beside the value: a rule by name needs it, for the others it is dull
  std::vector<std::string> found;
  // "@other value" stands under the name "other".
  std::vector<std::string> left_alone;
};

// One list for each file of detection/rules.
std::vector<Format> AiFormats();
std::vector<Format> CloudFormats();
std::vector<Format> GenericFormats();
std::vector<Format> MessagingFormats();
std::vector<Format> ObservabilityFormats();
std::vector<Format> PaymentsFormats();
std::vector<Format> SaasFormats();
std::vector<Format> SourceControlFormats();

}  // namespace keysteward::detection
