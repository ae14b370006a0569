#include <gmock/gmock.h>

#include "tests/builders/credential_rotation_builder.h"
#include "tests/webhook/handlers/kinds_handler_fixture.h"

namespace keysteward::webhook {
namespace {

using api::v1alpha1::Cause;
using builders::CredentialRotationBuilder;
using nlohmann::json;
using testing::HasSubstr;
using KindsHandlerRotationsTest = KindsHandlerTest;

TEST_F(KindsHandlerRotationsTest, ARotationNamesItsRequester) {
  const auto by = [](const std::string& name) {
    return CredentialRotationBuilder()
        .Because(Cause::kManual, "a new key for the audit")
        .RequestedBy(name)
        .BuildJson();
  };
  EXPECT_EQ(Refusal(ReviewBuilder(by("alice")).By("alice")), "");
  EXPECT_EQ(Refusal(ReviewBuilder(by("bob")).By("alice")),
            "spec.requestedBy: must be your own name, alice; leave it out and it is filled in");
  EXPECT_EQ(Refusal(ReviewBuilder(by("whoever")).By(kOperator)), "");
}

TEST_F(KindsHandlerRotationsTest, CausesOfTheOperatorAreKeptForIt) {
  const json rotation =
      CredentialRotationBuilder().Because(Cause::kSchedule).RequestedBy("alice").BuildJson();
  EXPECT_EQ(Refusal(ReviewBuilder(rotation).By("alice")),
            "spec.cause: is kept for Keysteward itself; use Manual, Leak, OwnerChange or "
            "Decommission");
}

TEST_F(KindsHandlerRotationsTest, AnEmergencyNeedsTheVerbInItsNamespace) {
  const json rotation = CredentialRotationBuilder()
                            .Because(Cause::kLeak, "SEC-123: seen in a build log")
                            .AsEmergency()
                            .RequestedBy("alice")
                            .BuildJson();
  EXPECT_EQ(Refusal(ReviewBuilder(rotation).By("alice", {"devs"})),
            "spec.urgency: needs the verb emergency on credentialrotations.keysteward.dev; ask for "
            "role keysteward-emergency-rotator");
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0]["user"], "alice");
  EXPECT_EQ(asked_[0]["groups"], json({"devs"}));
  EXPECT_EQ(asked_[0]["resourceAttributes"], json({{"group", "keysteward.dev"},
                                                   {"resource", "credentialrotations"},
                                                   {"verb", "emergency"},
                                                   {"namespace", "payments"}}));
  may_ = true;
  EXPECT_EQ(Refusal(ReviewBuilder(rotation).By("alice")), "");
}

TEST_F(KindsHandlerRotationsTest, RevokingFirstNeedsAVerbOfItsOwn) {
  may_ = false;
  const json rotation =
      CredentialRotationBuilder()
          .Because(Cause::kLeak, "SEC-123: seen in a build log")
          .AsEmergency()
          .RequestedBy("alice")
          .With([](auto& object) { object.spec.revoke = api::v1alpha1::RevokeOrder::kFirst; })
          .BuildJson();
  EXPECT_THAT(Refusal(ReviewBuilder(rotation).By("alice")),
              HasSubstr("spec.revoke: needs the verb revokefirst on "
                        "credentialrotations.keysteward.dev"));
}

TEST_F(KindsHandlerRotationsTest, AnOrdinaryRotationAsksNobody) {
  const json rotation = CredentialRotationBuilder()
                            .Because(Cause::kManual, "a new key for the audit")
                            .RequestedBy("alice")
                            .BuildJson();
  EXPECT_EQ(Refusal(ReviewBuilder(rotation).By("alice")), "");
  EXPECT_TRUE(asked_.empty());
}

TEST_F(KindsHandlerRotationsTest, AnAccessReviewThatFailsIsNoPermission) {
  server_.RespondToCreate(
      kReviews, [](const json&) -> Result<json> { return Error::Unavailable("no answer"); });
  const AdmissionReview review = ReviewBuilder(CredentialRotationBuilder()
                                                   .Because(Cause::kLeak, "SEC-123: in a build log")
                                                   .AsEmergency()
                                                   .RequestedBy("alice")
                                                   .BuildJson())
                                     .Decode();
  EXPECT_FALSE(handler_.Handle(review.request));
}

TEST_F(KindsHandlerRotationsTest, AnAccessReviewWithoutAPlainYesIsNoPermission) {
  for (const json& status : {json(), json::object(), json({{"allowed", "true"}}), json("x")}) {
    server_.RespondToCreate(kReviews, [&](const json& review) -> Result<json> {
      json answer = review;
      answer["status"] = status;
      return answer;
    });
    json space = {
        {"apiVersion", "v1"},
        {"kind", "Namespace"},
        {"metadata", {{"name", "payments"}, {"labels", {{"keysteward.dev/enforce", "off"}}}}}};
    EXPECT_FALSE(Created(space).allowed) << status.dump();
  }
}

TEST_F(KindsHandlerRotationsTest, ARotationsSpecIsImmutable) {
  const json before = CredentialRotationBuilder().BuildJson();
  const json after = CredentialRotationBuilder().Of("another").BuildJson();
  EXPECT_FALSE(Answer(ReviewBuilder(after).From(before)).allowed);
}

}  // namespace
}  // namespace keysteward::webhook
