#include "evidence/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duration.h"

namespace keysteward::evidence {
namespace {

using api::v1alpha1::EvidenceCheckpoint;
using api::v1alpha1::EvidenceEntry;

// Computed with Python's hashlib from the canonical text
// {"at":"2026-12-20T02:00:00Z","data":{"generation":7,"keyId":"key_1"},"previous":"",
//  "rotation":"uid-7","seq":1,"type":"KeyIssued"}
constexpr const char* kHash =
    "sha256:4a6e707a0337303fb1d9b78ca1c0e7553cf7768d542344b2a2d655663d2d99f6";

EvidenceEntry Entry() {
  EvidenceEntry entry;
  entry.seq = 1;
  entry.at = ParseTime("2026-12-20T02:00:00Z").value();
  entry.type = "KeyIssued";
  entry.data = R"({"generation":7,"keyId":"key_1"})";
  return entry;
}

TEST(EvidenceEntry, IsHashedOverItsCanonicalText) {
  EXPECT_EQ(HashOf(Entry(), "uid-7").value(), kHash);
}

TEST(EvidenceEntry, SpacesAndOrderOfItsDataDoNotCount) {
  EvidenceEntry entry = Entry();
  entry.data = "{ \"keyId\" : \"key_1\",\n \"generation\" : 7 }";
  EXPECT_EQ(HashOf(entry, "uid-7").value(), kHash);
}

TEST(EvidenceEntry, NestedDataAndOtherAlphabetsAndTheLargestNumberAreCanonical) {
  EvidenceEntry entry = Entry();
  entry.seq = 9007199254740991;
  entry.previous = kHash;
  entry.data = R"({"b":[1,{"z":true,"a":null}],"a":"\u00e9\"\n"})";
  EXPECT_EQ(HashOf(entry, "uid-7").value(),
            "sha256:a588427de3c049e1f1a4589262844df7667fcb47d1fc68bc33302d9eec7e321f");
}

TEST(EvidenceEntry, EveryMemberCountsInTheHash) {
  const std::vector<std::function<void(EvidenceEntry&)>> changes = {
      [](EvidenceEntry& entry) { entry.seq = 2; },
      [](EvidenceEntry& entry) { entry.at = *entry.at + std::chrono::seconds(1); },
      [](EvidenceEntry& entry) { entry.at.reset(); },
      [](EvidenceEntry& entry) { entry.type = "KeyIssueD"; },
      [](EvidenceEntry& entry) { entry.data = R"({"generation":8,"keyId":"key_1"})"; },
      [](EvidenceEntry& entry) { entry.previous = kHash; }};
  for (size_t i = 0; i < changes.size(); ++i) {
    EvidenceEntry entry = Entry();
    changes[i](entry);
    EXPECT_NE(HashOf(entry, "uid-7").value(), kHash) << "change " << i;
  }
  EXPECT_NE(HashOf(Entry(), "uid-8").value(), kHash) << "rotation";
}

TEST(EvidenceEntry, HashAndSignatureThemselvesDoNotCount) {
  EvidenceEntry entry = Entry();
  entry.hash = "sha256:00";
  entry.signature = "AA==";
  entry.key_id = "0011";
  EXPECT_EQ(HashOf(entry, "uid-7").value(), kHash);
}

TEST(EvidenceEntry, DataThatHasNoCanonicalFormIsRefused) {
  for (const char* data : {"[]", "7", "null", "\"text\"", R"({"a":1.5})", R"({"a":[{"b":1e400}]})",
                           R"({"a":{"b":[2.0]}})"}) {
    EvidenceEntry entry = Entry();
    entry.data = data;
    const auto hash = HashOf(entry, "uid-7");
    ASSERT_FALSE(hash) << data;
    EXPECT_EQ(hash.error().code, ErrorCode::kInvalidArgument) << data;
  }
  EvidenceEntry entry = Entry();
  entry.data = R"({"a":1.5})";
  EXPECT_EQ(HashOf(entry, "uid-7").error().message, "data must be a JSON object without fractions");
}

TEST(EvidenceEntry, DataThatIsNoJsonIsRefusedWithoutQuotingIt) {
  for (const std::string& data :
       {std::string("{canary"), std::string(), std::string("{\"a\":1"), std::string(5000, '[')}) {
    EvidenceEntry entry = Entry();
    entry.data = data;
    const auto hash = HashOf(entry, "uid-7");
    ASSERT_FALSE(hash);
    EXPECT_THAT(hash.error().message, testing::Not(testing::HasSubstr("canary")));
  }
}

TEST(EvidenceEntry, SignsWhereItStandsAndItsHash) {
  EXPECT_EQ(SigningInput({"abc123", "uid-c", "uid-7"}, 1, kHash),
            R"(["keysteward.dev/evidence/v1","abc123","uid-c","uid-7",1,")" + std::string(kHash) +
                R"("])");
}

TEST(EvidenceEntry, NoPartOfTheSigningInputCanPretendToBeAnother) {
  EXPECT_NE(SigningInput({"a", "b\",\"c", "d"}, 1, "h"),
            SigningInput({"a", "b", "c\",\"d"}, 1, "h"));
  EXPECT_NE(SigningInput({"a\",\"b", "c", "d"}, 1, "h"),
            SigningInput({"a", "b\",\"c", "d"}, 1, "h"));
}

TEST(EvidenceCheckpoint, SignsItsRotationRangeAndHeadInADomainOfItsOwn) {
  EvidenceCheckpoint checkpoint{.rotation = "stripe-live-7", .first = 1, .last = 4, .head = kHash};
  EXPECT_EQ(CheckpointInput({"abc123", "uid-c", "ignored"}, checkpoint),
            R"(["keysteward.dev/evidence-checkpoint/v1","abc123","uid-c","stripe-live-7",1,4,")" +
                std::string(kHash) + R"("])");
}

}  // namespace
}  // namespace keysteward::evidence
