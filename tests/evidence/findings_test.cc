#include "evidence/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/evidence/evidence_samples.h"

namespace keysteward::evidence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RotationFinding Of(const Notes& notes) {
  return FindingOf(SampleChain().Add("stripe-live-2", notes).MakeBundle().rotations[0]);
}

Notes Without(Notes notes, const std::string& type) {
  std::erase_if(notes, [&](const auto& note) { return note.first == type; });
  return notes;
}

TEST(Findings, AProvenReplacementShowsEachStep) {
  const RotationFinding finding = Of(Replacement("key_1", "key_2"));
  EXPECT_EQ(finding.name, "stripe-live-2");
  EXPECT_EQ(finding.cause, "Leak");
  EXPECT_EQ(finding.result, "Proven");
  EXPECT_EQ(finding.first_seq, 1);
  EXPECT_EQ(finding.last_seq, 8);
  EXPECT_THAT(
      finding.proven,
      ElementsAre("the provider issued key key_2", "the provider accepted the new key key_2",
                  "the Secret was given key key_2", "every consumer found ran the new key",
                  "the provider refuses the old key key_1"));
  EXPECT_THAT(finding.not_proven, IsEmpty());
}

TEST(Findings, AFirstKeyHasNoOldOneToRefuse) {
  const RotationFinding finding = Of(FirstKey("key_1"));
  EXPECT_THAT(finding.proven, ElementsAre("the provider issued key key_1",
                                          "the provider accepted the new key key_1",
                                          "the Secret was given key key_1"));
  EXPECT_THAT(finding.not_proven, IsEmpty());
}

TEST(Findings, WhatIsNotShownIsNotProven) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"KeyIssued", "that a new key was issued"},
      {"NewKeyProven", "that the provider accepted the new key"},
      {"Delivered", "that the new key was delivered"},
      {"ConsumersCurrent", "that every consumer ran the new key"},
      {"OldKeyRefused", "that the provider refuses the old key"},
      {"Completed", "how it ended: it was still running"}};
  for (const auto& [type, lacking] : rows) {
    EXPECT_THAT(Of(Without(Replacement("key_1", "key_2"), type)).not_proven, ElementsAre(lacking));
  }
}

TEST(Findings, ADeletionAloneDoesNotProveARefusal) {
  const RotationFinding finding = Of(Without(Replacement("key_1", "key_2"), "OldKeyRefused"));
  EXPECT_THAT(finding.not_proven, ElementsAre("that the provider refuses the old key"));
}

TEST(Findings, ARollBackNamesTheKeyThatCameBackAndTheOneWithdrawn) {
  const RotationFinding finding = Of(RollBack("key_2", "key_3"));
  EXPECT_EQ(finding.result, "RolledBack");
  EXPECT_THAT(finding.proven,
              ElementsAre("the provider issued key key_3", "the Secret was given key key_2",
                          "the provider refuses the withdrawn key key_3"));
  EXPECT_THAT(finding.not_proven, IsEmpty());
}

TEST(Findings, ARollBackBeforeAnyDeliveryClaimsNone) {
  const RotationFinding finding = Of(Without(RollBack("key_2", "key_3"), "Delivered"));
  EXPECT_THAT(finding.proven, ElementsAre("the provider issued key key_3",
                                          "the provider refuses the withdrawn key key_3"));
}

TEST(Findings, UnsignedPartsOfTheFileAreNotBelieved) {
  Bundle bundle = SampleChain()
                      .Add("stripe-live-2", Without(Replacement("key_1", "key_2"), "OldKeyRefused"))
                      .MakeBundle();
  BundledRotation& rotation = bundle.rotations[0];
  rotation.old_key_id = "";
  rotation.new_key_id = "key_9";
  rotation.cause = "Initial";
  rotation.result = "Proven";
  const RotationFinding finding = FindingOf(rotation);
  EXPECT_EQ(finding.cause, "Leak");
  EXPECT_THAT(finding.not_proven, ElementsAre("that the provider refuses the old key"));
  EXPECT_EQ(finding.proven[0], "the provider issued key key_2");
}

TEST(Findings, DataOfAnotherShapeNamesNoKey) {
  Notes notes = FirstKey("key_1");
  notes[1].second = {{"keyId", 7}};
  notes[2].second = nlohmann::json::object();
  EXPECT_THAT(Of(notes).proven,
              ElementsAre("the provider issued key", "the provider accepted the new key",
                          "the Secret was given key key_1"));
}

}  // namespace
}  // namespace keysteward::evidence
