#include "detection/fields/field_table.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

void ExpectMeaning(Meaning meaning, std::string_view kind, int depth,
                   std::initializer_list<const char*> names) {
  for (const char* name : names) {
    EXPECT_EQ(UseOf(kind, name, depth).meaning, meaning) << kind << " " << name << " at " << depth;
  }
}

TEST(UseOf, UnknownFieldsAreLiteral) {
  ExpectMeaning(Meaning::kLiteral, "Deployment", 4,
                {"value", "password", "token", "apiKey", "data", "stringData", "spec", "", "x"});
  ExpectMeaning(Meaning::kLiteral, "", 2, {"data", "rules", "spec", "request", "apiVersion"});
}

TEST(UseOf, NamesOfOtherObjectsAreReferences) {
  ExpectMeaning(
      Meaning::kReference, "Pod", 3,
      {"secretName", "secretKeyRef", "secretRef", "configMapKeyRef", "imagePullSecrets",
       "serviceAccountName", "image", "key", "path", "mountPath", "claimName", "fromSecret",
       "existingSecret", "remoteRef", "storageClassName", "volumeName", "topologyKey"});
}

TEST(UseOf, EndingsOfReferencesCountInAnyKind) {
  ExpectMeaning(Meaning::kReference, "Widget", 2,
                {"passwordSecretRef", "tokenSecretName", "userKeyRef", "adminSecretKeyRef",
                 "ingressClassName", "robotAccountName", "tokenKeyName", "podAffinitySelector",
                 "credentialsRef"});
  ExpectMeaning(Meaning::kLiteral, "Widget", 2, {"Ref", "SecretName", "href", "refs", "reference"});
}

TEST(UseOf, SecretValuesAreWhereTheyBelong) {
  ExpectMeaning(Meaning::kIgnored, "Secret", 1, {"data", "stringData"});
  ExpectMeaning(Meaning::kLiteral, "Secret", 2, {"data", "stringData"});
  ExpectMeaning(Meaning::kLiteral, "ConfigMap", 1, {"data", "stringData", "binaryData"});
  ExpectMeaning(Meaning::kLiteral, "secret", 1, {"data"});
}

TEST(UseOf, SchemaTextDescribesFields) {
  ExpectMeaning(Meaning::kSchema, "CustomResourceDefinition", 1, {"spec"});
  ExpectMeaning(Meaning::kLiteral, "CustomResourceDefinition", 2, {"spec"});
  ExpectMeaning(Meaning::kSchema, "Anything", 5, {"openAPIV3Schema", "$schema"});
}

TEST(UseOf, CiphertextAndCertificatesAreNoLiterals) {
  ExpectMeaning(Meaning::kCiphertext, "SealedSecret", 2, {"encryptedData"});
  ExpectMeaning(Meaning::kCiphertext, "CertificateSigningRequest", 2, {"request"});
  ExpectMeaning(Meaning::kCiphertext, "ValidatingWebhookConfiguration", 3, {"caBundle"});
  ExpectMeaning(Meaning::kCiphertext, "ConfigMap", 1, {"sops"});
  ExpectMeaning(Meaning::kLiteral, "ConfigMap", 2, {"sops"});
  ExpectMeaning(Meaning::kLiteral, "Widget", 2, {"request"});
}

TEST(UseOf, BookkeepingIsIgnored) {
  ExpectMeaning(Meaning::kIgnored, "Pod", 2,
                {"managedFields", "ownerReferences", "uid", "resourceVersion", "creationTimestamp",
                 "selfLink"});
}

TEST(UseOf, StoresOfSecretsReferToThem) {
  ExpectMeaning(Meaning::kReference, "ExternalSecret", 2, {"data", "dataFrom"});
  ExpectMeaning(Meaning::kReference, "SecretStore", 2, {"provider", "anything"});
  ExpectMeaning(Meaning::kReference, "SecretProviderClass", 2, {"parameters"});
  ExpectMeaning(Meaning::kLiteral, "SecretProviderClass", 1, {"spec"});
  ExpectMeaning(Meaning::kReference, "ClusterRole", 1, {"rules"});
  ExpectMeaning(Meaning::kLiteral, "PrometheusRule", 1, {"rules"});
}

TEST(UseOf, ProseIsForPeople) {
  ExpectMeaning(Meaning::kReference, "PrometheusRule", 4,
                {"description", "summary", "message", "runbook_url", "help"});
}

void ExpectRole(Role role, std::initializer_list<const char*> names) {
  for (const char* name : names) EXPECT_EQ(UseOf("Widget", name, 3).role, role) << name;
}

TEST(UseOf, ListsAreKnownByName) {
  ExpectRole(Role::kCommandLine, {"args", "command", "extraArgs", "cmd", "entrypoint"});
  ExpectRole(Role::kEnvironment, {"env", "envs", "extraEnv", "environment", "extraEnvVars"});
  ExpectRole(Role::kParameters, {"parameters", "params", "set", "parameterOverrides"});
  ExpectRole(Role::kHeaders, {"httpHeaders", "headers", "requestHeaders", "customRequestHeaders"});
  ExpectRole(Role::kProse, {"description", "message", "notes"});
  ExpectRole(Role::kPlain, {"", "Env", "arg", "header", "parameter", "envFrom", "secretName"});
}

TEST(UseOf, AKindChangesTheMeaningAndNotTheRole) {
  EXPECT_EQ(UseOf("SecretProviderClass", "parameters", 2).role, Role::kParameters);
  EXPECT_EQ(UseOf("SecretProviderClass", "parameters", 2).meaning, Meaning::kReference);
}

TEST(IsProse, IsTextForPeople) {
  EXPECT_TRUE(IsProse("runbook_url"));
  EXPECT_FALSE(IsProse("value"));
  EXPECT_FALSE(IsProse(""));
}

TEST(UseOf, AStatusIsAReport) {
  EXPECT_EQ(UseOf("VaultStaticSecret", "status", 1).meaning, Meaning::kReference);
  EXPECT_EQ(UseOf("Widget", "status", 2).meaning, Meaning::kLiteral);
}

// resources and tls hold values too: a Composition's objects, a chart's keystore password.
TEST(UseOf, HidesNothingBelowCommonNames) {
  ExpectMeaning(Meaning::kLiteral, "Composition", 2, {"resources"});
  ExpectMeaning(Meaning::kLiteral, "HelmRelease", 3, {"tls"});
}

TEST(IsReferenceObject, SaysWhereToLook) {
  EXPECT_TRUE(IsReferenceObject("passwordSecret"));
  EXPECT_TRUE(IsReferenceObject("authSecretRef"));
  EXPECT_FALSE(IsReferenceObject("auth"));
}

TEST(UseOf, KnowsObjectsOfCredentials) {
  EXPECT_EQ(UseOf("GrafanaDatasource", "secureJsonData", 3).role, Role::kCredentials);
  EXPECT_EQ(UseOf("GrafanaDatasource", "jsonData", 3).role, Role::kPlain);
}

}  // namespace
}  // namespace keysteward::detection
