#include "operator/installation/default_policy.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/credential_policy_validation.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialPolicy;
using api::v1alpha1::PolicyAction;

class DefaultPolicy : public testing::Test {
 protected:
  CredentialPolicy Read() {
    const auto object = server.Get(resource, {"", "default"}, {});
    EXPECT_TRUE(object) << object.error().ToString();
    return *api::Decode<CredentialPolicy>(*object);
  }
  size_t Writes() {
    return server.CallCount("create", "credentialpolicies.keysteward.dev") +
           server.CallCount("patch", "credentialpolicies.keysteward.dev");
  }

  const api::Resource& resource = api::KindOf<CredentialPolicy>::resource;
  FakeClock clock;
  FakeRandom random;
  kube::FakeApiServer server{clock, random};
};

TEST_F(DefaultPolicy, IsMadeWithTheValuesOfTheBuiltInDefault) {
  const auto made = EnsureDefaultPolicy(server, {});
  ASSERT_TRUE(made) << made.error().ToString();
  EXPECT_TRUE(*made);
  EXPECT_EQ(Read().spec, api::v1alpha1::CredentialPolicySpec());
  EXPECT_TRUE(Validate(Read()).empty()) << "our own webhook takes it";
}

TEST_F(DefaultPolicy, OneThatStandsIsNotWrittenAgain) {
  ASSERT_TRUE(EnsureDefaultPolicy(server, {}));
  const size_t writes = Writes();
  EXPECT_FALSE(*EnsureDefaultPolicy(server, {}));
  EXPECT_EQ(Writes(), writes);
}

TEST_F(DefaultPolicy, OneThatWasChangedStaysAsItIs) {
  ASSERT_TRUE(EnsureDefaultPolicy(server, {}));
  ASSERT_TRUE(server.Patch(resource, {"", "default"}, kube::PatchType::kMerge,
                           {{"spec", {{"action", "Audit"}}}}, {}, {}));
  EXPECT_FALSE(*EnsureDefaultPolicy(server, {}));
  EXPECT_EQ(Read().spec.action, PolicyAction::kAudit);
}

TEST_F(DefaultPolicy, OfTwoThatTryAtOnceBothSucceed) {
  server.FailNext("create", "credentialpolicies.keysteward.dev",
                  Error::Make(ErrorCode::kAlreadyExists, "exists"), kube::CallPhase::kBefore);
  const auto made = EnsureDefaultPolicy(server, {});
  ASSERT_TRUE(made);
  EXPECT_FALSE(*made);
}

TEST_F(DefaultPolicy, AFailureNamesThePolicyAndWritesNothing) {
  server.FailNext("get", "credentialpolicies.keysteward.dev", Error::PermissionDenied("no"),
                  kube::CallPhase::kBefore);
  EXPECT_EQ(EnsureDefaultPolicy(server, {}).error().message, "read CredentialPolicy default: no");
  EXPECT_EQ(Writes(), 0u);
  server.FailNext("create", "credentialpolicies.keysteward.dev", Error::Unavailable("webhook"),
                  kube::CallPhase::kBefore);
  EXPECT_EQ(EnsureDefaultPolicy(server, {}).error().message,
            "create CredentialPolicy default: webhook");
}

}  // namespace
}  // namespace keysteward::op
