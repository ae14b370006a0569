#include "cli/scan/cluster_inputs.h"

#include "api/core/namespace_types.h"
#include "api/core/pod_types.h"
#include "api/core/secret_types.h"
#include "api/core/workload_types.h"
#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "cli/commands/scan_command.h"
#include "cli/scan/judged_kinds.h"
#include "common/duration.h"
#include "tests/cli/command_test.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Presence = policy::SecretState::Presence;

json Served(const std::string& plural, const std::string& kind, bool namespaced = true) {
  return {{"name", plural}, {"kind", kind}, {"namespaced", namespaced}, {"verbs", {"get", "list"}}};
}

class ClusterInputsTest : public CommandTest {
 protected:
  ClusterInputsTest() {
    client.Answer("/api/v1",
                  json{{"resources",
                        {Served("pods", "Pod"),
                         Served("configmaps", "ConfigMap"),
                         Served("secrets", "Secret"),
                         Served("events", "Event"),
                         {{"name", "pods/status"}, {"kind", "Pod"}, {"verbs", {"list"}}}}}}
                      .dump());
    client.Answer(
        "/apis",
        json{{"groups",
              {Group("apps"), Group("keysteward.dev", "v1alpha1"), Group("metrics.k8s.io")}}}
            .dump());
    client.Answer("/apis/apps/v1",
                  json{{"resources",
                        {Served("deployments", "Deployment"), Served("replicasets", "ReplicaSet"),
                         Served("controllerrevisions", "ControllerRevision")}}}
                      .dump());
    client.Answer("/apis/keysteward.dev/v1alpha1",
                  json{{"resources", {Served("managedcredentials", "ManagedCredential")}}}.dump());
    client.Answer("/apis/metrics.k8s.io/v1", Error::Unavailable("no backend"));
  }

  static json Group(const std::string& name, const std::string& version = "v1") {
    return {{"name", name}, {"preferredVersion", {{"groupVersion", name + "/" + version}}}};
  }
  static json Object(const std::string& space, const std::string& name, json spec = {}) {
    return {{"metadata", {{"namespace", space}, {"name", name}}}, {"spec", std::move(spec)}};
  }
  void Put(const api::Resource& resource, json object) {
    object["apiVersion"] = resource.api_version();
    object["kind"] = resource.kind;
    Store(resource, std::move(object));
  }
  json PodSpec() const {
    return {{"containers", {{{"env", {{{"name", "API_KEY"}, {"value", key_}}}}}}}};
  }
  ClusterInputs Read(const std::string& space = "") {
    auto cluster = ReadCluster(client, space, {});
    EXPECT_TRUE(cluster) << cluster.error().ToString();
    return cluster ? *std::move(cluster) : ClusterInputs();
  }
  std::vector<std::string> Paths(const ClusterInputs& cluster) const {
    std::vector<std::string> paths;
    for (const ScanInput& input : cluster.inputs.inputs) paths.push_back(input.path);
    return paths;
  }

  const std::string key_ = detection::MakeSample("sk_live_{alnum:24}");
};

TEST_F(ClusterInputsTest, KindsAreWhatTheServerServesAndAdmissionJudges) {
  std::vector<std::string> silent;
  const auto kinds = FindJudgedKinds(client, {}, silent);
  ASSERT_TRUE(kinds);
  std::vector<std::string> names;
  for (const ServedKind& kind : *kinds) names.push_back(kind.kind);
  EXPECT_THAT(names,
              ElementsAre("ConfigMap", "Pod", "Deployment", "ReplicaSet", "ManagedCredential"));
  EXPECT_THAT(silent, ElementsAre("metrics.k8s.io/v1"));
}

TEST_F(ClusterInputsTest, ListsObjectsButNotWhatControllersMade) {
  Put(api::KindOf<api::core::Deployment>::resource, Object("shop", "api"));
  json set = Object("shop", "api-1");
  set["metadata"]["ownerReferences"] = {{{"apiVersion", "apps/v1"},
                                         {"kind", "Deployment"},
                                         {"name", "api"},
                                         {"uid", "u"},
                                         {"controller", true}}};
  Put(api::KindOf<api::core::ReplicaSet>::resource, set);
  Put(api::KindOf<api::core::Pod>::resource, Object("billing", "bare"));
  EXPECT_THAT(Paths(Read()), ElementsAre("Deployment shop/api", "Pod billing/bare"));
  EXPECT_THAT(Paths(Read("billing")), ElementsAre("Pod billing/bare"));
}

