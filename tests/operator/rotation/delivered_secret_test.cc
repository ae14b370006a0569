// The delivered Secret, against an API server with lost replies and conflicts.
#include "operator/rotation/delivered_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base64.h"
#include "tests/operator/rotation/secrets_fixture.h"

namespace keysteward::op {
namespace {

using kube::CallPhase;
using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;
using testing::Not;

using DeliveredSecretTest = SecretsTest;

TEST_F(DeliveredSecretTest, IsCreatedOwnedLabelledAndIntact) {
  EXPECT_EQ(*Deliver(StagedValue(1, "fk_live_value")), 1);
  const json object = Get("payments", "stripe-live");
  EXPECT_EQ(object["type"], "Opaque");
  EXPECT_EQ(object["data"], json({{"key", Base64Encode("fk_live_value")}}));
  EXPECT_EQ(object["metadata"]["labels"], json({{"keysteward.dev/managed", "true"}}));
  EXPECT_EQ(object["metadata"]["annotations"]["keysteward.dev/owner"], "payments");
  EXPECT_EQ(object["metadata"]["annotations"]["keysteward.dev/revision"], "1");
  const DeliveredSecret state = Delivered();
  EXPECT_TRUE(state.ours);
  EXPECT_TRUE(state.intact);
}

TEST_F(DeliveredSecretTest, NoAnnotationOrLabelHoldsTheValue) {
  ASSERT_TRUE(Deliver(StagedValue(1, "fk_live_value")));
  EXPECT_THAT(Get("payments", "stripe-live")["metadata"].dump(), Not(HasSubstr("fk_live_value")));
}

TEST_F(DeliveredSecretTest, EachWriteIsTheNextRevisionAlsoWhenTheStatusFellBehind) {
  ASSERT_TRUE(Deliver(StagedValue(1, "a")));
  EXPECT_EQ(*Deliver(StagedValue(2, "b")), 2) << "the status still says 0";
  credential.status.revision = 9;
  EXPECT_EQ(*Deliver(StagedValue(2, "b")), 10);
}

TEST_F(DeliveredSecretTest, I15_OneThatIsThereWithoutOurOwnerReferenceIsNeverTouched) {
  ASSERT_TRUE(rig.server.Create(kSecrets,
                                {{"apiVersion", "v1"},
                                 {"kind", "Secret"},
                                 {"metadata", {{"name", "stripe-live"}, {"namespace", "payments"}}},
                                 {"data", {{"theirs", "eA=="}}}},
                                {}, {}));
  const json before = Get("payments", "stripe-live");
  const auto written = Deliver(StagedValue(1, "a"));
  ASSERT_FALSE(written);
  EXPECT_EQ(
      written.error().message,
      "Secret payments/stripe-live exists and belongs to somebody else; it is left untouched. "
      "Delete or rename it, or choose another spec.delivery.secretName in a new "
      "ManagedCredential");
  EXPECT_EQ(Get("payments", "stripe-live"), before);
}

TEST_F(DeliveredSecretTest, OneThatAppearsBetweenReadAndCreateIsNotAdopted) {
  const DeliveredSecret nothing;
  ASSERT_TRUE(
      rig.server.Create(kSecrets,
                        {{"apiVersion", "v1"},
                         {"kind", "Secret"},
                         {"metadata", {{"name", "stripe-live"}, {"namespace", "payments"}}}},
                        {}, {}));
  const auto written = WriteDelivered(rig.env, credential, StagedValue(1, "a"), nothing, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(DeliveredSecretTest, ACreateWhoseReplyWasLostIsFoundByTheNextRead) {
  rig.server.FailNext("create", "secrets", Error::UnknownOutcome("cut"), CallPhase::kAfter);
  EXPECT_FALSE(Deliver(StagedValue(1, "a")));
  EXPECT_TRUE(Delivered().intact);
  const auto again = WriteDelivered(rig.env, credential, StagedValue(1, "a"), {}, {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict) << "ours: look again, write nothing";
}

TEST_F(DeliveredSecretTest, AWriteOnAnOlderReadIsAConflict) {
  ASSERT_TRUE(Deliver(StagedValue(1, "a")));
  const DeliveredSecret old = Delivered();
  Edit({{"metadata", {{"labels", {{"other", "x"}}}}}});
  const auto written = WriteDelivered(rig.env, credential, StagedValue(2, "b"), old, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConflict);
}

TEST_F(DeliveredSecretTest, OneOfTheSameNameButAnotherUidIsAConflict) {
  ASSERT_TRUE(Deliver(StagedValue(1, "a")));
  DeliveredSecret old = Delivered();
  old.uid = "another";
  EXPECT_FALSE(WriteDelivered(rig.env, credential, StagedValue(2, "b"), old, {}));
}

TEST_F(DeliveredSecretTest, LabelsOfOthersStayThroughADelivery) {
  ASSERT_TRUE(Deliver(StagedValue(1, "a")));
  Edit({{"metadata", {{"labels", {{"team", "x"}}}}}});
  ASSERT_TRUE(Deliver(StagedValue(2, "b")));
  EXPECT_EQ(Get("payments", "stripe-live")["metadata"]["labels"]["team"], "x");
}

TEST_F(DeliveredSecretTest, AnyChangeOfAnEntryOrItsGenerationIsDrift) {
  const json edits[] = {{{"data", {{"key", Base64Encode("hacked")}}}},
                        {{"data", {{"key", nullptr}}}},
                        {{"metadata", {{"annotations", {{"keysteward.dev/generation", "2"}}}}}},
                        {{"metadata", {{"annotations", {{"keysteward.dev/content", "0000"}}}}}},
                        {{"metadata", {{"annotations", {{"keysteward.dev/content", nullptr}}}}}}};
  for (const json& edit : edits) {
    ASSERT_TRUE(Deliver(StagedValue(1, "a")));
    ASSERT_TRUE(Delivered().intact);
    Edit(edit);
    EXPECT_FALSE(Delivered().intact) << edit.dump();
  }
}

TEST_F(DeliveredSecretTest, ANewLayoutInTheSpecIsDrift) {
  ASSERT_TRUE(Deliver(StagedValue(1, "a")));
  credential.spec.delivery.entries = {{"API_KEY", "${key}"}};
  EXPECT_FALSE(Delivered().intact);
}

TEST_F(DeliveredSecretTest, AForeignEntryBesideOursIsNoDrift) {
  ASSERT_TRUE(Deliver(StagedValue(1, "a")));
  Edit({{"data", {{"extra", "eA=="}}}});
  EXPECT_TRUE(Delivered().intact);
}

TEST_F(DeliveredSecretTest, OneThatIsBeingDeletedIsNotIntact) {
  ASSERT_TRUE(Deliver(StagedValue(1, "a")));
  api::core::Secret secret = *api::Decode<api::core::Secret>(Get("payments", "stripe-live"));
  secret.metadata.deletion_timestamp = WallTime{};
  EXPECT_FALSE(JudgeDelivered(rig.installation, credential, secret).intact);
}

class Entries : public SecretsTest {
 protected:
  Result<std::string> Rendered(const std::string& pattern) {
    credential.spec.delivery.entries = {{"OUT", pattern}};
    auto entries = RenderEntries(credential, StagedValue(7, "secret value"));
    if (!entries) return entries.error();
    return std::string(entries->at("OUT").view());
  }
};

TEST_F(Entries, FillInEveryPlaceholder) {
  credential.spec.parameters = {{"scope", "charges:write"}};
  credential.spec.lifetime = 1h;
  EXPECT_EQ(*Rendered("${keyId}:${key}@${param.scope}"), "key_7:secret value@charges:write");
  EXPECT_EQ(*Rendered("${expiresAt}"), "2026-01-01T01:00:00Z");
}

TEST_F(Entries, KeepTextThatIsNoPlaceholder) {
  EXPECT_EQ(*Rendered("$key {key} $"), "$key {key} $");
  EXPECT_EQ(*Rendered(""), "");
}

TEST_F(Entries, AValueWithAPlaceholderInItIsNotExpandedAgain) {
  credential.spec.parameters = {{"scope", "${key}"}};
  EXPECT_EQ(*Rendered("${param.scope}"), "${key}");
}

TEST_F(Entries, RefuseAnotherPlaceholderByNameAndEntry) {
  for (const char* pattern : {"${token}", "${param.none}", "${}", "${ key}"}) {
    const auto rendered = Rendered(pattern);
    ASSERT_FALSE(rendered) << pattern;
    EXPECT_THAT(rendered.error().message,
                HasSubstr("spec.delivery.entries[OUT]: unknown placeholder"));
  }
  EXPECT_THAT(Rendered("${key").error().message, HasSubstr("placeholder without }"));
}

TEST_F(Entries, ExpireWithTheSoonerOfProviderAndLifetime) {
  StagedKey staged = StagedValue(7, "x");
  credential.spec.lifetime = 10h;
  EXPECT_EQ(*ExpiryOf(credential, staged), rig.clock.WallNow() + 10h);
  staged.expires_at = rig.clock.WallNow() + 1h;
  EXPECT_EQ(*ExpiryOf(credential, staged), rig.clock.WallNow() + 1h);
  staged.expires_at = rig.clock.WallNow() + 20h;
  EXPECT_EQ(*ExpiryOf(credential, staged), rig.clock.WallNow() + 10h);
  staged.issued_at.reset();
  EXPECT_EQ(*ExpiryOf(credential, staged), rig.clock.WallNow() + 20h);
  staged.expires_at.reset();
  EXPECT_FALSE(ExpiryOf(credential, staged));
}

}  // namespace
}  // namespace keysteward::op
