#include "evidence/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "evidence/entry.h"
#include "tests/evidence/evidence_samples.h"

namespace keysteward::evidence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Entries 1–5 first key, 6–13 replacement, 14–20 roll-back, 21–28 replacement.
Bundle Whole() { return FourRotations().MakeBundle(); }

Report MustVerify(const Bundle& bundle,
                  const Pin& pin = {.public_key_pem = {}, .fingerprint = kTestFingerprint}) {
  Result<Report> report = Verify(bundle, pin);
  EXPECT_TRUE(report) << report.error().ToString();
  return report ? *report : Report();
}

std::string Broken(const Bundle& bundle) { return MustVerify(bundle).broken; }

std::string HonestHash(const Bundle& bundle, size_t rotation, size_t entry) {
  return HashOf(bundle.rotations[rotation].entries[entry], bundle.rotations[rotation].uid).value();
}

TEST(Verifier, AWholeChainUnderThePinnedKeyHolds) {
  const Report report = MustVerify(Whole());
  EXPECT_TRUE(report.ok()) << report.broken;
  EXPECT_TRUE(report.pinned);
  EXPECT_EQ(report.fingerprint, kTestFingerprint);
  EXPECT_EQ(report.verified, 28);
  EXPECT_EQ(report.last_seq, 28);
  EXPECT_THAT(report.pruned, IsEmpty());
  EXPECT_EQ(report.rotations.size(), 4u);
}

TEST(Verifier, AnEmptyChainHoldsAndProvesNothing) {
  const Report report = MustVerify(SampleChain().MakeBundle());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.verified, 0);
  EXPECT_THAT(report.rotations, IsEmpty());
}

// --- The pin ---

TEST(Verifier, WithoutAPinTheBundlesOwnKeyIsUsedAndTheReportSaysSo) {
  const Report report = MustVerify(Whole(), {});
  EXPECT_TRUE(report.ok());
  EXPECT_FALSE(report.pinned);
  EXPECT_EQ(report.fingerprint, kTestFingerprint);
}

