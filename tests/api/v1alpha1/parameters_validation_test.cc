// spec.parameters against what the issuer declares.
#include <gtest/gtest.h>

#include "api/v1alpha1/managed_credential_validation.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/managed_credential_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::ManagedCredentialBuilder;

class Parameters : public testing::Test {
 protected:
  std::string Check(const std::map<std::string, std::string>& parameters) {
    ManagedCredentialSpec spec = ManagedCredentialBuilder().Build().spec;
    spec.parameters = parameters;
    return Text(ValidateParameters(spec, declared_, matcher_));
  }

  std::vector<IssuerParameter> declared_ = {{"scope", true, "^[a-z]+$", {}},
                                            {"tier", false, std::nullopt, {"gold", "silver"}}};
  // Stands for the engine of a higher layer: lower case letters only.
  PatternMatcher matcher_ = [](const std::string&, const std::string& value) -> Result<bool> {
    return value.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
  };
};

TEST_F(Parameters, WhatTheIssuerDeclaresIsAccepted) {
  EXPECT_EQ(Check({{"scope", "read"}}), "");
  EXPECT_EQ(Check({{"scope", "read"}, {"tier", "gold"}}), "");
}

TEST_F(Parameters, UnknownOnesAreAnsweredWithTheDeclaredOnes) {
  EXPECT_EQ(Check({{"scope", "read"}, {"scop", "read"}}),
            "spec.parameters.scop: is not a parameter of issuer stripe: it declares scope, tier\n");
  declared_.clear();
  EXPECT_EQ(Check({{"scope", "read"}}),
            "spec.parameters.scope: is not a parameter of issuer stripe: it declares none\n");
}

TEST_F(Parameters, RequiredOnesAreMissed) {
  EXPECT_EQ(Check({}), "spec.parameters.scope: is required by issuer stripe: set it\n");
}

TEST_F(Parameters, ValuesMustMatch) {
  EXPECT_EQ(Check({{"scope", "Read!"}, {"tier", "bronze"}}),
            "spec.parameters.scope: must match the issuer's pattern ^[a-z]+$\n"
            "spec.parameters.tier: must be one of gold, silver\n");
}

TEST_F(Parameters, AnInvalidPatternNeverReadsAsAMatch) {
  matcher_ = [](const std::string&, const std::string&) -> Result<bool> {
    return Error::InvalidArgument("missing ]");
  };
  EXPECT_EQ(Check({{"scope", "read"}}),
            "spec.parameters.scope: cannot be judged: the issuer's pattern is invalid: missing "
            "]\n");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
