#include "detection/fields/field_walker.h"

#include <gtest/gtest.h>

#include "detection/fields/secret_references.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {
namespace {

// Literal leaves as "path name=text|".
std::string Walk(std::string_view yaml) {
  ManifestReader reader;
  const auto file = reader.Read(yaml);
  if (!file) return file.error().ToString();
  LeafList leaves;
  NameTable names;
  FieldWalker(leaves, names).WalkObject(*file->documents[0].root);
  std::string out;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].reference) continue;
    out += leaves.PathOf(leaves[i]) + " " + std::string(leaves[i].name) + "=" +
           std::string(leaves[i].text) + "|";
  }
  return out;
}

TEST(FieldWalker, NamesAValueByItsSibling) {
  EXPECT_EQ(Walk("kind: Pod\nspec: {containers: [{env: [{name: API_KEY, value: abc}]}]}\n"),
            "spec.containers[0].env[0].value API_KEY=abc|");
  EXPECT_EQ(Walk("spec: {tags: [{key: token, value: abc}]}"), "spec.tags[0].value token=abc|");
}

TEST(FieldWalker, ReadsCommandLines) {
  EXPECT_EQ(Walk("spec: {args: [serve, --token, abc, --key=def, -x, --y]}"),
            "spec.args[0] =serve|spec.args[1] =--token|spec.args[2] token=abc|"
            "spec.args[3] =--key=def|spec.args[3] key=def|spec.args[4] =-x|spec.args[5] =--y|");
}

TEST(FieldWalker, ReadsConfigMapsAnnotationsAndHeaders) {
  EXPECT_EQ(Walk("kind: ConfigMap\ndata: {app.env: x}\nbinaryData: {blob: eA==}\n"),
            "data[app.env] app.env=x|binaryData.blob blob=eA==|");
  EXPECT_EQ(Walk("metadata: {annotations: {example.com/api-token: abc}}"),
            "metadata.annotations[example.com/api-token] api-token=abc|");
  EXPECT_EQ(Walk("httpGet: {httpHeaders: [{name: X-Token, value: abc}]}"),
            "httpGet.httpHeaders[0].value X-Token=abc|");
}

TEST(FieldWalker, LeavesSecretValuesSchemasAndCiphertextAlone) {
  EXPECT_EQ(Walk("kind: Secret\ndata: {a: b}\nstringData: {c: d}\n"), "");
  EXPECT_EQ(Walk("kind: SealedSecret\nspec: {encryptedData: {a: b}}\n"), "");
  EXPECT_EQ(Walk("kind: CustomResourceDefinition\nspec: {x: y}\n"), "");
  EXPECT_EQ(Walk("webhooks: [{clientConfig: {caBundle: abc}}]"), "");
  EXPECT_EQ(Walk("kind: ConfigMap\nsops: {mac: x}\n"), "");
}

TEST(FieldWalker, MarksReferences) {
  EXPECT_EQ(Walk("spec: {secretName: a, secretKeyRef: {name: b}, image: c, tls: [{secretName: d}], "
                 "passwordSecretRef: {name: e}, valueFrom: {x: f}, remoteRef: {key: g}}"),
            "");
}

TEST(FieldWalker, PrintsOddNamesInBracketsAndHidesRandomOnes) {
  EXPECT_EQ(Walk("data: {\"a b\": x}"), "data[a b] a b=x|");
  EXPECT_EQ(Walk("data: {q7Zk2mX9pL4vT8wR1nB6yH3d: x}"), "data[…] q7Zk2mX9pL4vT8wR1nB6yH3d=x|");
}

TEST(FieldWalker, SkipsNothingThatIsDuplicated) {
  EXPECT_EQ(Walk("data: {a: x, a: z}"), "data.a a=x|data.a a=z|");
}

TEST(FieldWalker, TellsObjectMetadataFromSettings) {
  EXPECT_EQ(Walk("spec: {triggers: [{metadata: {listName: l, password: p}}]}"),
            "spec.triggers[0].metadata.listName listName=l|"
            "spec.triggers[0].metadata.password password=p|");
  EXPECT_EQ(Walk("spec: {metadata: [{name: a, value: v}]}"), "spec.metadata[0].value a=v|");
}

TEST(FieldWalker, NamesEveryMemberOfSecureJsonData) {
  EXPECT_EQ(Walk("spec: {secureJsonData: {httpHeaderValue1: v, password: p}}"),
            "spec.secureJsonData.httpHeaderValue1 secureJsonData.secret=v|"
            "spec.secureJsonData.password password=p|");
}

TEST(FieldWalker, TakesAnObjectNamedSecretForAReference) {
  EXPECT_EQ(Walk("spec: {passwordSecret: {secretName: s, password: p}}"), "");
  EXPECT_EQ(Walk("spec: {clientSecret: v}"), "spec.clientSecret clientSecret=v|");
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
