#include "webhook/handlers/kinds_handler.h"

#include <gmock/gmock.h>

#include "tests/builders/admission_kind_builders.h"
#include "tests/builders/credential_issuer_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/webhook/handlers/kinds_handler_fixture.h"

namespace keysteward::webhook {
namespace {

using builders::CredentialExceptionBuilder;
using builders::CredentialIssuerBuilder;
using builders::CredentialPolicyBuilder;
using builders::ManagedCredentialBuilder;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(KindsHandlerTest, AWellFormedCredentialPassesAndAMissingIssuerIsWarnedAbout) {
  const json credential = ManagedCredentialBuilder().BuildJson();
  AdmissionResponse response = Created(credential);
  EXPECT_TRUE(response.allowed) << response.message;
  EXPECT_THAT(response.warnings,
              testing::ElementsAre("spec.issuerRef: there is no CredentialIssuer stripe yet; the "
                                   "credential waits for it"));
  cluster_.Put(cluster_.issuers, CredentialIssuerBuilder("stripe").Build());
  response = Created(credential);
  EXPECT_TRUE(response.allowed) << response.message;
  EXPECT_THAT(response.warnings, testing::IsEmpty());
}

TEST_F(KindsHandlerTest, AnIssuerOfAnotherNamespaceIsNoneOfOurs) {
  cluster_.Put(cluster_.issuers, CredentialIssuerBuilder("stripe").In("other").Build());
  EXPECT_EQ(Created(ManagedCredentialBuilder().BuildJson()).warnings.size(), 1u);
}

TEST_F(KindsHandlerTest, ParametersTheIssuerDoesNotDeclareAreRefused) {
  cluster_.Put(cluster_.issuers, CredentialIssuerBuilder("stripe").Build());
  const AdmissionResponse response =
      Created(ManagedCredentialBuilder().WithParameter("scoop", "charges").BuildJson());
  EXPECT_FALSE(response.allowed);
  EXPECT_EQ(response.reason, "Invalid");
  EXPECT_THAT(response.message, HasSubstr("spec.parameters"));
}

TEST_F(KindsHandlerTest, ASecretNameThatAnotherCredentialDeliversIsRefused) {
  cluster_.Put(cluster_.credentials,
               ManagedCredentialBuilder("first")
                   .With([](auto& credential) { credential.spec.delivery.secret_name = "shared"; })
                   .Build());
  const auto second = [](const std::string& space) {
    return ManagedCredentialBuilder("second")
        .In(space)
        .With([](auto& credential) { credential.spec.delivery.secret_name = "shared"; })
        .BuildJson();
  };
  EXPECT_EQ(Created(second("payments")).message,
            "spec.delivery.secretName: is delivered by ManagedCredential first already; choose "
            "another name");
  EXPECT_TRUE(Created(second("other")).allowed);
}

TEST_F(KindsHandlerTest, WhatValidationFindsIsSaidInAtMostThreeLines) {
  json credential = ManagedCredentialBuilder().BuildJson();
  credential["spec"]["purpose"] = "x";
  credential["spec"]["lifetime"] = "1s";
  credential["spec"]["owner"] = {{"team", ""}, {"contact", ""}};
  const AdmissionResponse response = Created(credential);
  EXPECT_FALSE(response.allowed);
  EXPECT_EQ(response.reason, "Invalid");
  EXPECT_EQ(std::count(response.message.begin(), response.message.end(), '\n'), 2);
  EXPECT_THAT(response.message, HasSubstr("spec.owner"));
}

TEST_F(KindsHandlerTest, AWrongTypeIsTheAuthorsMistakeAndNamesTheField) {
  json credential = ManagedCredentialBuilder().BuildJson();
  credential["spec"]["lifetime"] = 7;
  const AdmissionResponse response = Created(credential);
  EXPECT_FALSE(response.allowed);
  EXPECT_EQ(response.reason, "Invalid");
  EXPECT_THAT(response.message, HasSubstr("spec.lifetime"));
}

TEST_F(KindsHandlerTest, ImmutableFieldsStay) {
  const json before = ManagedCredentialBuilder().BuildJson();
  const json after = ManagedCredentialBuilder().FromIssuer("another").BuildJson();
  EXPECT_THAT(Refusal(ReviewBuilder(after).From(before)),
              StartsWith("spec.issuerRef: is immutable"));
}

TEST_F(KindsHandlerTest, FinalizersOfAnObjectThatNoLongerValidatesStayWritable) {
  json before = ManagedCredentialBuilder().BuildJson();
  before["spec"]["purpose"] = "x";
  before["metadata"]["finalizers"] = {"keysteward.dev/credential"};
  json after = before;
  after["metadata"].erase("finalizers");
  EXPECT_TRUE(Answer(ReviewBuilder(after).From(before)).allowed);
}

json Space(const std::string& mode) {
  json space = {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "payments"}}}};
  if (!mode.empty()) space["metadata"]["labels"]["keysteward.dev/enforce"] = mode;
  return space;
}

