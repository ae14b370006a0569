#include "evidence/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/evidence/evidence_samples.h"

namespace keysteward::evidence {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json Document() { return json::parse(FormatBundle(FourRotations().MakeBundle())); }

Error ParseError(const json& document) {
  const auto bundle = ParseBundle(document.dump());
  EXPECT_FALSE(bundle) << document.dump(1);
  return bundle ? Error() : bundle.error();
}

TEST(EvidenceBundle, WhatWasWrittenReadsBackEqual) {
  const Bundle made = FourRotations().MakeBundle();
  const auto read = ParseBundle(FormatBundle(made));
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->installation, "abc123");
  EXPECT_EQ(read->credential_namespace, "payments");
  EXPECT_EQ(read->credential_name, "stripe-live");
  EXPECT_EQ(read->credential_uid, "uid-stripe-live");
  EXPECT_EQ(read->public_key_pem, made.public_key_pem);
  EXPECT_EQ(read->head, made.head);
  EXPECT_EQ(read->entries, 28);
  EXPECT_EQ(read->checkpoint, made.checkpoint);
  ASSERT_EQ(read->rotations.size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(read->rotations[i].uid, made.rotations[i].uid);
    EXPECT_EQ(read->rotations[i].entries, made.rotations[i].entries);
  }
}

TEST(EvidenceBundle, RotationsStandInTheOrderOfTheirEntriesAndUnbegunOnesAreLeftOut) {
  const SampleChain chain = FourRotations();
  std::vector<api::v1alpha1::CredentialRotation> rotations(chain.rotations().rbegin(),
                                                           chain.rotations().rend());
  rotations.emplace_back();
  const Bundle bundle = MakeBundle("abc123", "pem", chain.credential(), rotations);
  ASSERT_EQ(bundle.rotations.size(), 4u);
  EXPECT_EQ(bundle.rotations[0].name, "stripe-live-1");
  EXPECT_EQ(bundle.rotations[3].name, "stripe-live-4");
}

TEST(EvidenceBundle, ACredentialWithoutRotationsHasAnEmptyBundle) {
  const auto read = ParseBundle(FormatBundle(SampleChain().MakeBundle()));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->rotations.empty());
  EXPECT_FALSE(read->checkpoint);
}

TEST(EvidenceBundle, OtherFilesAreNamedAsSuch) {
  EXPECT_EQ(ParseBundle("{}").error().message, "kind: must be keysteward.dev/evidence-bundle");
  EXPECT_EQ(ParseBundle(R"({"kind":"List","version":1})").error().message,
            "kind: must be keysteward.dev/evidence-bundle");
  json newer = Document();
  newer["version"] = 2;
  EXPECT_EQ(ParseError(newer).message, "version: must be 1: use a newer keysteward");
}

TEST(EvidenceBundle, EveryMissingMemberIsNamed) {
  for (const char* member : {"installation", "publicKey"}) {
    json document = Document();
    document.erase(member);
    EXPECT_THAT(ParseError(document).message, HasSubstr(member));
  }
  for (const char* member : {"name", "uid"}) {
    json document = Document();
    document["credential"].erase(member);
    EXPECT_THAT(ParseError(document).message, HasSubstr(std::string("credential.") + member));
  }
  for (const char* member : {"type", "data", "hash", "signature"}) {
    json document = Document();
    document["rotations"][1]["entries"][2].erase(member);
    EXPECT_THAT(ParseError(document).message,
                HasSubstr(std::string("rotations[1].entries[2].") + member));
  }
  for (const char* member : {"rotation", "head", "signature"}) {
    json document = Document();
    document["checkpoint"].erase(member);
    EXPECT_THAT(ParseError(document).message, HasSubstr(std::string("checkpoint.") + member));
  }
}

TEST(EvidenceBundle, WrongTypesAreRefusedWithTheirPlace) {
  const std::vector<std::pair<const char*, json>> wrongs = {
      {"/rotations", "text"},
      {"/rotations/0", 7},
      {"/rotations/0/entries", json::object()},
      {"/rotations/0/entries/0/seq", "1"},
      {"/rotations/0/entries/0/at", "yesterday"},
      {"/rotations/0/entries/0/data", json::object()},
      {"/entries", "28"},
      {"/credential", json::array()},
      {"/checkpoint", "text"},
      {"/rotations/0/uid", 5}};
  for (const auto& [place, value] : wrongs) {
    json document = Document();
    document[json::json_pointer(place)] = value;
    EXPECT_EQ(ParseError(document).code, ErrorCode::kInvalidArgument) << place;
  }
}

TEST(EvidenceBundle, HostileFilesAreBoundedErrors) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(ParseBundle(deep).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(ParseBundle(std::string(64 * 1024 * 1024 + 1, ' ')).error().message,
            "evidence bundle larger than 64 MiB");
  for (const std::string text : {"", "\0\0", "null", "[]", "7", "{\"kind\":", "\xff\xfe{}"}) {
    EXPECT_FALSE(ParseBundle(text));
  }
}

TEST(EvidenceBundle, EveryTruncationIsAnErrorAndNoneACrash) {
  const std::string text = FormatBundle(SampleChain().Add("r", FirstKey("key_1")).MakeBundle());
  for (size_t size = 0; size + 2 < text.size(); size += 7) {
    EXPECT_FALSE(ParseBundle(text.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace keysteward::evidence