TEST_F(ClusterInputsTest, NeverAsksForTheValuesOfSecrets) {
  json secret = Object("shop", "s");
  secret["stringData"] = {{"key", "the-value"}};
  secret["metadata"]["annotations"] = {{"keysteward.dev/owner", "pay"}};
  Put(api::KindOf<api::core::Secret>::resource, secret);
  const ClusterInputs cluster = Read();
  EXPECT_EQ(cluster.secrets->Find("shop", "s").presence, Presence::kFound);
  EXPECT_EQ(cluster.secrets->Find("shop", "s").annotations.at("keysteward.dev/owner"), "pay");
  EXPECT_EQ(cluster.secrets->Find("shop", "t").presence, Presence::kMissing);
  EXPECT_EQ(cluster.secrets->Find("other", "s").presence, Presence::kMissing);
  EXPECT_THAT(Paths(cluster), IsEmpty());
}

TEST_F(ClusterInputsTest, ASecretIsManagedByWhatACredentialDelivers) {
  Store(builders::ManagedCredentialBuilder());
  const auto credentials =
      server.List(api::KindOf<api::v1alpha1::ManagedCredential>::resource, {}, {})->items;
  const json& credential = credentials.at(0);
  json secret =
      Object(credential["metadata"]["namespace"], credential["spec"]["delivery"]["secretName"]);
  secret["metadata"]["labels"] = {{"keysteward.dev/managed", "true"}};
  secret["metadata"]["ownerReferences"] = {{{"apiVersion", "keysteward.dev/v1alpha1"},
                                            {"kind", "ManagedCredential"},
                                            {"name", credential["metadata"]["name"]},
                                            {"uid", credential["metadata"]["uid"]},
                                            {"controller", true}}};
  Put(api::KindOf<api::core::Secret>::resource, secret);
  const std::string space = credential["metadata"]["namespace"];
  const std::string name = credential["spec"]["delivery"]["secretName"];
  EXPECT_TRUE(Read().secrets->Find(space, name).managed);
}

TEST_F(ClusterInputsTest, WhatMayNotBeListedIsNamed) {
  server.FailNext("list", "secrets", Error::PermissionDenied("secrets is forbidden"),
                  kube::CallPhase::kBefore);
  const ClusterInputs cluster = Read();
  std::vector<std::string> names;
  for (const InputError& error : cluster.inputs.errors) names.push_back(error.file);
  EXPECT_THAT(names, testing::Contains("secrets"));
  EXPECT_EQ(cluster.secrets->Find("shop", "s").presence, Presence::kUnknown)
      << "what cannot be seen is not missing";
}

class ClusterScan : public ClusterInputsTest {
 protected:
  int Run(ScanOptions options = {}) {
    options.cluster = true;
    options.all_namespaces = true;
    options.now = clock.WallNow();
    std::istringstream in;
    out_.str("");
    const Result<int> status =
        RunScan(options, {.clock = clock, .in = in, .out = out_, .err = err_, .client = &client});
    EXPECT_TRUE(status) << status.error().ToString();
    return status ? *status : -1;
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ClusterScan, JudgesLiveObjects) {
  client.Answer("/apis/metrics.k8s.io/v1", std::string(R"({"resources": []})"));
  Put(api::KindOf<api::core::Pod>::resource, Object("shop", "api", PodSpec()));
  EXPECT_EQ(Run(), kScanFindings);
  EXPECT_THAT(out_.str(), HasSubstr("Pod shop/api: deny: spec.containers[0].env[0].value"));
  EXPECT_THAT(out_.str(), Not(HasSubstr(key_)));
}

TEST_F(ClusterScan, ALabelOfTheNamespaceCounts) {
  client.Answer("/apis/metrics.k8s.io/v1", std::string(R"({"resources": []})"));
  Put(api::KindOf<api::core::Pod>::resource, Object("shop", "api", PodSpec()));
  Put(api::KindOf<api::core::Namespace>::resource,
      {{"metadata", {{"name", "shop"}, {"labels", {{"keysteward.dev/enforce", "warn"}}}}}});
  EXPECT_EQ(Run(), kScanClean);
  EXPECT_THAT(out_.str(), HasSubstr("Pod shop/api: warn: "));
}

// A comment cannot stand in a stored object: there it is a part of somebody's value.
TEST_F(ClusterScan, AValueIsNoExceptionOfItself) {
  client.Answer("/apis/metrics.k8s.io/v1", std::string(R"({"resources": []})"));
  json spec = PodSpec();
  spec["containers"][0]["args"] = {"# keysteward:allow owner=a until=2030-01-31 reason=b"};
  Put(api::KindOf<api::core::Pod>::resource, Object("shop", "api", spec));
  EXPECT_EQ(Run(), kScanFindings);
}

TEST_F(ClusterScan, AnUnreadableKindIsBadInput) { EXPECT_EQ(Run(), kScanBadInput); }

}  // namespace
}  // namespace keysteward::cli