TEST(Verifier, AChainForgedUnderAnotherKeyHoldsInItselfButNotAgainstThePin) {
  SampleChain forged(OtherKey());
  forged.Add("stripe-live-1", FirstKey("key_1"));
  EXPECT_TRUE(MustVerify(forged.MakeBundle(), {}).ok());
  const auto by_fingerprint = Verify(forged.MakeBundle(), {.fingerprint = kTestFingerprint});
  ASSERT_FALSE(by_fingerprint);
  EXPECT_EQ(by_fingerprint.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(by_fingerprint.error().message, "the bundle was signed by key " +
                                                OtherKey().verifying_key().Fingerprint() +
                                                ", not by the pinned one");
  const Report by_key =
      MustVerify(forged.MakeBundle(), {.public_key_pem = TestKey().verifying_key().Pem()});
  EXPECT_TRUE(by_key.pinned);
  EXPECT_EQ(by_key.broken, "rotation stripe-live-1, entry 1: it was signed by key " +
                               OtherKey().verifying_key().Fingerprint().substr(0, 16) +
                               ", not by 21fe31dfa154a261");
}

TEST(Verifier, ASwappedPublicKeyWithThePinnedChainIsFound) {
  Bundle bundle = Whole();
  bundle.public_key_pem = OtherKey().verifying_key().Pem();
  EXPECT_FALSE(Verify(bundle, {.fingerprint = kTestFingerprint}));
  EXPECT_THAT(MustVerify(bundle, {}).broken,
              testing::StartsWith("rotation stripe-live-1, entry 1"));
  EXPECT_TRUE(MustVerify(bundle, {.public_key_pem = TestKey().verifying_key().Pem()}).ok());
}

TEST(Verifier, TheFingerprintMayBeInCapitals) {
  std::string capitals = kTestFingerprint;
  std::transform(capitals.begin(), capitals.end(), capitals.begin(), ::toupper);
  EXPECT_TRUE(MustVerify(Whole(), {.fingerprint = capitals}).pinned);
}

TEST(Verifier, AFingerprintThatIsNoneIsSaidToBeNone) {
  for (const std::string wrong : {"21fe31df", "zz", "21fe31dfa154a261", "0x", " "}) {
    const auto report = Verify(Whole(), {.fingerprint = wrong});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(report.error().message,
              "a fingerprint is 64 hexadecimal digits, as evidence export prints it");
  }
  EXPECT_FALSE(Verify(Whole(), {.fingerprint = std::string(64, 'g')}));
}

TEST(Verifier, KeysThatCannotBeReadAreNamed) {
  Bundle bundle = Whole();
  bundle.public_key_pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
  EXPECT_THAT(Verify(bundle, {}).error().message, testing::StartsWith("publicKey of the bundle: "));
  EXPECT_THAT(Verify(Whole(), {.public_key_pem = "junk"}).error().message,
              testing::StartsWith("pinned public key: "));
}

// --- Tampering with one entry ---

TEST(Verifier, ChangedDataIsFound) {
  Bundle bundle = Whole();
  bundle.rotations[1].entries[6].data = R"({"keyId":"key_9","status":401})";
  const Report report = MustVerify(bundle);
  EXPECT_EQ(report.broken,
            "rotation stripe-live-2, entry 12: its content was changed: the hash differs");
  EXPECT_EQ(report.verified, 11);
  EXPECT_EQ(report.rotations.size(), 1u) << "what stands after the break proves nothing";
}

TEST(Verifier, ChangedTypeTimeOrPreviousIsFound) {
  Bundle type = Whole();
  type.rotations[2].entries[5].type = "OldKeyDeleted";
  EXPECT_EQ(Broken(type),
            "rotation stripe-live-3, entry 19: its content was changed: the hash differs");
  Bundle time = Whole();
  time.rotations[2].entries[5].at = ParseTime("2026-01-01T00:00:00Z").value();
  EXPECT_EQ(Broken(time),
            "rotation stripe-live-3, entry 19: its content was changed: the hash differs");
  Bundle previous = Whole();
  previous.rotations[2].entries[5].previous = previous.rotations[0].entries[0].hash;
  EXPECT_EQ(Broken(previous),
            "rotation stripe-live-3, entry 19: its content was changed: the hash differs");
}

TEST(Verifier, AChangeWithItsHashMadeNewFailsAtTheSignature) {
  Bundle bundle = Whole();
  bundle.rotations[1].entries[6].data = R"({"keyId":"key_9","status":401})";
  bundle.rotations[1].entries[6].hash = HonestHash(bundle, 1, 6);
  EXPECT_EQ(Broken(bundle), "rotation stripe-live-2, entry 12: its signature does not hold");
}

TEST(Verifier, SignaturesThatAreNoSignaturesAreFound) {
  for (const std::string signature : {"", "AA==", "not base64!", "////"}) {
    Bundle bundle = Whole();
    bundle.rotations[0].entries[0].signature = signature;
    EXPECT_EQ(Broken(bundle), "rotation stripe-live-1, entry 1: its signature does not hold");
  }
}

TEST(Verifier, ASignatureOfAnotherEntryDoesNotFit) {
  Bundle bundle = Whole();
  bundle.rotations[1].entries[2].signature = bundle.rotations[1].entries[3].signature;
  EXPECT_EQ(Broken(bundle), "rotation stripe-live-2, entry 8: its signature does not hold");
}

TEST(Verifier, DataThatCannotBeReadIsFound) {
  Bundle bundle = Whole();
  bundle.rotations[0].entries[1].data = "[1]";
  EXPECT_EQ(Broken(bundle),
            "rotation stripe-live-1, entry 2: its data cannot be read: data must be a JSON object "
            "without fractions");
}

TEST(Verifier, AnEntryMovedToAnotherRotationCredentialOrInstallationIsFound) {
  Bundle moved = Whole();
  moved.rotations[1].uid = "uid-other";
  EXPECT_EQ(Broken(moved),
            "rotation stripe-live-2, entry 6: its content was changed: the hash differs");
  Bundle credential = Whole();
  credential.credential_uid = "uid-other";
  EXPECT_EQ(Broken(credential), "rotation stripe-live-1, entry 1: its signature does not hold");
  Bundle installation = Whole();
  installation.installation = "zzz";
  EXPECT_EQ(Broken(installation), "rotation stripe-live-1, entry 1: its signature does not hold");
}

// --- Tampering with the order ---

TEST(Verifier, SwappedEntriesAreFound) {
  Bundle bundle = Whole();
  std::swap(bundle.rotations[1].entries[2], bundle.rotations[1].entries[3]);
  EXPECT_EQ(Broken(bundle), "rotation stripe-live-2, entry 9: entry 8 is missing");
}

TEST(Verifier, ARepeatedEntryIsFound) {
  Bundle bundle = Whole();
  auto& entries = bundle.rotations[1].entries;
  entries.insert(entries.begin() + 3, entries[2]);
  EXPECT_EQ(Broken(bundle),
            "rotation stripe-live-2, entry 8: it stands behind entry 8: the order was changed");
}

TEST(Verifier, RemovedEntriesAreNamed) {
  Bundle one = Whole();
  one.rotations[1].entries.erase(one.rotations[1].entries.begin() + 4);
  EXPECT_EQ(Broken(one), "rotation stripe-live-2, entry 11: entry 10 is missing");
  Bundle two = Whole();
  two.rotations[1].entries.erase(two.rotations[1].entries.begin() + 3,
                                 two.rotations[1].entries.begin() + 5);
  EXPECT_EQ(Broken(two), "rotation stripe-live-2, entry 11: entries 9 to 10 are missing");
}

TEST(Verifier, SwappedRotationsAreFound) {
  Bundle bundle = Whole();
  std::swap(bundle.rotations[1], bundle.rotations[2]);
  EXPECT_EQ(Broken(bundle),
            "rotation stripe-live-2, entry 6: it stands behind entry 20: the order was changed");
}

TEST(Verifier, ARotationCannotHideItsBeginningOrItsEndBehindPruning) {
  Bundle head = Whole();
  head.rotations[2].entries.erase(head.rotations[2].entries.begin());
  EXPECT_EQ(
      Broken(head),
      "rotation stripe-live-3, entry 15: the rotation does not begin with RotationStarted: its "
      "first entries are missing");
  Bundle tail = Whole();
  tail.rotations[2].entries.pop_back();
  EXPECT_EQ(Broken(tail),
            "rotation stripe-live-4, entry 21: the rotation before it does not end with Completed: "
            "its last entries are missing");
}

TEST(Verifier, ARotationCannotBeSplitToHideItsMiddle) {
  Bundle bundle = Whole();
  BundledRotation rest = bundle.rotations[2];
  rest.entries.erase(rest.entries.begin(), rest.entries.begin() + 5);
  bundle.rotations[2].entries.resize(2);
  bundle.rotations.insert(bundle.rotations.begin() + 3, rest);
  EXPECT_EQ(Broken(bundle), "rotation stripe-live-3 stands in the bundle twice");
}

// Two histories of one credential under one key: the operator restored from a backup, say.
TEST(Verifier, AForkIsFoundAtTheLinkWhereItJoins) {
  Bundle bundle = Whole();
  SampleChain other;
  other.Add("stripe-live-1", FirstKey("key_1")).Add("stripe-live-2", Replacement("key_1", "key_7"));
  bundle.rotations[1] = other.MakeBundle().rotations[1];
  EXPECT_EQ(Broken(bundle),
            "rotation stripe-live-3, entry 14: it does not link to the entry before it");
}

TEST(Verifier, AFirstEntryThatLinksBackIsFound) {
  TestSigner signer;
  Bundle bundle = SampleChain().Add("r", FirstKey("key_1")).MakeBundle();
  const Scope scope{"abc123", "uid-stripe-live", "uid-r"};
  bundle.rotations[0].entries[0] =
      NextEntry(signer, scope, {"sha256:aa", 0}, "RotationStarted", nlohmann::json::object(),
                ParseTime("2026-12-20T02:00:00Z").value())
          .value();
  EXPECT_EQ(Broken(bundle),
            "rotation r, entry 1: it is the first, but links to an entry before it");
}

// --- The end ---

TEST(Verifier, ATruncatedEndIsFoundByTheCountOfTheStatus) {
  Bundle bundle = Whole();
  bundle.rotations.pop_back();
  EXPECT_EQ(Broken(bundle), "the credential's status counts 28 entries, the bundle ends at 20");
}

TEST(Verifier, ATruncatedEndWithTheCountChangedIsFoundByTheSignedCheckpoint) {
  Bundle bundle = Whole();
  bundle.rotations.pop_back();
  bundle.entries = 20;
  bundle.head = bundle.rotations.back().entries.back().hash;
  EXPECT_EQ(Broken(bundle), "the checkpoint reaches to entry 28, the bundle ends at 20");
}

TEST(Verifier, AHeadThatIsNotTheLastEntryIsFound) {
  Bundle bundle = Whole();
  bundle.head = bundle.rotations[0].entries[0].hash;
  EXPECT_EQ(Broken(bundle), "the last entry is not the head that the credential's status names");
}

TEST(Verifier, AChangedCheckpointIsFound) {
  for (const int change : {0, 1, 2, 3, 4}) {
    Bundle bundle = Whole();
    if (change == 0) bundle.checkpoint->rotation = "stripe-live-9";
    if (change == 1) bundle.checkpoint->first = 1;
    if (change == 2) bundle.checkpoint->last = 27;
    if (change == 3) bundle.checkpoint->head = bundle.rotations[0].entries[0].hash;
    if (change == 4) bundle.checkpoint->signature = "AA==";
    EXPECT_EQ(Broken(bundle), "the checkpoint's signature does not hold") << change;
  }
}

TEST(Verifier, ACheckpointOfAnotherHistoryIsFound) {
  Bundle bundle = SampleChain().Add("r-1", FirstKey("key_1")).MakeBundle();
  bundle.checkpoint = SampleChain().Add("r-1", FirstKey("key_2")).MakeBundle().checkpoint;
  EXPECT_EQ(Broken(bundle), "entry 5 is not the one the checkpoint names");
}

TEST(Verifier, ARunningRotationMayReachBeyondWhatTheStatusCounts) {
  SampleChain chain = FourRotations();
  Notes started = Replacement("key_4", "key_5");
  started.resize(3);
  const Report report = MustVerify(chain.Add("stripe-live-5", started).MakeBundle());
  EXPECT_TRUE(report.ok()) << report.broken;
  EXPECT_EQ(report.last_seq, 31);
  EXPECT_THAT(report.rotations.back().not_proven,
              testing::Contains("how it ended: it was still running"));
}

// --- Pruning ---

TEST(Verifier, PrunedBeginningsAreToldAndAnchored) {
  Bundle bundle = Whole();
  bundle.rotations.erase(bundle.rotations.begin(), bundle.rotations.begin() + 2);
  const Report report = MustVerify(bundle);
  EXPECT_TRUE(report.ok()) << report.broken;
  EXPECT_THAT(report.pruned, ElementsAre("entries 1 to 13, anchored by the link of entry 14"));
  EXPECT_EQ(report.verified, 15);
}

// The newest proven rotation is kept behind any number of failed ones.
TEST(Verifier, WholeRotationsMissingInTheMiddleAreToldNotAccused) {
  Bundle bundle = Whole();
  bundle.rotations.erase(bundle.rotations.begin() + 2);
  const Report report = MustVerify(bundle);
  EXPECT_TRUE(report.ok()) << report.broken;
  EXPECT_THAT(report.pruned, ElementsAre("entries 14 to 20, anchored by the link of entry 21"));
}

TEST(Verifier, APrunedBeginningNeedsALink) {
  TestSigner signer;
  Bundle bundle = SampleChain().Add("r", FirstKey("key_1")).MakeBundle();
  const Scope scope{"abc123", "uid-stripe-live", "uid-r"};
  bundle.rotations[0].entries = {NextEntry(signer, scope, {"", 7}, "RotationStarted",
                                           nlohmann::json::object(),
                                           ParseTime("2026-12-20T02:00:00Z").value())
                                     .value()};
  EXPECT_EQ(Broken(bundle), "rotation r, entry 8: it does not link to the entry before it");
}

TEST(Verifier, AnEmptyRotationIsPassedOver) {
  Bundle bundle = Whole();
  bundle.rotations.insert(bundle.rotations.begin() + 1, BundledRotation{.name = "x", .uid = "u"});
  EXPECT_TRUE(MustVerify(bundle).ok());
}

TEST(Verifier, AnySingleChangedCharacterOfTheSignedPartsIsFound) {
  const nlohmann::json document = nlohmann::json::parse(FormatBundle(Whole()));
  for (const char* member : {"data", "type", "hash", "previous", "signature", "at"}) {
    for (size_t entry = 1; entry < 8; ++entry) {
      nlohmann::json changed = document;
      std::string text = changed["rotations"][1]["entries"][entry][member];
      char& middle = text[text.size() / 2];
      middle = middle == '1' ? '2' : '1';
      changed["rotations"][1]["entries"][entry][member] = text;
      const auto bundle = ParseBundle(changed.dump());
      if (!bundle) continue;  // no longer a bundle at all
      EXPECT_NE(Broken(*bundle), "") << member << " of entry " << entry;
    }
  }
}

}  // namespace
}  // namespace keysteward::evidence