TEST_F(KindsHandlerTest, ChangingTheModeOfANamespaceNeedsTheVerb) {
  const char* refusal =
      "metadata.labels[keysteward.dev/enforce]: changing the mode of a namespace needs the verb "
      "enforce on credentialpolicies.keysteward.dev; ask for role keysteward-policy-admin";
  EXPECT_EQ(Refusal(ReviewBuilder(Space("off"))), refusal);
  EXPECT_EQ(Refusal(ReviewBuilder(Space("off")).From(Space("deny"))), refusal);
  EXPECT_EQ(Refusal(ReviewBuilder(Space("")).From(Space("deny"))), refusal);
  EXPECT_EQ(asked_[0]["resourceAttributes"]["verb"], "enforce");
  EXPECT_EQ(asked_[0]["resourceAttributes"]["resource"], "credentialpolicies");
  EXPECT_EQ(asked_[0]["resourceAttributes"]["namespace"], "") << "policies are cluster-wide";
  may_ = true;
  EXPECT_EQ(Refusal(ReviewBuilder(Space("off")).From(Space("deny"))), "");
}

// B02: a label can be written through these, too.
TEST_F(KindsHandlerTest, TheModeOfANamespaceIsGuardedInItsSubresources) {
  for (const char* subresource : {"status", "finalize"}) {
    const auto written = [&](const json& after) {
      return Refusal(ReviewBuilder(after).From(Space("deny")).Subresource(subresource));
    };
    EXPECT_THAT(written(Space("off")), HasSubstr("needs the verb enforce")) << subresource;
    EXPECT_EQ(written(Space("deny")), "") << subresource;
  }
}

TEST_F(KindsHandlerTest, AModeThatStaysAsksNobody) {
  json after = Space("off");
  after["metadata"]["labels"]["team"] = "x";
  EXPECT_EQ(Refusal(ReviewBuilder(after).From(Space("off"))), "");
  EXPECT_EQ(Refusal(ReviewBuilder(Space(""))), "");
  EXPECT_TRUE(asked_.empty());
}

TEST_F(KindsHandlerTest, StatusIsTheOperatorsAndTheCollectors) {
  const json credential = ManagedCredentialBuilder().BuildJson();
  const auto status = [&](const std::string& user) {
    return Answer(ReviewBuilder(credential).From(credential).Subresource("status").By(user));
  };
  EXPECT_EQ(status("alice").message, "status is written by Keysteward alone; change spec instead");
  EXPECT_EQ(status("alice").reason, "Forbidden");
  EXPECT_FALSE(status("system:serviceaccount:other:keysteward-operator").allowed);
  EXPECT_FALSE(status(std::string(kOperator) + "x").allowed);
  EXPECT_TRUE(status(kOperator).allowed);
  EXPECT_TRUE(status("system:serviceaccount:kube-system:namespace-controller").allowed);
}

json ManagedSecret() {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata",
           {{"name", "stripe-live"},
            {"namespace", "payments"},
            {"resourceVersion", "7"},
            {"labels", {{"keysteward.dev/managed", "true"}}},
            {"ownerReferences",
             {{{"apiVersion", "keysteward.dev/v1alpha1"},
               {"kind", "ManagedCredential"},
               {"name", "stripe-live"},
               {"uid", "u"},
               {"controller", true}}}}}},
          {"data", {{"key", "b2xk"}}}};
}

TEST_F(KindsHandlerTest, AManagedSecretIsWrittenByTheOperatorAlone) {
  json after = ManagedSecret();
  after["data"]["key"] = "bmV3";
  const ReviewBuilder edit = ReviewBuilder(after).From(ManagedSecret());
  EXPECT_EQ(Refusal(edit),
            "this Secret is delivered by ManagedCredential stripe-live, which would undo the "
            "change\nFix: change the ManagedCredential; for a new key, create a "
            "CredentialRotation.");
  EXPECT_FALSE(Answer(ReviewBuilder(ManagedSecret()).Delete()).allowed);
  for (const char* user : {kOperator, "system:kube-controller-manager",
                           "system:serviceaccount:kube-system:generic-garbage-collector"}) {
    EXPECT_TRUE(Answer(ReviewBuilder(after).From(ManagedSecret()).By(user)).allowed) << user;
  }
}

