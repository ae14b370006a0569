#include "cli/commands/evidence_export_command.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "api/core/config_map_types.h"
#include "cli/exit_codes.h"
#include "evidence/verifier.h"
#include "tests/cli/command_test.h"
#include "tests/evidence/evidence_samples.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using api::core::ConfigMap;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using testing::HasSubstr;

class EvidenceExport : public CommandTest {
 protected:
  EvidenceExport() {
    const evidence::SampleChain chain = evidence::FourRotations();
    Store(ManagedCredentialBuilder().With([&](ManagedCredential& credential) {
      credential.status.evidence = chain.credential().status.evidence;
    }));
    for (const CredentialRotation& rotation : chain.rotations()) {
      Store(CredentialRotationBuilder(rotation.metadata.name).With([&](CredentialRotation& stored) {
        stored.status.evidence = rotation.status.evidence;
      }));
    }
  }
  void Publish(const nlohmann::json& entries) {
    Store(api::KindOf<ConfigMap>::resource,
          {{"apiVersion", "v1"},
           {"kind", "ConfigMap"},
           {"metadata", {{"name", "keysteward-installation"}, {"namespace", "keysteward-system"}}},
           {"data", entries}});
  }
  void PublishAll() {
    Publish({{"id", "abc123"}, {"evidence-public-key", evidence::TestKey().verifying_key().Pem()}});
  }
  // The fake server gives uids of its own; signatures are over those of the sample.
  evidence::Bundle Read(const std::string& text) {
    evidence::Bundle bundle = evidence::ParseBundle(text).value();
    bundle.credential_uid = "uid-stripe-live";
    for (auto& rotation : bundle.rotations) rotation.uid = "uid-" + rotation.name;
    return bundle;
  }
};

TEST_F(EvidenceExport, WhatIsExportedVerifies) {
  PublishAll();
  const Result<int> status = RunEvidenceExport(context, {.name = "stripe-live"});
  ASSERT_TRUE(status) << status.error().ToString();
  EXPECT_EQ(*status, kExitOk);
  const auto report = evidence::Verify(
      Read(out()), {.public_key_pem = {}, .fingerprint = evidence::kTestFingerprint});
  ASSERT_TRUE(report) << report.error().ToString();
  EXPECT_EQ(report->broken, "");
  EXPECT_EQ(report->verified, 28);
  EXPECT_EQ(err(),
            "fingerprint of the signing key: " + std::string(evidence::kTestFingerprint) +
                "\ncheck it with: keysteward evidence verify FILE --fingerprint " +
                evidence::kTestFingerprint +
                "\nKeep the fingerprint apart from the file: a pin that comes with it proves "
                "nothing.\n");
}

TEST_F(EvidenceExport, AFileIsWrittenAndTheStreamLeftAlone) {
  PublishAll();
  const fs::path file = fs::temp_directory_path() / ("evidence-" + std::to_string(::getpid()));
  ASSERT_TRUE(RunEvidenceExport(context, {.name = "stripe-live", .file = file.string()}));
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  fs::remove(file);
  EXPECT_EQ(Read(text).rotations.size(), 4u);
  EXPECT_EQ(out(), "");
  EXPECT_THAT(err(), HasSubstr("wrote " + file.string() + ": 28 entries, 4 rotations\n"));
}

TEST_F(EvidenceExport, AFileThatCannotBeWrittenIsNamed) {
  PublishAll();
  const auto status =
      RunEvidenceExport(context, {.name = "stripe-live", .file = "/no/such/folder/f"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "cannot write /no/such/folder/f");
}

TEST_F(EvidenceExport, AnInstallationWithoutThePublishedKeyIsExplained) {
  Publish({{"id", "abc123"}});
  EXPECT_EQ(RunEvidenceExport(context, {.name = "stripe-live"}).error().message,
            "ConfigMap keysteward-system/keysteward-installation has no entry evidence-public-key; "
            "the operator writes it when it starts: is it running, and as new as this program?");
}

TEST_F(EvidenceExport, AnotherOperatorNamespaceCanBeNamed) {
  context.operator_namespace = "elsewhere";
  const auto status = RunEvidenceExport(context, {.name = "stripe-live"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(
      status.error().message,
      testing::StartsWith("ConfigMap elsewhere/keysteward-installation (Keysteward's namespace "
                          "is set with --operator-namespace): "));
}

TEST_F(EvidenceExport, AnUnknownCredentialHasNoEvidence) {
  PublishAll();
  EXPECT_EQ(RunEvidenceExport(context, {.name = "other"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(out(), "");
}

TEST_F(EvidenceExport, APublishedKeyThatIsNoneIsNotExported) {
  Publish({{"id", "abc123"}, {"evidence-public-key", "junk"}});
  EXPECT_THAT(RunEvidenceExport(context, {.name = "stripe-live"}).error().message,
              testing::StartsWith("published evidence key: "));
  EXPECT_EQ(out(), "");
}

}  // namespace
}  // namespace keysteward::cli
