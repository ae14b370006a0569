#include "cli/commands/evidence_verify_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/exit_codes.h"
#include "tests/evidence/evidence_samples.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using evidence::Bundle;
using evidence::FirstKey;
using evidence::FourRotations;
using evidence::kTestFingerprint;
using evidence::Replacement;
using evidence::SampleChain;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class EvidenceVerify : public testing::Test {
 protected:
  EvidenceVerify() {
    file_ =
        fs::temp_directory_path() / ("verify-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    options_.file = "-";
    options_.fingerprint = kTestFingerprint;
  }
  ~EvidenceVerify() override { fs::remove(file_); }

  Result<int> Run(const std::string& input) {
    std::istringstream in(input);
    std::ostringstream out;
    Result<int> status = RunEvidenceVerify(options_, in, out);
    out_ = out.str();
    return status;
  }
  int Verified(const Bundle& bundle) {
    const Result<int> status = Run(evidence::FormatBundle(bundle));
    EXPECT_TRUE(status) << status.error().ToString();
    return status.value_or(-1);
  }
  std::string Write(const std::string& text) {
    std::ofstream(file_) << text;
    return file_.string();
  }

  EvidenceVerifyOptions options_;
  std::string out_;
  fs::path file_;
};

TEST_F(EvidenceVerify, AWholeChainIsToldRotationByRotation) {
  SampleChain chain;
  chain.Add("stripe-live-1", FirstKey("key_1")).Add("stripe-live-2", Replacement("key_1", "key_2"));
  EXPECT_EQ(Verified(chain.MakeBundle()), kExitOk);
  EXPECT_EQ(out_,
            "Evidence of payments/stripe-live, installation abc123\n"
            "\n"
            "Rotation stripe-live-1 (Initial, entries 1 to 5): Proven\n"
            "  proven      the provider issued key key_1\n"
            "  proven      the provider accepted the new key key_1\n"
            "  proven      the Secret was given key key_1\n"
            "Rotation stripe-live-2 (Leak, entries 6 to 13): Proven\n"
            "  proven      the provider issued key key_2\n"
            "  proven      the provider accepted the new key key_2\n"
            "  proven      the Secret was given key key_2\n"
            "  proven      every consumer found ran the new key\n"
            "  proven      the provider refuses the old key key_1\n"
            "\n"
            "Whole: 13 entries hold, up to entry 13, which is where stripe-live stood at export.\n"
            "Checked with the pinned key " +
                std::string(kTestFingerprint) + ".\n");
}

TEST_F(EvidenceVerify, WithoutAPinItSaysSoAndExitsFour) {
  options_.fingerprint = "";
  EXPECT_EQ(Verified(FourRotations().MakeBundle()), kExitOpen);
  EXPECT_THAT(out_, HasSubstr("NOT PINNED: the key came with the file, so anybody may have written "
                              "both.\n  Compare with a fingerprint you got another way: "
                              "--fingerprint " +
                              std::string(kTestFingerprint) + "\n"));
}

TEST_F(EvidenceVerify, ABrokenLinkIsNamedAndNothingBehindItIsProven) {
  Bundle bundle = FourRotations().MakeBundle();
  bundle.rotations[1].entries[6].data = R"({"keyId":"key_9"})";
  EXPECT_EQ(Verified(bundle), kExitNo);
  EXPECT_THAT(out_,
              HasSubstr("BROKEN: rotation stripe-live-2, entry 12: its content was changed: the "
                        "hash differs\n  Before it 11 entries hold; nothing from there on "
                        "is proven.\n"));
  EXPECT_THAT(out_, Not(HasSubstr("Rotation stripe-live-2 (")));
}

TEST_F(EvidenceVerify, BrokenOutweighsNotPinned) {
  options_.fingerprint = "";
  Bundle bundle = FourRotations().MakeBundle();
  bundle.rotations.pop_back();
  EXPECT_EQ(Verified(bundle), kExitNo);
}

TEST_F(EvidenceVerify, AnotherKeyThanThePinnedOneIsWrong) {
  options_.fingerprint = evidence::OtherKey().verifying_key().Fingerprint();
  EXPECT_EQ(Verified(FourRotations().MakeBundle()), kExitNo);
  EXPECT_EQ(out_, "WRONG KEY: the bundle was signed by key " + std::string(kTestFingerprint) +
                      ", not by the pinned one\n");
}

TEST_F(EvidenceVerify, AKeyFilePinsToo) {
  options_.fingerprint = "";
  options_.key_file = Write(evidence::TestKey().verifying_key().Pem());
  EXPECT_EQ(Verified(FourRotations().MakeBundle()), kExitOk);
  options_.key_file = Write(evidence::OtherKey().verifying_key().Pem());
  EXPECT_EQ(Verified(FourRotations().MakeBundle()), kExitNo);
}

TEST_F(EvidenceVerify, PrunedRangesAndWhatIsNotProvenAreTold) {
  Bundle bundle = FourRotations().MakeBundle();
  bundle.rotations.erase(bundle.rotations.begin(), bundle.rotations.begin() + 3);
  EXPECT_EQ(Verified(bundle), kExitOk);
  EXPECT_THAT(out_,
              HasSubstr("Pruned: entries 1 to 20, anchored by the link of entry 21; what they "
                        "say is no longer shown\n"));
  SampleChain chain;
  evidence::Notes notes = Replacement("key_1", "key_2");
  std::erase_if(notes, [](const auto& note) { return note.first == "OldKeyRefused"; });
  Verified(chain.Add("stripe-live-2", notes).MakeBundle());
  EXPECT_THAT(out_, HasSubstr("  not proven  that the provider refuses the old key\n"));
}

TEST_F(EvidenceVerify, ABundleIsReadFromAFile) {
  options_.file = Write(evidence::FormatBundle(FourRotations().MakeBundle()));
  const Result<int> status = Run("");
  ASSERT_TRUE(status) << status.error().ToString();
  EXPECT_EQ(*status, kExitOk);
}

TEST_F(EvidenceVerify, FilesThatAreNoBundleAreNamed) {
  options_.file = "/no/such/file";
  EXPECT_EQ(Run("").error().message, "/no/such/file: no such file");
  EXPECT_EQ(Run("").error().code, ErrorCode::kInvalidArgument);
  options_.file = "-";
  EXPECT_EQ(Run("{}").error().message, "-: kind: must be keysteward.dev/evidence-bundle");
  EXPECT_EQ(Run("").error().code, ErrorCode::kInvalidArgument);
  options_.file = fs::temp_directory_path().string();
  EXPECT_EQ(Run("").error().message, options_.file + ": not a regular file");
}

TEST_F(EvidenceVerify, AnEndlessStreamIsNotReadToItsEnd) {
  class Endless final : public std::streambuf {
   public:
    size_t given = 0;

   private:
    int_type underflow() override {
      given += sizeof block_;
      setg(block_, block_, block_ + sizeof block_);
      return traits_type::to_int_type(block_[0]);
    }
    char block_[1 << 20] = {};
  };
  auto endless = std::make_unique<Endless>();
  std::istream in(endless.get());
  std::ostringstream out;
  const Result<int> status = RunEvidenceVerify(options_, in, out);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "-: evidence bundle larger than 64 MiB");
  EXPECT_LE(endless->given, 66u << 20);
}

