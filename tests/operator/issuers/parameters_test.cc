#include "operator/issuers/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/builders/managed_credential_builder.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"
#include "tests/operator/simulation/fake_provider.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::IssuerParameter;
using builders::ManagedCredentialBuilder;
using testing::HasSubstr;

class Parameters : public testing::Test {
 protected:
  std::string Refused(const ManagedCredentialBuilder& credential) {
    return RefusedParameters(credential.Build().spec, provider);
  }
  ManagedCredentialBuilder WithScope(const std::string& scope) {
    return ManagedCredentialBuilder("stripe-live").WithParameter("scope", scope);
  }

  FakeClock clock;
  FakeRandom random;
  FakeProvider provider{clock, random};
};

TEST_F(Parameters, ThoseTheIssuerDeclaresAreTaken) {
  provider.declared = {{.name = "scope", .required = true, .pattern = "^[a-z:]+$"},
                       {.name = "tier", .enum_values = {"gold", "silver"}}};
  EXPECT_EQ(Refused(WithScope("charges:write")), "");
  EXPECT_EQ(Refused(WithScope("charges:write").WithParameter("tier", "gold")), "");
}

TEST_F(Parameters, NoneAreTakenWhereNoneAreDeclared) {
  EXPECT_EQ(Refused(ManagedCredentialBuilder("stripe-live")), "");
}

TEST_F(Parameters, OneThatIsNotDeclaredIsRefusedWithWhatIs) {
  provider.declared = {{.name = "tier"}};
  EXPECT_THAT(Refused(WithScope("x")),
              HasSubstr("spec.parameters.scope: is not a parameter of issuer stripe: it declares "
                        "tier"));
}

TEST_F(Parameters, AMissingOneIsRefusedWithFieldAndWayOut) {
  provider.declared = {{.name = "scope", .required = true}};
  EXPECT_EQ(Refused(ManagedCredentialBuilder("stripe-live")),
            "spec.parameters.scope: is required by issuer stripe: set it; correct spec.parameters, "
            "or the parameters of CredentialIssuer stripe");
}

TEST_F(Parameters, AValueOutsidePatternOrListIsRefused) {
  provider.declared = {{.name = "scope", .pattern = "^[a-z:]+$"}};
  EXPECT_THAT(Refused(WithScope("Charges")), HasSubstr("spec.parameters.scope: must match"));
  provider.declared = {{.name = "scope", .enum_values = {"read", "write"}}};
  EXPECT_THAT(Refused(WithScope("all")), HasSubstr("must be one of read, write"));
}

TEST_F(Parameters, AValueThatNobodyCanJudgeIsRefused) {
  provider.declared = {{.name = "scope", .pattern = "["}};
  EXPECT_THAT(Refused(WithScope("x")), HasSubstr("the issuer's pattern is invalid"));
}

TEST_F(Parameters, TheMessageStaysShortAndHoldsNoValue) {
  ManagedCredentialBuilder credential("stripe-live");
  for (int i = 0; i < 30; ++i) credential.WithParameter("p" + std::to_string(i), "hidden-value");
  const std::string message = Refused(credential);
  EXPECT_LT(message.size(), 400u);
  EXPECT_THAT(message, testing::Not(HasSubstr("hidden-value")));
}

}  // namespace
}  // namespace keysteward::op
