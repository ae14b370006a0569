#include <algorithm>

#include "api/v1alpha1/internal/checks.h"
#include "api/v1alpha1/managed_credential_validation.h"
#include "common/strings.h"

namespace keysteward::api::v1alpha1 {

using internal::Checks;

namespace {

const IssuerParameter* Find(const std::vector<IssuerParameter>& declared, const std::string& name) {
  const auto found = std::find_if(declared.begin(), declared.end(),
                                  [&](const IssuerParameter& item) { return item.name == name; });
  return found == declared.end() ? nullptr : &*found;
}

std::string Known(const std::vector<IssuerParameter>& declared) {
  if (declared.empty()) return "it declares none";
  std::vector<std::string> names;
  for (const IssuerParameter& parameter : declared) names.push_back(parameter.name);
  return "it declares " + Join(names, ", ");
}

void CheckValue(Checks& checks, const IssuerParameter& parameter, const std::string& value,
                const PatternMatcher& matches) {
  if (parameter.pattern) {
    const Result<bool> found = matches(*parameter.pattern, value);
    if (!found) {
      checks.Require(parameter.name, false,
                     "cannot be judged: the issuer's pattern is invalid: " + found.error().message);
      return;
    }
    checks.Require(parameter.name, *found, "must match the issuer's pattern " + *parameter.pattern);
  }
  const std::vector<std::string>& allowed = parameter.enum_values;
  checks.Require(
      parameter.name,
      allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end(),
      "must be one of " + Join(allowed, ", "));
}

}  // namespace

FieldErrors ValidateParameters(const ManagedCredentialSpec& spec,
                               const std::vector<IssuerParameter>& declared,
                               const PatternMatcher& matches) {
  Checks checks("spec.parameters");
  for (const auto& [name, value] : spec.parameters) {
    const IssuerParameter* parameter = Find(declared, name);
    if (parameter == nullptr) {
      checks.Require(
          name, false,
          "is not a parameter of issuer " + spec.issuer_ref.name + ": " + Known(declared));
      continue;
    }
    CheckValue(checks, *parameter, value, matches);
  }
  for (const IssuerParameter& parameter : declared) {
    checks.Require(parameter.name, !parameter.required || spec.parameters.contains(parameter.name),
                   "is required by issuer " + spec.issuer_ref.name + ": set it");
  }
  return checks.Take();
}

}  // namespace keysteward::api::v1alpha1