TEST_F(EvidenceVerify, ABadPinIsWrongUsage) {
  options_.fingerprint = "21fe";
  const Result<int> status = Run(evidence::FormatBundle(FourRotations().MakeBundle()));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  options_.fingerprint = "";
  options_.key_file = "/no/such/key";
  EXPECT_EQ(Run(evidence::FormatBundle(FourRotations().MakeBundle())).error().message,
            "/no/such/key: no such file");
}

TEST_F(EvidenceVerify, JsonHoldsTheVerdict) {
  options_.output = OutputFormat::kJson;
  Bundle bundle = FourRotations().MakeBundle();
  bundle.rotations.erase(bundle.rotations.begin());
  EXPECT_EQ(Verified(bundle), kExitOk);
  const json answer = json::parse(out_);
  EXPECT_EQ(answer["whole"], true);
  EXPECT_EQ(answer["pinned"], true);
  EXPECT_EQ(answer["verifiedEntries"], 23);
  EXPECT_EQ(answer["pruned"][0], "entries 1 to 5, anchored by the link of entry 6");
  EXPECT_EQ(answer["rotations"][1]["result"], "RolledBack");
  EXPECT_EQ(answer["rotations"][1]["proven"].size(), 3u);
}

TEST_F(EvidenceVerify, AHostileFileCannotDriveTheTerminal) {
  Bundle bundle = FourRotations().MakeBundle();
  bundle.credential_name = "x\x1b[2J";
  bundle.rotations[0].name = "a\nSigned by the pinned key.";
  EXPECT_EQ(Verified(bundle), kExitOk);
  EXPECT_THAT(out_, Not(HasSubstr("\x1b")));
  EXPECT_THAT(out_, HasSubstr("Rotation a\\x0ASigned by the pinned key. ("));
}

}  // namespace
}  // namespace keysteward::cli
