#include "evidence/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/base64.h"
#include "common/duration.h"
#include "tests/evidence/evidence_samples.h"

namespace keysteward::evidence {
namespace {

using nlohmann::json;

const Scope kScope{"abc123", "uid-c", "uid-7"};

WallTime Now() { return ParseTime("2026-12-20T02:00:00Z").value(); }

TEST(EvidenceChain, TheFirstEntryHasNumberOneAndNoPrevious) {
  const auto entry = NextEntry(TestSigner(), kScope, {}, "KeyIssued",
                               {{"keyId", "key_1"}, {"generation", 7}}, Now());
  ASSERT_TRUE(entry) << entry.error().ToString();
  EXPECT_EQ(entry->seq, 1);
  EXPECT_EQ(entry->previous, "");
  EXPECT_EQ(entry->type, "KeyIssued");
  EXPECT_EQ(entry->data, R"({"generation":7,"keyId":"key_1"})");
  EXPECT_EQ(entry->hash, "sha256:4a6e707a0337303fb1d9b78ca1c0e7553cf7768d542344b2a2d655663d2d99f6");
  EXPECT_EQ(entry->key_id, "21fe31dfa154a261");
}

// Made with Python's cryptography package over the same key and input.
TEST(EvidenceChain, TheSignatureIsEd25519OverTheSigningInput) {
  const auto entry = NextEntry(TestSigner(), kScope, {}, "KeyIssued",
                               {{"keyId", "key_1"}, {"generation", 7}}, Now());
  EXPECT_EQ(
      entry->signature,
      "Rxp5DT5L68038gCCoFp0SLskwEZ8hRX88nC0UeBBnYFDAqejOVBQQYczdDqiBqPoGbMB9GOdGiuKK4CMgnK/Ag==");
}

TEST(EvidenceChain, TheNextEntryLinksToTheHead) {
  const auto entry =
      NextEntry(TestSigner(), kScope, {"sha256:aa", 41}, "Blocked", {{"reason", "x"}}, Now());
  EXPECT_EQ(entry->seq, 42);
  EXPECT_EQ(entry->previous, "sha256:aa");
  EXPECT_TRUE(TestKey().verifying_key().Verify(SigningInput(kScope, 42, entry->hash),
                                               Base64Decode(entry->signature).value()));
}

TEST(EvidenceChain, FractionsOfASecondAreCutBeforeTheHashSoThatItReadsBackEqual) {
  const auto whole = NextEntry(TestSigner(), kScope, {}, "QuietEnded", json::object(), Now());
  const auto part = NextEntry(TestSigner(), kScope, {}, "QuietEnded", json::object(),
                              Now() + std::chrono::milliseconds(999));
  EXPECT_EQ(*whole, *part);
}

TEST(EvidenceChain, DataWithoutACanonicalFormIsNotSigned) {
  const auto entry = NextEntry(TestSigner(), kScope, {}, "KeyIssued", {{"a", 0.5}}, Now());
  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().message, "data must be a JSON object without fractions");
}

class FailingSigner final : public Signer {
 public:
  const std::string& installation() const override { return text_; }
  const std::string& key_id() const override { return text_; }
  Result<std::string> Sign(std::string_view) const override { return Error::Internal("no key"); }

 private:
  std::string text_ = "x";
};

TEST(EvidenceChain, AFailedSignatureIsAnErrorNotAnUnsignedEntry) {
  EXPECT_EQ(
      NextEntry(FailingSigner(), kScope, {}, "KeyIssued", json::object(), Now()).error().message,
      "no key");
  EXPECT_EQ(Checkpoint(FailingSigner(), kScope, "r", 1, {"sha256:aa", 2}).error().message,
            "no key");
}

TEST(EvidenceChain, ACheckpointAnchorsItsRange) {
  const auto checkpoint = Checkpoint(TestSigner(), kScope, "stripe-live-7", 3, {"sha256:aa", 9});
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->rotation, "stripe-live-7");
  EXPECT_EQ(checkpoint->first, 3);
  EXPECT_EQ(checkpoint->last, 9);
  EXPECT_EQ(checkpoint->head, "sha256:aa");
  EXPECT_EQ(checkpoint->key_id, "21fe31dfa154a261");
  EXPECT_TRUE(TestKey().verifying_key().Verify(CheckpointInput(kScope, *checkpoint),
                                               Base64Decode(checkpoint->signature).value()));
}

}  // namespace
}  // namespace keysteward::evidence
