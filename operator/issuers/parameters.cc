#include "operator/issuers/parameters.h"

#include "api/v1alpha1/managed_credential_validation.h"
#include "detection/engine/pattern.h"

namespace keysteward::op {
namespace {

constexpr size_t kMaxShown = 3;

}  // namespace

std::string RefusedParameters(const api::v1alpha1::ManagedCredentialSpec& spec,
                              const Issuer& issuer) {
  const api::v1alpha1::FieldErrors errors =
      api::v1alpha1::ValidateParameters(spec, issuer.parameters(), detection::PatternFound);
  if (errors.empty()) return "";
  std::string text;
  for (size_t i = 0; i < errors.size() && i < kMaxShown; ++i) text += errors[i].ToString() + "; ";
  return text + "correct spec.parameters, or the parameters of " +
         std::string(EnumName(spec.issuer_ref.kind)) + " " + spec.issuer_ref.name;
}

}  // namespace keysteward::op
