// The staged Secret, against an API server with lost replies and conflicts.
#include "operator/rotation/staged_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/v1alpha1/annotations.h"
#include "tests/operator/rotation/secrets_fixture.h"

namespace keysteward::op {
namespace {

using kube::CallPhase;
using kube::PatchType;
using nlohmann::json;
using testing::HasSubstr;

using StagedSecret = SecretsTest;

TEST_F(StagedSecret, KeepsValueIdAndTokenInOurNamespaceWithoutAnOwner) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  const json object = Get("keysteward-system", StagedName(credential.metadata.uid, 7));
  EXPECT_EQ(object["immutable"], true);
  EXPECT_FALSE(object["metadata"].contains("ownerReferences"));
  const StagedKey staged = rig.Staged(credential, 7);
  EXPECT_EQ(staged.key_id, "key_7");
  EXPECT_EQ(staged.value.view(), "fk_live_value");
  EXPECT_EQ(staged.origin.token, "tok-1");
  EXPECT_EQ(staged.origin.credential.ToString(), "payments/stripe-live");
}

TEST_F(StagedSecret, CarriesTheMarkOfItsKeyAndNothingOfTheValue) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  const json object = Get("keysteward-system", StagedName(credential.metadata.uid, 7));
  const std::string mark = object["metadata"]["annotations"][api::v1alpha1::kTripwireAnnotation];
  const std::vector<std::string> marks = {mark};
  const detection::Tripwire tripwire(rig.env.installation.tripwire_key.Clone(), marks);
  EXPECT_TRUE(tripwire.Holds("fk_live_value"));
  EXPECT_FALSE(tripwire.Holds("fk_live_valuf"));
  EXPECT_EQ(mark.find("live"), std::string::npos);
}

TEST_F(StagedSecret, AnOlderKeyGetsItsMarkOnce) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  const api::ObjectKey key{"keysteward-system", StagedName(credential.metadata.uid, 7)};
  const json before = Get(key.namespace_name, key.name);
  ASSERT_TRUE(rig.server.Patch(
      kSecrets, key, PatchType::kMerge,
      {{"metadata", {{"annotations", {{api::v1alpha1::kTripwireAnnotation, nullptr}}}}}}, {}, {}));
  EXPECT_EQ(MarkStaged(rig.env, {}).value(), 1u);
  EXPECT_EQ(Get(key.namespace_name, key.name)["metadata"]["annotations"],
            before["metadata"]["annotations"]);
  EXPECT_EQ(MarkStaged(rig.env, {}).value(), 0u);
}

TEST_F(StagedSecret, MarkingSaysWhatItCouldNotDo) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  rig.server.FailNext("list", "secrets", Error::Unavailable("down"), CallPhase::kBefore);
  EXPECT_EQ(MarkStaged(rig.env, {}).error().code, ErrorCode::kUnavailable);
}

TEST_F(StagedSecret, TheSameKeyAgainIsSuccess) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  EXPECT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
}

TEST_F(StagedSecret, ALostReplyFollowedByARepeatIsSuccess) {
  rig.server.FailNext("create", "secrets", Error::UnknownOutcome("cut"), CallPhase::kAfter);
  EXPECT_FALSE(CreateStaged(rig.env, Origin(), Key(), {}));
  EXPECT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
}

TEST_F(StagedSecret, I12_AnotherAttemptOrAnotherKeyIsAConflict) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  EXPECT_EQ(CreateStaged(rig.env, Origin("tok-2"), Key(), {}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(CreateStaged(rig.env, Origin(), Key("key_8"), {}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(rig.Staged(credential, 7).key_id, "key_7");
}

TEST_F(StagedSecret, OneWhoseAnnotationsWereChangedIsRefused) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  ASSERT_TRUE(rig.server.Patch(
      kSecrets, {"keysteward-system", StagedName(credential.metadata.uid, 7)}, PatchType::kMerge,
      {{"metadata", {{"annotations", {{api::v1alpha1::kKeyIdAnnotation, nullptr}}}}}}, {}, {}));
  const auto staged = ReadStaged(rig.env, credential.metadata.uid, 7, {});
  ASSERT_FALSE(staged);
  EXPECT_THAT(staged.error().message, HasSubstr("is no staged key of ours"));
}

TEST_F(StagedSecret, ReadingTellsAbsenceFromTrouble) {
  EXPECT_FALSE(*ReadStaged(rig.env, credential.metadata.uid, 7, {}));
  rig.server.FailNext("get", "secrets", Error::Unavailable("away"), CallPhase::kBefore);
  const auto staged = ReadStaged(rig.env, credential.metadata.uid, 7, {});
  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().message, "read staged key: away");
}

TEST_F(StagedSecret, DeletingOneThatIsGoneIsSuccess) {
  EXPECT_TRUE(DeleteStaged(rig.env, credential.metadata.uid, 7, {}));
}

TEST_F(StagedSecret, TheListNamesCredentialGenerationAndIdAndReadsNoValue) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  const auto listed = ListStaged(rig.env, StagedChoice::kAll, {});
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ((*listed)[0].credential_uid, credential.metadata.uid);
  EXPECT_EQ((*listed)[0].generation, 7);
  EXPECT_EQ((*listed)[0].key_id, "key_7");
  EXPECT_EQ(rig.server.CallCount("get", "secrets"), 0u);
}

TEST_F(StagedSecret, OnlyWhatIsMarkedCountsAsKept) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  EXPECT_TRUE(ListStaged(rig.env, StagedChoice::kKept, {})->empty());
  ASSERT_TRUE(KeepStaged(rig.env, credential.metadata.uid, 7, {}));
  ASSERT_TRUE(KeepStaged(rig.env, credential.metadata.uid, 7, {})) << "once more is the same";
  EXPECT_EQ(ListStaged(rig.env, StagedChoice::kKept, {})->size(), 1u);
  EXPECT_EQ((*ReadStaged(rig.env, credential.metadata.uid, 7, {}))->value.view(), "fk_live_value");
}

TEST_F(StagedSecret, MarkingOneThatIsGoneMarksNothing) {
  EXPECT_TRUE(KeepStaged(rig.env, credential.metadata.uid, 7, {}));
  EXPECT_TRUE(ListStaged(rig.env, StagedChoice::kAll, {})->empty());
}

TEST_F(StagedSecret, AnEntryWithoutItsAnnotationsIsLeftOutOfTheList) {
  ASSERT_TRUE(CreateStaged(rig.env, Origin(), Key(), {}));
  ASSERT_TRUE(rig.server.Patch(
      kSecrets, {"keysteward-system", StagedName(credential.metadata.uid, 7)}, PatchType::kMerge,
      {{"metadata", {{"annotations", {{"keysteward.dev/generation", "seven"}}}}}}, {}, {}));
  EXPECT_TRUE(ListStaged(rig.env, StagedChoice::kAll, {})->empty());
}

}  // namespace
}  // namespace keysteward::op
