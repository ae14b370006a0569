#include "detection/fields/field_walker.h"

#include <gtest/gtest.h>

#include "detection/fields/secret_references.h"
#include "tests/detection/fields/walked_leaves.h"

namespace keysteward::detection {
namespace {

TEST(FieldWalker, NamesAValueByItsSibling) {
  EXPECT_EQ(WalkedLeaves("kind: Pod\nspec: {containers: [{env: [{name: API_KEY, value: abc}]}]}\n"),
            "spec.containers[0].env[0].value API_KEY=abc|");
  EXPECT_EQ(WalkedLeaves("spec: {tags: [{key: token, value: abc}]}"),
            "spec.tags[0].value token=abc|");
}

TEST(FieldWalker, ReadsCommandLines) {
  EXPECT_EQ(WalkedLeaves("spec: {args: [serve, --token, abc, --key=def, -x, --y]}"),
            "spec.args[0] =serve|spec.args[1] =--token|spec.args[2] token=abc|"
            "spec.args[3] =--key=def|spec.args[3] key=def|spec.args[4] =-x|spec.args[5] =--y|");
}

TEST(FieldWalker, KnowsWhatProgramsTakeForAPassword) {
  EXPECT_EQ(WalkedLeaves("spec: {command: [redis-cli, \"-a\", abc]}"),
            "spec.command[0] =redis-cli|spec.command[1] =-a|spec.command[2] command-password=abc|");
  EXPECT_EQ(WalkedLeaves("spec: {args: [\"-a\", abc], command: [redis-cli]}"),
            "spec.args[0] =-a|spec.args[1] command-password=abc|spec.command[0] =redis-cli|");
  EXPECT_EQ(WalkedLeaves("spec: {command: [curl, \"-u\", \"me:abc\"]}"),
            "spec.command[0] =curl|spec.command[1] =-u|spec.command[2] u=me:abc|"
            "spec.command[2] command-password=abc|");
  EXPECT_EQ(WalkedLeaves("spec: {command: [mkdir, \"-p\", abc]}"),
            "spec.command[0] =mkdir|spec.command[1] =-p|spec.command[2] p=abc|");
}

TEST(FieldWalker, CallsItemsByTheirListsName) {
  EXPECT_EQ(WalkedLeaves("a: {apiTokens: [x], passwords: [p], secrets: [z], tokens: [t]}"),
            "a.apiTokens[0] apiToken=x|a.passwords[0] password=p|a.secrets[0] secrets=z|"
            "a.tokens[0] tokens=t|");
}

TEST(FieldWalker, TakesTheKeyOfACipherForOne) {
  EXPECT_EQ(WalkedLeaves("chpasswd: {list: 'a:b', expire: x}"),
            "chpasswd.list chpasswd=a:b|chpasswd.expire expire=x|");
  EXPECT_EQ(WalkedLeaves("spec: {x: {jwt: {key: abc}, encrypt: {key: d}}}"),
            "spec.x.jwt.key key=abc|spec.x.encrypt.key key=d|");
}

TEST(FieldWalker, ReadsAnObjectThatHasTheNameOfAReference) {
  EXPECT_EQ(WalkedLeaves("spec: {property: {bindPassword: abc}, path: {token: d}}"),
            "spec.property.bindPassword bindPassword=abc|spec.path.token token=d|");
  EXPECT_EQ(WalkedLeaves("spec: {property: abc, path: [d]}"), "") << "as a text it names something";
  EXPECT_EQ(WalkedLeaves("configMap: {password: abc}"), "configMap.password password=abc|");
  EXPECT_EQ(WalkedLeaves("spec: {secretKeys: {password: abc}}"), "") << "which entry holds it";
}

TEST(FieldWalker, TakesExamplesForNoSettings) {
  EXPECT_EQ(WalkedLeaves("schema: {example: {password: abc}, examples: [{password: d}]}"), "");
}

TEST(FieldWalker, KnowsTheUpstreamsAndSecretsOfNginx) {
  EXPECT_EQ(WalkedLeaves("apiVersion: k8s.nginx.org/v1\nkind: VirtualServer\nspec:\n"
                         "  tls: {secret: a}\n  routes: [{action: {pass: b}, splits: [{action: "
                         "{pass: c}}]}]\n"),
            "");
  EXPECT_EQ(WalkedLeaves("apiVersion: k8s.nginx.org/v1\nkind: Policy\nspec: {oidc: "
                         "{clientSecret: a, zone: b}}\n"),
            "spec.oidc.zone zone=b|");
}

TEST(FieldWalker, NamesThePatchedValueByItsPath) {
  EXPECT_EQ(WalkedLeaves("[{op: replace, path: /data/DB_PASSWORD, value: abc}]"),
            "[0].op op=replace|[0].value DB_PASSWORD=abc|");
  EXPECT_EQ(WalkedLeaves("[{op: add, path: /spec/containers/0/env/-, value: {name: A, value: b}}]"),
            "[0].op op=add|[0].value.value A=b|");
  EXPECT_EQ(WalkedLeaves("[{op: add, path: /spec/containers/0/args, value: [--token, abc]}]"),
            "[0].op op=add|[0].value[0] =--token|[0].value[1] token=abc|");
  EXPECT_EQ(WalkedLeaves("[{op: add, path: /spec/tls/0/secretName, value: abc}]"), "[0].op op=add|")
      << "the name of a Secret";
}

TEST(FieldWalker, NamesAWrappedValueByItsOwner) {
  EXPECT_EQ(WalkedLeaves("spec: {password: {value: abc}}"), "spec.password.value password=abc|");
  EXPECT_EQ(WalkedLeaves("spec: {token_secret: {inline_string: abc}}"),
            "spec.token_secret.inline_string token_secret=abc|");
  EXPECT_EQ(WalkedLeaves("spec: {clientSecret: {value: abc}}"),
            "spec.clientSecret.value clientSecret=abc|");
  EXPECT_EQ(WalkedLeaves("http: {headers: {x-auth-token: {exact: abc}}}"),
            "http.headers.x-auth-token.exact x-auth-token=abc|");
  EXPECT_EQ(WalkedLeaves("credentials: [{type: password, value: abc}]"),
            "credentials[0].type type=password|credentials[0].value password=abc|");
  EXPECT_EQ(WalkedLeaves("spec: {password: {valueFrom: {secretKeyRef: {name: a, key: b}}}, "
                         "clientSecret: {name: a, key: b}, port: {value: x}}"),
            "spec.port.value value=x|");
}

TEST(FieldWalker, ReadsConfigMapsAnnotationsAndHeaders) {
  EXPECT_EQ(WalkedLeaves("kind: ConfigMap\ndata: {app.env: x}\nbinaryData: {blob: eA==}\n"),
            "data[app.env] app.env=x|binaryData.blob blob=eA==|");
  EXPECT_EQ(WalkedLeaves("metadata: {annotations: {example.com/api-token: abc}}"),
            "metadata.annotations[example.com/api-token] api-token=abc|");
  EXPECT_EQ(WalkedLeaves("httpGet: {httpHeaders: [{name: X-Token, value: abc}]}"),
            "httpGet.httpHeaders[0].value X-Token=abc|");
}

TEST(FieldWalker, LeavesSecretValuesSchemasAndCiphertextAlone) {
  EXPECT_EQ(WalkedLeaves("kind: Secret\ndata: {a: b}\nstringData: {c: d}\n"), "");
  EXPECT_EQ(WalkedLeaves("kind: SealedSecret\nspec: {encryptedData: {a: b}}\n"), "");
  EXPECT_EQ(WalkedLeaves("kind: CustomResourceDefinition\nspec: {versions: [{name: v1, schema: "
                         "{openAPIV3Schema: {description: d, example: x}}}]}\n"),
            "");
  EXPECT_EQ(WalkedLeaves("webhooks: [{clientConfig: {caBundle: abc}}]"), "");
  EXPECT_EQ(WalkedLeaves("kind: ConfigMap\nsops: {mac: x}\n"), "");
}

TEST(FieldWalker, MarksReferences) {
  EXPECT_EQ(WalkedLeaves(
                "spec: {secretName: a, secretKeyRef: {name: b}, image: c, tls: [{secretName: d}], "
                "passwordSecretRef: {name: e}, valueFrom: {x: f}, remoteRef: {key: g}}"),
            "");
}

TEST(FieldWalker, PrintsOddNamesInBracketsAndHidesRandomOnes) {
  EXPECT_EQ(WalkedLeaves("data: {\"a b\": x}"), "data[a b] a b=x|");
  EXPECT_EQ(WalkedLeaves("data: {q7Zk2mX9pL4vT8wR1nB6yH3d: x}"),
            "data[…] q7Zk2mX9pL4vT8wR1nB6yH3d=x|");
}

TEST(FieldWalker, SkipsNothingThatIsDuplicated) {
  EXPECT_EQ(WalkedLeaves("data: {a: x, a: z}"), "data.a a=x|data.a a=z|");
}

TEST(FieldWalker, TellsObjectMetadataFromSettings) {
  EXPECT_EQ(WalkedLeaves("spec: {triggers: [{metadata: {listName: l, password: p}}]}"),
            "spec.triggers[0].metadata.listName listName=l|"
            "spec.triggers[0].metadata.password password=p|");
  EXPECT_EQ(WalkedLeaves("spec: {metadata: [{name: a, value: v}]}"), "spec.metadata[0].value a=v|");
}

TEST(FieldWalker, NamesEveryMemberOfSecureJsonData) {
  EXPECT_EQ(WalkedLeaves("spec: {secureJsonData: {httpHeaderValue1: v, password: p}}"),
            "spec.secureJsonData.httpHeaderValue1 secureJsonData.secret=v|"
            "spec.secureJsonData.password password=p|");
}

TEST(FieldWalker, KnowsTheFieldsOfBuiltInKinds) {
  EXPECT_EQ(
      WalkedLeaves(
          "apiVersion: v1\nkind: Pod\nspec: {nodeName: n, dnsPolicy: p, containers: [{image: i, "
          "workingDir: w, env: [{name: A, value: v}], securityContext: {runAsUser: 7}}]}\n"),
      "spec.containers[0].env[0].value A=v|");
}

TEST(FieldWalker, JudgesMembersThatABuiltInKindDoesNotHaveByTheirNames) {
  EXPECT_EQ(
      WalkedLeaves("apiVersion: v1\nkind: Pod\nspec: {apiToken: t, containers: [{vault: {token: u, "
                   "secretName: s}}]}\n"),
      "spec.apiToken apiToken=t|spec.containers[0].vault.token token=u|");
}

TEST(FieldWalker, SkipsNothingWhereATypeHasALeafAndTheDocumentAnObject) {
  EXPECT_EQ(WalkedLeaves(
                "apiVersion: v1\nkind: Pod\nspec: {containers: [{env: [{value: {token: t}}]}]}\n"),
            "spec.containers[0].env[0].value.token token=t|");
}

TEST(FieldWalker, SkipsNothingWhereConfigurationIsOneText) {
  EXPECT_EQ(WalkedLeaves("apiVersion: v1\nkind: ConfigMap\ndata: t\nbinaryData: [u]\n"),
            "data data=t|binaryData[0] binaryData=u|");
}

TEST(FieldWalker, ReadsTheQueryOfAProbe) {
  EXPECT_EQ(
      WalkedLeaves(
          "apiVersion: v1\nkind: Pod\nspec: {containers: [{livenessProbe: {httpGet: {path: /p, "
          "scheme: HTTP}}}]}\n"),
      "spec.containers[0].livenessProbe.httpGet.path path=/p|");
}

TEST(FieldWalker, KnowsTheClaimTemplatesInAStatefulSet) {
  EXPECT_EQ(WalkedLeaves("apiVersion: apps/v1\nkind: StatefulSet\nspec: {volumeClaimTemplates: "
                         "[{metadata: {name: n, "
                         "annotations: {example.com/token: t}}, spec: {accessModes: [a]}, status: "
                         "{phase: p}}]}\n"),
            "spec.volumeClaimTemplates[0].metadata.annotations[example.com/token] token=t|");
}

TEST(FieldWalker, TakesAnObjectNamedSecretForAReference) {
  EXPECT_EQ(WalkedLeaves("spec: {passwordSecret: {secretName: s, password: p}}"), "");
  EXPECT_EQ(WalkedLeaves("spec: {clientSecret: v}"), "spec.clientSecret clientSecret=v|");
}

std::string References(std::string_view yaml) {
  ManifestReader reader;
  const auto file = reader.Read(yaml);
  std::string out;
  for (const SecretReference& use : FindSecretReferences(*file->documents[0].root)) {
    out += use.path + " " + use.secret + (use.key.empty() ? "" : "/" + use.key) +
           (use.optional ? "?" : "") + "|";
  }
  return out;
}

TEST(FindSecretReferences, SeesEveryEnvironment) {
  EXPECT_EQ(
      References("spec: {containers: [{env: [{name: A, valueFrom: {secretKeyRef: {name: s, "
                 "key: k, optional: true}}}], envFrom: [{configMapRef: {name: c}}, {secretRef: "
                 "{name: t}}]}]}"),
      "spec.containers[0].env[0].valueFrom.secretKeyRef s/k?|"
      "spec.containers[0].envFrom[1].secretRef t|");
  EXPECT_EQ(
      References("anything: {deep: [{env: [{valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}"),
      "anything.deep[0].env[0].valueFrom.secretKeyRef s/k|");
}

TEST(FindSecretReferences, SeesBothNamesOfADuplicate) {
  EXPECT_EQ(References("{envFrom: [{secretRef: {name: a, name: b}}]}"),
            "envFrom[0].secretRef a|envFrom[0].secretRef b|");
}

TEST(FindSecretReferences, IgnoresOtherShapes) {
  EXPECT_EQ(References("{env: {valueFrom: x}, envFrom: y, list: [env]}"), "");
}

}  // namespace
}  // namespace keysteward::detection
