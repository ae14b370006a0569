#include "cli/scan/scanned_secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {
namespace {

using policy::SecretState;
using Presence = SecretState::Presence;
using testing::Contains;
using testing::Pair;

class ScannedSecretsTest : public testing::Test {
 protected:
  void Learn(const std::string& yaml) {
    texts_.push_back(std::make_unique<std::string>(yaml));
    Result<detection::ManifestFile> file = detection::ManifestReader().Read(*texts_.back());
    ASSERT_TRUE(file) << file.error().ToString();
    files_.push_back(std::make_unique<detection::ManifestFile>(*std::move(file)));
    for (const detection::Document& document : files_.back()->documents) {
      for (const detection::Node* object : detection::ObjectsOf(*document.root)) {
        secrets_.Learn(*object);
      }
    }
  }
  SecretState Find(const std::string& name, const std::string& namespace_name = "payments") {
    return secrets_.Find(namespace_name, name);
  }

  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<std::unique_ptr<detection::ManifestFile>> files_;
  ScannedSecrets secrets_;
};

TEST_F(ScannedSecretsTest, WhatNothingCreatesIsMissing) {
  Learn("kind: ConfigMap\nmetadata: {name: stripe}\n");
  EXPECT_EQ(Find("stripe").presence, Presence::kMissing);
}

TEST_F(ScannedSecretsTest, ASecretBringsItsAnnotations) {
  Learn(
      "kind: Secret\nmetadata: {name: a, namespace: payments, annotations: "
      "{keysteward.dev/owner: payments}}\n");
  EXPECT_EQ(Find("a").presence, Presence::kFound);
  EXPECT_FALSE(Find("a").managed);
  EXPECT_THAT(Find("a").annotations, Contains(Pair("keysteward.dev/owner", "payments")));
}

TEST_F(ScannedSecretsTest, AManagedCredentialDeliversAManagedOne) {
  Learn(
      "apiVersion: keysteward.dev/v1alpha1\nkind: ManagedCredential\nmetadata: {name: m}\nspec: "
      "{delivery: {secretName: delivered}}\n");
  EXPECT_TRUE(Find("delivered").managed);
  EXPECT_EQ(Find("m").presence, Presence::kMissing);
}

TEST_F(ScannedSecretsTest, OtherKindsThatCreateSecretsCount) {
  Learn(
      "kind: SealedSecret\nmetadata: {name: sealed}\nspec: {template: {metadata: {annotations: {o: "
      "s}}}}\n---\n"
      "kind: ExternalSecret\nmetadata: {name: ext}\nspec: {target: {name: target, template: "
      "{metadata: {annotations: {o: e}}}}}\n---\n"
      "kind: ExternalSecret\nmetadata: {name: plain}\nspec: {}\n---\n"
      "kind: SecretProviderClass\nmetadata: {name: c}\nspec: {secretObjects: [{secretName: csi}]}\n"
      "---\n"
      "kind: Kustomization\nsecretGenerator: [{name: gen, options: {annotations: {o: k}}}]\n");
  EXPECT_THAT(Find("sealed").annotations, Contains(Pair("o", "s")));
  EXPECT_THAT(Find("target").annotations, Contains(Pair("o", "e")));
  EXPECT_EQ(Find("ext").presence, Presence::kMissing);
  EXPECT_EQ(Find("plain").presence, Presence::kFound);
  EXPECT_EQ(Find("csi").presence, Presence::kFound);
  EXPECT_THAT(Find("gen").annotations, Contains(Pair("o", "k")));
}

TEST_F(ScannedSecretsTest, AManifestWithoutANamespaceMatchesAny) {
  Learn(
      "kind: Secret\nmetadata: {name: free}\n---\n"
      "kind: Secret\nmetadata: {name: bound, namespace: billing}\n");
  EXPECT_EQ(Find("free", "payments").presence, Presence::kFound);
  EXPECT_EQ(Find("bound", "payments").presence, Presence::kMissing);
  EXPECT_EQ(Find("bound", "billing").presence, Presence::kFound);
  EXPECT_EQ(Find("bound", "").presence, Presence::kFound);
}

TEST_F(ScannedSecretsTest, OperatorsOfOthersMakeSecretsToo) {
  Learn(
      "kind: Certificate\nspec: {secretName: web-tls, secretTemplate: {annotations: {a: x}}}\n---\n"
      "kind: VaultStaticSecret\nspec: {destination: {name: db, annotations: {a: y}}}\n---\n"
      "kind: VaultPKISecret\nspec: {destination: {name: pki}}\n");
  EXPECT_EQ(Find("web-tls").annotations.at("a"), "x");
  EXPECT_EQ(Find("db").annotations.at("a"), "y");
  EXPECT_EQ(Find("pki").presence, Presence::kFound);
}

TEST_F(ScannedSecretsTest, WhatIsFilledInLaterIsUnknown) {
  Learn("kind: Secret\nmetadata: {name: x, namespace: '{{ .Release.Namespace }}'}\n");
  EXPECT_EQ(Find("x", "payments").presence, Presence::kFound);
  EXPECT_EQ(Find("{{ .Release.Name }}-secret").presence, Presence::kUnknown);
  EXPECT_EQ(Find("<Secret with the DB Pass>").presence, Presence::kUnknown);
  EXPECT_EQ(Find("other").presence, Presence::kMissing);
}

TEST_F(ScannedSecretsTest, ObjectsOfAnyShapeAreLearntFrom) {
  Learn(
      "kind: Secret\n---\nkind: Secret\nmetadata: text\n---\nkind: ExternalSecret\nspec: []\n---\n"
      "kind: SecretProviderClass\nspec: {secretObjects: text}\n---\n"
      "kind: Kustomization\nsecretGenerator: {a: b}\n---\nkind: [Secret]\n---\n7\n");
  EXPECT_EQ(Find("").presence, Presence::kMissing);
}

}  // namespace
}  // namespace keysteward::cli
