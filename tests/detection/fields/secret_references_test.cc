#include "detection/fields/secret_references.h"

#include <gtest/gtest.h>

#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {
namespace {

std::vector<SecretReference> Find(std::string_view yaml) {
  ManifestReader reader;
  const auto file = reader.Read(yaml);
  EXPECT_TRUE(file) << file.error().ToString();
  if (!file) return {};
  return FindSecretReferences(*file->documents[0].root);
}

std::string Uses(std::string_view yaml) {
  std::string out;
  for (const SecretReference& use : Find(yaml)) {
    out += use.path + " " + use.secret + (use.key.empty() ? "" : "/" + use.key) +
           (use.optional ? "?" : "") + "|";
  }
  return out;
}

constexpr const char* kContainers[] = {"containers", "initContainers", "ephemeralContainers"};

TEST(SecretReferences, AreSeenInEveryKindOfContainer) {
  for (const std::string list : kContainers) {
    EXPECT_EQ(Uses("spec: {" + list + ": [{envFrom: [{secretRef: {name: s}}]}]}"),
              "spec." + list + "[0].envFrom[0].secretRef s|");
  }
}

TEST(SecretReferences, AreSeenInEveryWorkload) {
  const std::string pod = "{containers: [{env: [{valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}";
  const std::string leaf = "containers[0].env[0].valueFrom.secretKeyRef s/k|";
  EXPECT_EQ(Uses("spec: " + pod), "spec." + leaf);
  EXPECT_EQ(Uses("spec: {template: {spec: " + pod + "}}"), "spec.template.spec." + leaf);
  EXPECT_EQ(Uses("spec: {jobTemplate: {spec: {template: {spec: " + pod + "}}}}"),
            "spec.jobTemplate.spec.template.spec." + leaf);
  EXPECT_EQ(Uses("spec: {replicatedJobs: [{template: {spec: " + pod + "}}]}"),
            "spec.replicatedJobs[0].template.spec." + leaf);
}

TEST(SecretReferences, CarryTheirPosition) {
  const auto uses =
      Find("env:\n- name: A\n  valueFrom:\n    secretKeyRef:\n      name: s\n      key: k\n");
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].position.line, 5u);
}

TEST(SecretReferences, HaveAPathThatOutlivesAReorder) {
  const auto first = Find(
      "containers: [{name: web, env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]");
  const auto second = Find(
      "containers: [{name: side}, {name: web, env: [{name: B, value: x}, {name: A, valueFrom: "
      "{secretKeyRef: {name: s, key: k}}}]}]");
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(first[0].path, second[0].path);
  EXPECT_EQ(first[0].stable_path, second[0].stable_path);
}

TEST(SecretReferences, AreOptionalOnlyWhenTheySaySo) {
  const auto of = [](const std::string& optional) {
    return Uses("envFrom: [{secretRef: {name: s" + optional + "}}]");
  };
  EXPECT_EQ(of(""), "envFrom[0].secretRef s|");
  EXPECT_EQ(of(", optional: true"), "envFrom[0].secretRef s?|");
  EXPECT_EQ(of(", optional: false"), "envFrom[0].secretRef s|");
  EXPECT_EQ(of(", optional: null"), "envFrom[0].secretRef s|");
}

TEST(SecretReferences, HideNothingBehindDuplicates) {
  EXPECT_EQ(Uses("env: [{valueFrom: {secretKeyRef: {name: a, key: k}, secretKeyRef: {name: b, key: "
                 "k}}}]"),
            "env[0].valueFrom.secretKeyRef a/k|env[0].valueFrom.secretKeyRef b/k|");
  EXPECT_EQ(
      Uses("env: [{valueFrom: {secretKeyRef: {name: a, key: k}}, valueFrom: {fieldRef: {}}}]"),
      "env[0].valueFrom.secretKeyRef a/k|");
  EXPECT_EQ(Uses("envFrom: [{secretRef: {name: a}}]\nenvFrom: []\n"), "envFrom[0].secretRef a|");
}

TEST(SecretReferences, AreNotVolumesPullSecretsOrConfigMaps) {
  EXPECT_EQ(Uses("spec: {volumes: [{secret: {secretName: s}}], imagePullSecrets: [{name: s}], "
                 "containers: [{env: [{valueFrom: {configMapKeyRef: {name: c, key: k}}}], envFrom: "
                 "[{configMapRef: {name: c}}]}]}"),
            "");
}

TEST(SecretReferences, IgnoreShapesTheServerWouldRefuse) {
  for (const char* yaml :
       {"env: {}", "env: [[]]", "env: [x]", "env: [{valueFrom: x}]", "env: [{valueFrom: [a]}]",
        "env: [{valueFrom: {secretKeyRef: x}}]", "env: [{valueFrom: {secretKeyRef: {key: k}}}]",
        "env: [{valueFrom: {secretKeyRef: {name: ''}}}]", "envFrom: {secretRef: {name: s}}",
        "envFrom: [{secretRef: [s]}]", "envFrom: [{secretRef: {name: [s]}}]", "[]", "x"}) {
    EXPECT_EQ(Uses(yaml), "") << yaml;
  }
}

// Found by fuzzing: a list called env may hold whole pods, as kinds of other people have it.
TEST(SecretReferences, AreSeenBelowAnotherEnv) {
  const std::string pod = "{containers: [{env: [{valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}";
  EXPECT_EQ(Uses("spec: {env: [{name: prod, template: " + pod + "}]}"),
            "spec.env[0].template.containers[0].env[0].valueFrom.secretKeyRef s/k|");
  EXPECT_EQ(Uses("spec: {envFrom: [{secretRef: {name: t}, template: " + pod + "}]}"),
            "spec.envFrom[0].secretRef t|"
            "spec.envFrom[0].template.containers[0].env[0].valueFrom.secretKeyRef s/k|");
}

TEST(SecretReferences, OfAThousandContainersAreAllSeen) {
  std::string yaml = "spec:\n  containers:\n";
  for (int i = 0; i < 1000; ++i) {
    yaml += "  - envFrom: [{secretRef: {name: s" + std::to_string(i) + "}}]\n";
  }
  EXPECT_EQ(Find(yaml).size(), 1000u);
}

}  // namespace
}  // namespace keysteward::detection
