#include "api/core/secret_references.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"

namespace keysteward::api::core {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

Names Referenced(const char* spec) {
  const Result<Pod> pod = Decode<Pod>(json{{"spec", json::parse(spec)}});
  EXPECT_TRUE(pod) << pod.error().ToString();
  return pod ? ReferencedSecrets(pod->spec) : Names{};
}

TEST(ReferencedSecrets, AreFoundWhereverAPodMayNameOne) {
  const std::pair<const char*, Names> cases[] = {
      {R"({"containers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "a", "key": "k"}}}]}]})",
       {"a"}},
      {R"({"containers": [{"envFrom": [{"secretRef": {"name": "a"}}]}]})", {"a"}},
      {R"({"initContainers": [{"envFrom": [{"secretRef": {"name": "a"}}]}]})", {"a"}},
      {R"({"ephemeralContainers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "a"}}}]}]})",
       {"a"}},
      {R"({"volumes": [{"secret": {"secretName": "a"}}]})", {"a"}},
      {R"({"volumes": [{"projected": {"sources": [{"secret": {"name": "a"}},
                                                   {"secret": {"name": "b"}}]}}]})",
       {"a", "b"}},
      {R"({"volumes": [{"csi": {"driver": "d", "nodePublishSecretRef": {"name": "a"}}}]})", {"a"}},
      {R"({"volumes": [{"azureFile": {"secretName": "a", "shareName": "s"}}]})", {"a"}},
      {R"({"volumes": [{"cephfs": {"secretRef": {"name": "a"}}}, {"cinder": {"secretRef": {"name": "b"}}},
                       {"flexVolume": {"secretRef": {"name": "c"}}}, {"iscsi": {"secretRef": {"name": "d"}}},
                       {"rbd": {"secretRef": {"name": "e"}}}, {"scaleIO": {"secretRef": {"name": "f"}}},
                       {"storageos": {"secretRef": {"name": "g"}}}]})",
       {"a", "b", "c", "d", "e", "f", "g"}},
      {R"({"imagePullSecrets": [{"name": "a"}, {"name": "b"}]})", {"a", "b"}}};
  for (const auto& [spec, names] : cases) EXPECT_EQ(Referenced(spec), names) << spec;
}

TEST(ReferencedSecrets, AreListedOnce) {
  EXPECT_EQ(Referenced(R"({"containers": [
      {"envFrom": [{"secretRef": {"name": "a"}}, {"secretRef": {"name": "a"}}]},
      {"env": [{"valueFrom": {"secretKeyRef": {"name": "a"}}}]}],
      "volumes": [{"secret": {"secretName": "a"}}]})"),
            Names{"a"});
}

TEST(ReferencedSecrets, CountOptionalOnesToo) {
  EXPECT_EQ(Referenced(R"({"containers": [{"env": [{"valueFrom": {"secretKeyRef":
      {"name": "a", "key": "k", "optional": true}}}]}]})"),
            Names{"a"});
}

TEST(ReferencedSecrets, AreNotConfigMapsTokensOrEmptyNames) {
  EXPECT_EQ(Referenced(R"({"containers": [{"env": [
        {"valueFrom": {"configMapKeyRef": {"name": "c"}}}, {"name": "X", "value": "secret"},
        {"valueFrom": {"secretKeyRef": {"name": ""}}}, {"valueFrom": {"fieldRef": {}}}],
      "envFrom": [{"configMapRef": {"name": "c"}}, {"secretRef": {}}]}],
      "volumes": [{"configMap": {"name": "c"}}, {"emptyDir": {}}, {"secret": {}},
        {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
        {"csi": {"driver": "d"}}],
      "imagePullSecrets": [{}], "serviceAccountName": "s"})"),
            Names{});
}

ObjectMeta Injecting(const std::string& list) {
  ObjectMeta metadata;
  metadata.annotations[v1alpha1::kInjectAnnotation] = list;
  return metadata;
}

TEST(InjectedCredentials, AreACommaSeparatedList) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"", {}},
      {"stripe", {"stripe"}},
      {"stripe,github", {"stripe", "github"}},
      {" stripe , github ", {"stripe", "github"}},
      {",stripe,,", {"stripe"}},
      {" , ", {}},
      {"stripe,stripe", {"stripe", "stripe"}}};
  for (const auto& [list, names] : cases) {
    EXPECT_EQ(InjectedCredentials(Injecting(list)), names) << "'" << list << "'";
  }
  EXPECT_TRUE(InjectedCredentials({}).empty());
}

TEST(UsesCredential, ByItsSecretOrByInjection) {
  PodSpec reads;
  reads.image_pull_secrets = {"stripe-secret"};
  EXPECT_TRUE(UsesCredential({}, reads, "stripe-secret", "stripe"));
  EXPECT_TRUE(UsesCredential(Injecting("github,stripe"), {}, "stripe-secret", "stripe"));
  EXPECT_FALSE(UsesCredential({}, {}, "stripe-secret", "stripe"));
  EXPECT_FALSE(UsesCredential(Injecting("stripe-secret"), {}, "stripe-secret", "stripe"))
      << "the annotation names credentials, not Secrets";
  EXPECT_FALSE(UsesCredential(Injecting("stripe-2"), {}, "stripe-secret", "stripe"));
  PodSpec other;
  other.image_pull_secrets = {"stripe"};
  EXPECT_FALSE(UsesCredential({}, other, "stripe-secret", "stripe"));
}

}  // namespace
}  // namespace keysteward::api::core
