#include "detection/fields/field_table.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

void ExpectMeaning(Meaning meaning, std::string_view kind, int depth,
                   std::initializer_list<const char*> names) {
  for (const char* name : names) {
    EXPECT_EQ(MeaningOf(kind, name, depth), meaning) << kind << " " << name << " at " << depth;
  }
}

TEST(MeaningOf, UnknownFieldsAreLiteral) {
  ExpectMeaning(Meaning::kLiteral, "Deployment", 4,
                {"value", "password", "token", "apiKey", "data", "stringData", "spec", "", "x"});
  ExpectMeaning(Meaning::kLiteral, "", 2, {"data", "rules", "spec", "request", "apiVersion"});
}

TEST(MeaningOf, NamesOfOtherObjectsAreReferences) {
  ExpectMeaning(Meaning::kReference, "Pod", 3,
                {"secretName", "secretKeyRef", "secretRef", "configMapKeyRef", "imagePullSecrets",
                 "serviceAccountName", "image", "key", "path", "mountPath", "claimName", "tls",
                 "existingSecret", "remoteRef", "storageClassName", "volumeName", "topologyKey"});
}

TEST(MeaningOf, EndingsOfReferencesCountInAnyKind) {
  ExpectMeaning(Meaning::kReference, "Widget", 2,
                {"passwordSecretRef", "tokenSecretName", "userKeyRef", "adminSecretKeyRef",
                 "ingressClassName", "robotAccountName", "tokenKeyName", "podAffinitySelector",
                 "credentialsRef"});
  ExpectMeaning(Meaning::kLiteral, "Widget", 2, {"Ref", "SecretName", "href", "refs", "reference"});
}

TEST(MeaningOf, SecretValuesAreWhereTheyBelong) {
  ExpectMeaning(Meaning::kIgnored, "Secret", 1, {"data", "stringData"});
  ExpectMeaning(Meaning::kLiteral, "Secret", 2, {"data", "stringData"});
  ExpectMeaning(Meaning::kLiteral, "ConfigMap", 1, {"data", "stringData", "binaryData"});
  ExpectMeaning(Meaning::kLiteral, "secret", 1, {"data"});
}

TEST(MeaningOf, SchemaTextDescribesFields) {
  ExpectMeaning(Meaning::kSchema, "CustomResourceDefinition", 1, {"spec"});
  ExpectMeaning(Meaning::kLiteral, "CustomResourceDefinition", 2, {"spec"});
  ExpectMeaning(Meaning::kSchema, "Anything", 5, {"openAPIV3Schema", "$schema"});
}

TEST(MeaningOf, CiphertextAndCertificatesAreNoLiterals) {
  ExpectMeaning(Meaning::kCiphertext, "SealedSecret", 2, {"encryptedData"});
  ExpectMeaning(Meaning::kCiphertext, "CertificateSigningRequest", 2, {"request"});
  ExpectMeaning(Meaning::kCiphertext, "ValidatingWebhookConfiguration", 3, {"caBundle"});
  ExpectMeaning(Meaning::kCiphertext, "ConfigMap", 1, {"sops"});
  ExpectMeaning(Meaning::kLiteral, "ConfigMap", 2, {"sops"});
  ExpectMeaning(Meaning::kLiteral, "Widget", 2, {"request"});
}

TEST(MeaningOf, BookkeepingIsIgnored) {
  ExpectMeaning(Meaning::kIgnored, "Pod", 2,
                {"managedFields", "ownerReferences", "uid", "resourceVersion", "creationTimestamp",
                 "selfLink"});
}

TEST(MeaningOf, StoresOfSecretsReferToThem) {
  ExpectMeaning(Meaning::kReference, "ExternalSecret", 2, {"data", "dataFrom"});
  ExpectMeaning(Meaning::kReference, "SecretStore", 2, {"provider", "anything"});
  ExpectMeaning(Meaning::kReference, "SecretProviderClass", 2, {"parameters"});
  ExpectMeaning(Meaning::kLiteral, "SecretProviderClass", 1, {"spec"});
  ExpectMeaning(Meaning::kReference, "ClusterRole", 1, {"rules"});
  ExpectMeaning(Meaning::kLiteral, "PrometheusRule", 1, {"rules"});
}

TEST(MeaningOf, ProseIsForPeople) {
  ExpectMeaning(Meaning::kReference, "PrometheusRule", 4,
                {"description", "summary", "message", "runbook_url", "help"});
}

TEST(FieldNames, KnowTheirLists) {
  for (const char* name : {"args", "command", "extraArgs", "cmd", "entrypoint"}) {
    EXPECT_TRUE(IsCommandLine(name)) << name;
  }
  for (const char* name : {"env", "envs", "extraEnv", "environment", "extraEnvVars"}) {
    EXPECT_TRUE(IsEnvironment(name)) << name;
  }
  for (const char* name : {"parameters", "params", "set", "parameterOverrides"}) {
    EXPECT_TRUE(IsParameterList(name)) << name;
  }
  for (const char* name : {"httpHeaders", "headers", "requestHeaders", "customRequestHeaders"}) {
    EXPECT_TRUE(IsHeaderList(name)) << name;
  }
  for (const char* name : {"", "Env", "arg", "header", "parameter", "envFrom"}) {
    EXPECT_FALSE(IsCommandLine(name) || IsEnvironment(name) || IsParameterList(name) ||
                 IsHeaderList(name) || IsProse(name))
        << name;
  }
}

}  // namespace
}  // namespace keysteward::detection