TEST_F(KindsHandlerTest, TakingTheLabelOrTheOwnerAwayIsAnEditToo) {
  json after = ManagedSecret();
  after["metadata"]["labels"] = json::object();
  EXPECT_FALSE(Answer(ReviewBuilder(after).From(ManagedSecret())).allowed);
  after = ManagedSecret();
  after["metadata"]["ownerReferences"] = json::array();
  EXPECT_FALSE(Answer(ReviewBuilder(after).From(ManagedSecret())).allowed);
}

TEST_F(KindsHandlerTest, RewritingAManagedSecretAsItIsPasses) {
  json after = ManagedSecret();
  after["metadata"]["resourceVersion"] = "8";
  after["metadata"]["managedFields"] = {{{"manager", "kubectl-replace"}}};
  EXPECT_TRUE(Answer(ReviewBuilder(after).From(ManagedSecret())).allowed);
}

TEST_F(KindsHandlerTest, AForeignSecretCannotBeMarkedAsOursButItsForgedLabelCanBeTakenAway) {
  json plain = ManagedSecret();
  plain["metadata"].erase("labels");
  plain["metadata"].erase("ownerReferences");
  EXPECT_THAT(Refusal(ReviewBuilder(ManagedSecret()).From(plain)),
              StartsWith("metadata.labels[keysteward.dev/managed]: only Keysteward marks"));
  json forged = plain;
  forged["metadata"]["labels"]["keysteward.dev/managed"] = "true";
  EXPECT_TRUE(Answer(ReviewBuilder(plain).From(forged)).allowed);
  EXPECT_TRUE(Answer(ReviewBuilder(forged).Delete()).allowed);
}

TEST_F(KindsHandlerTest, AnExceptionEndsWithinNinetyDays) {
  const auto ending = [&](Duration in) {
    return CredentialExceptionBuilder("legacy", clock_.WallNow() + in).BuildJson();
  };
  EXPECT_TRUE(Created(ending(std::chrono::hours(24))).allowed);
  EXPECT_THAT(Created(ending(std::chrono::hours(24 * 91))).message,
              StartsWith("spec.expiresAt: is more than 90 days ahead"));
  EXPECT_THAT(Created(ending(std::chrono::hours(-1))).message,
              StartsWith("spec.expiresAt: is in the past"));
  EXPECT_THAT(
      Refusal(
          ReviewBuilder(ending(std::chrono::hours(24 * 91))).From(ending(std::chrono::hours(24)))),
      StartsWith("spec.expiresAt: is more than 90 days ahead"));
}

TEST_F(KindsHandlerTest, TheOtherKindsAreValidated) {
  EXPECT_TRUE(Created(CredentialPolicyBuilder().BuildJson()).allowed);
  EXPECT_TRUE(Created(CredentialIssuerBuilder().BuildJson()).allowed);
  json issuer = CredentialIssuerBuilder().BuildJson();
  issuer["spec"]["http"]["baseURL"] = "http://api.acme.example";
  EXPECT_THAT(Created(issuer).message, HasSubstr("spec.http.baseURL"));
  json exception =
      CredentialExceptionBuilder("legacy", clock_.WallNow() + std::chrono::hours(1)).BuildJson();
  exception["spec"]["approvedBy"] = exception["spec"]["owner"];
  EXPECT_THAT(Created(exception).message, StartsWith("spec.approvedBy: must not be the owner"));
}

TEST_F(KindsHandlerTest, CustomRulesOfAPolicyAreTriedOnTheirExamples) {
  json policy = CredentialPolicyBuilder("shop").BuildJson();
  const json good = {{"id", "acme-key"},
                     {"pattern", "acme_live_[A-Za-z0-9]{24}"},
                     {"keywords", {"acme_live_"}},
                     {"examples", {"acme_live_{alnum:24}"}}};
  policy["spec"]["literals"]["customRules"] = {good};
  EXPECT_TRUE(Created(policy).allowed);
  policy["spec"]["literals"]["customRules"][0]["pattern"] = "acme_live_[A-Za-z0-9]{25}";
  EXPECT_THAT(Created(policy).message,
              StartsWith("spec.literals.customRules[0]: example 1 is not found"));
  policy["spec"]["literals"]["customRules"][0]["id"] = "Not An Id";
  EXPECT_THAT(Created(policy).message, StartsWith("spec.literals.customRules[0].id: must be"));
}

TEST_F(KindsHandlerTest, AKindWithoutRulesIsARegistrationMistakeAndRefused) {
  const AdmissionResponse response = Created(PodWith());
  EXPECT_FALSE(response.allowed);
  EXPECT_EQ(response.reason, "BadRequest");
}

TEST_F(KindsHandlerTest, DeletingOurKindsPasses) {
  EXPECT_TRUE(Answer(ReviewBuilder(ManagedCredentialBuilder().BuildJson()).Delete()).allowed);
}

}  // namespace
}  // namespace keysteward::webhook
