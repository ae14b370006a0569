#include "detection/fields/field_table.h"

#include <gtest/gtest.h>

#include "common/strings.h"

namespace keysteward::detection {
namespace {

// The use of the last member of "spec.template.spec" in an object of that kind; lists are not
// spelled.
FieldUse UseIn(std::string_view api_version, std::string_view kind, std::string_view path) {
  const FieldTable& table = BuiltInFields();
  FieldStep step{{}, table.RootOf(api_version, kind)};
  for (const std::string_view name : Split(path, '.')) step = table.Step(step.next, name);
  return step.use;
}

FieldUse UseOf(std::string_view name) { return BuiltInFields().Step(kAnyObject, name).use; }

void ExpectMeaning(Meaning meaning, std::initializer_list<const char*> names) {
  for (const char* name : names) EXPECT_EQ(UseOf(name).meaning, meaning) << name;
}

void ExpectRole(Role role, std::initializer_list<const char*> names) {
  for (const char* name : names) EXPECT_EQ(UseOf(name).role, role) << name;
}

TEST(FieldTable, TakesUnknownNamesForLiterals) {
  ExpectMeaning(Meaning::kLiteral,
                {"value", "password", "token", "apiKey", "data", "stringData", "spec", "", "x",
                 "rules", "request", "apiVersion", "sops", "status"});
}

TEST(FieldTable, TakesNamesOfOtherObjectsForReferences) {
  ExpectMeaning(Meaning::kReference, {"secretName",
                                      "secretKeyRef",
                                      "secretRef",
                                      "configMapKeyRef",
                                      "imagePullSecrets",
                                      "serviceAccountName",
                                      "image",
                                      "key",
                                      "path",
                                      "mountPath",
                                      "claimName",
                                      "fromSecret",
                                      "existingSecret",
                                      "remoteRef",
                                      "storageClassName",
                                      "volumeName",
                                      "topologyKey",
                                      "publishConnectionDetailsTo",
                                      "connectionSecretKeys",
                                      "writeConnectionSecretToRef"});
}

TEST(FieldTable, KnowsEndingsOfReferences) {
  ExpectMeaning(Meaning::kReference, {"passwordSecretRef", "tokenSecretName", "userKeyRef",
                                      "adminSecretKeyRef", "ingressClassName", "robotAccountName",
                                      "tokenKeyName", "podAffinitySelector", "credentialsRef"});
  ExpectMeaning(Meaning::kLiteral, {"Ref", "SecretName", "href", "refs", "reference"});
}

TEST(FieldTable, KnowsCiphertextSchemasAndBookkeepingByName) {
  ExpectMeaning(Meaning::kCiphertext, {"caBundle", "encryptedData", "ca.crt"});
  ExpectMeaning(Meaning::kSchema, {"openAPIV3Schema", "$schema"});
  ExpectMeaning(Meaning::kIgnored, {"managedFields", "ownerReferences", "uid", "resourceVersion",
                                    "creationTimestamp", "selfLink"});
}

TEST(FieldTable, KnowsListsByName) {
  ExpectRole(Role::kCommandLine, {"args", "command", "extraArgs", "cmd", "entrypoint"});
  ExpectRole(Role::kEnvironment, {"env", "envs", "extraEnv", "environment", "extraEnvVars"});
  ExpectRole(Role::kParameters, {"parameters", "params", "set", "parameterOverrides"});
  ExpectRole(Role::kHeaders, {"httpHeaders", "headers", "requestHeaders", "customRequestHeaders"});
  ExpectRole(Role::kProse, {"description", "summary", "message", "notes", "runbook_url", "help"});
  ExpectRole(Role::kCredentials, {"secureJsonData"});
  ExpectRole(Role::kPlain,
             {"", "Env", "arg", "header", "parameter", "envFrom", "secretName", "jsonData"});
}

// resources and tls hold values too: a Composition's objects, a chart's keystore password.
TEST(FieldTable, HidesNothingBelowCommonNames) {
  ExpectMeaning(Meaning::kLiteral, {"resources", "tls"});
}

TEST(FieldTable, KnowsWhatAllRootsHave) {
  for (const auto& [version, kind] :
       {std::pair("v1", "Pod"), std::pair("example.com/v1", "Widget"),
        std::pair("secrets.hashicorp.com/v1beta1", "VaultStaticSecret")}) {
    EXPECT_EQ(UseIn(version, kind, "status").meaning, Meaning::kReference) << kind;
    EXPECT_EQ(UseIn(version, kind, "apiVersion").meaning, Meaning::kReference) << kind;
    EXPECT_EQ(UseIn(version, kind, "sops").meaning, Meaning::kCiphertext) << kind;
    EXPECT_EQ(UseIn(version, kind, "metadata.managedFields").meaning, Meaning::kIgnored) << kind;
    EXPECT_EQ(UseIn(version, kind, "spec.sops").meaning, Meaning::kLiteral) << kind;
  }
}

TEST(FieldTable, FollowsTheTypesOfBuiltInKinds) {
  const std::string container = "spec.template.spec.containers";
  const auto in = [&](const std::string& path) {
    return UseIn("apps/v1", "Deployment", container + "." + path);
  };
  EXPECT_EQ(in("env").role, Role::kEnvironment);
  EXPECT_EQ(in("env.value").meaning, Meaning::kLiteral);
  EXPECT_EQ(in("args").role, Role::kCommandLine);
  EXPECT_EQ(in("imagePullPolicy").meaning, Meaning::kReference);
  EXPECT_EQ(in("livenessProbe.httpGet.httpHeaders").role, Role::kHeaders);
  EXPECT_EQ(in("livenessProbe.periodSeconds").meaning, Meaning::kReference);
  EXPECT_EQ(
      UseIn("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec.schedulerName").meaning,
      Meaning::kReference);
}

// By its name a path is a reference; the query of a probe's may carry a key.
TEST(FieldTable, KnowsBetterThanTheNameInABuiltInKind) {
  EXPECT_EQ(UseIn("v1", "Pod", "spec.containers.livenessProbe.httpGet.path").meaning,
            Meaning::kLiteral);
  EXPECT_EQ(UseIn("v1", "Pod", "spec.volumes.hostPath").meaning, Meaning::kReference);
}

TEST(FieldTable, FallsBackToNamesForWhatABuiltInKindDoesNotHave) {
  EXPECT_EQ(UseIn("v1", "Pod", "spec.containers.apiToken").meaning, Meaning::kLiteral);
  EXPECT_EQ(UseIn("v1", "Pod", "spec.containers.vaultSecretRef").meaning, Meaning::kReference);
  EXPECT_EQ(UseIn("v1", "Pod", "spec.newThing.env").role, Role::kEnvironment);
}

TEST(FieldTable, KnowsKindsByTheirGroup) {
  EXPECT_EQ(UseIn("v1", "Secret", "data").meaning, Meaning::kIgnored);
  EXPECT_EQ(UseIn("v1", "Secret", "stringData").meaning, Meaning::kIgnored);
  EXPECT_EQ(UseIn("example.com/v1", "Secret", "data").meaning, Meaning::kLiteral);
  EXPECT_EQ(UseIn("v1", "secret", "data").meaning, Meaning::kLiteral);
  EXPECT_EQ(UseIn("v1", "ConfigMap", "data").role, Role::kConfiguration);
  EXPECT_EQ(UseIn("v1", "ConfigMap", "stringData").role, Role::kPlain);
  EXPECT_EQ(UseIn("rbac.authorization.k8s.io/v1", "ClusterRole", "rules.verbs").meaning,
            Meaning::kReference);
  EXPECT_EQ(UseIn("monitoring.coreos.com/v1", "PrometheusRule", "rules").meaning,
            Meaning::kLiteral);
  EXPECT_EQ(UseIn("certificates.k8s.io/v1", "CertificateSigningRequest", "spec.request").meaning,
            Meaning::kCiphertext);
  EXPECT_EQ(UseIn("example.com/v1", "Widget", "spec.request").meaning, Meaning::kLiteral);
}

TEST(FieldTable, TakesTheLastVersionForOneItDoesNotHave) {
  const FieldTable& table = BuiltInFields();
  EXPECT_EQ(table.RootOf("apps/v1beta2", "Deployment"), table.RootOf("apps/v1", "Deployment"));
  EXPECT_EQ(table.RootOf("autoscaling/v3", "HorizontalPodAutoscaler"),
            table.RootOf("autoscaling/v2", "HorizontalPodAutoscaler"));
  EXPECT_NE(table.RootOf("autoscaling/v1", "HorizontalPodAutoscaler"),
            table.RootOf("autoscaling/v2", "HorizontalPodAutoscaler"));
  EXPECT_EQ(table.RootOf("v1", "Deployment"), kRootObject);
  EXPECT_EQ(table.RootOf("apps/v1", "Deploymen"), kRootObject);
  EXPECT_EQ(table.RootOf("apps/v1", ""), kRootObject);
}

// Patches and examples leave it out.
TEST(FieldTable, TakesADocumentWithoutApiVersionForTheBuiltInKind) {
  const FieldTable& table = BuiltInFields();
  EXPECT_EQ(table.RootOf("", "Secret"), table.RootOf("v1", "Secret"));
  EXPECT_EQ(table.RootOf("", "Service"), table.RootOf("v1", "Service"));
  EXPECT_EQ(table.RootOf("", "SealedSecret"), table.RootOf("bitnami.com/v1alpha1", "SealedSecret"));
  EXPECT_EQ(table.RootOf("", ""), kRootObject);
}

TEST(IsReferenceObject, SaysWhereToLook) {
  EXPECT_TRUE(BuiltInFields().IsReferenceObject("passwordSecret"));
  EXPECT_TRUE(BuiltInFields().IsReferenceObject("authSecretRef"));
  EXPECT_FALSE(BuiltInFields().IsReferenceObject("auth"));
}

}  // namespace
}  // namespace keysteward::detection
