#include "cli/scan/credential_manifest.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/managed_credential_validation.h"
#include "common/duration.h"
#include "detection/reader/manifest_reader.h"
#include "policy/manifest_json.h"

namespace keysteward::cli {
namespace {

api::v1alpha1::ManagedCredential Made(const ProposedCredential& proposed) {
  const std::string text = CredentialManifest(proposed);
  const auto manifest = detection::ManifestReader().Read(text);
  EXPECT_TRUE(manifest) << manifest.error().ToString();
  EXPECT_EQ(manifest->documents.size(), 1u);
  const auto credential = api::Decode<api::v1alpha1::ManagedCredential>(
      policy::ManifestJson(*manifest->documents[0].root));
  EXPECT_TRUE(credential) << credential.error().ToString();
  return *credential;
}

TEST(CredentialManifest, IsValidAsItStands) {
  const auto credential = Made({"api-key", "API_KEY", "shop", "API_KEY of Deployment api"});
  const auto errors =
      api::v1alpha1::ValidateCreate(credential, ParseTime("2026-11-26T12:00:00Z").value());
  EXPECT_TRUE(errors.empty()) << errors.front().ToString();
  EXPECT_EQ(credential.metadata.namespace_name, "shop");
  EXPECT_EQ(credential.spec.delivery.secret_name, "api-key");
  ASSERT_EQ(credential.spec.delivery.entries.size(), 1u);
  EXPECT_EQ(credential.spec.delivery.entries[0].name, "API_KEY");
}

TEST(CredentialManifest, LeavesTheNamespaceToTheManifestsOwn) {
  EXPECT_EQ(CredentialManifest({"a", "A", "", "A of Pod p"}).find("namespace"), std::string::npos);
}

TEST(CredentialManifest, NamesOfStrangersStayText) {
  const auto credential =
      Made({"a", "A", "", "X\": {evil: true}\nkind: Secret of Pod " + std::string(500, 'p')});
  EXPECT_EQ(credential.metadata.name, "a");
  EXPECT_LE(credential.spec.purpose.size(), 200u);
}

}  // namespace
}  // namespace keysteward::cli
