#include "policy/controllers.h"

#include <gtest/gtest.h>

#include "detection/reader/manifest_reader.h"

namespace keysteward::policy {
namespace {

constexpr const char* kReplicaSetController =
    "system:serviceaccount:kube-system:replicaset-controller";

bool IsWork(const std::string& owner, std::string_view user = kReplicaSetController) {
  detection::ManifestReader reader;
  const auto file = reader.Read("metadata: {ownerReferences: [" + owner + "]}");
  EXPECT_TRUE(file) << file.error().ToString();
  return file && IsControllersWork(*file->documents[0].root, user);
}

const std::string kOwner = "{apiVersion: apps/v1, kind: ReplicaSet, name: a, controller: true}";

TEST(ControllersWork, IsWhatABuiltInControllerMakesForAJudgedOwner) {
  for (const char* owner :
       {"apiVersion: apps/v1, kind: Deployment", "apiVersion: apps/v1, kind: ReplicaSet",
        "apiVersion: apps/v1, kind: StatefulSet", "apiVersion: apps/v1, kind: DaemonSet",
        "apiVersion: batch/v1, kind: Job", "apiVersion: batch/v1, kind: CronJob",
        "apiVersion: v1, kind: ReplicationController", "apiVersion: apps/v2, kind: Deployment"}) {
    EXPECT_TRUE(IsWork("{" + std::string(owner) + ", controller: true}")) << owner;
  }
}

TEST(ControllersWork, NeedsAnOwnerThatIsJudgedItself) {
  for (const char* owner :
       {"apiVersion: apps/v1, kind: Deployment",
        "apiVersion: apps/v1, kind: Deployment, controller: false",
        "apiVersion: apps/v1, kind: Deployment, controller: null",
        "apiVersion: example.com/v1, kind: Deployment, controller: true",
        "apiVersion: apps.example.com/v1, kind: Deployment, controller: true",
        "apiVersion: v1, kind: Deployment, controller: true",
        "apiVersion: v1, kind: ConfigMap, controller: true",
        "apiVersion: argoproj.io/v1alpha1, kind: Rollout, controller: true", "name: a"}) {
    EXPECT_FALSE(IsWork("{" + std::string(owner) + "}")) << owner;
  }
}

TEST(ControllersWork, CountsAnyOfSeveralOwners) {
  EXPECT_TRUE(IsWork("{apiVersion: v1, kind: ConfigMap}, " + kOwner));
}

TEST(ControllersWork, IsDoneByTheseUsersAndNobodyElse) {
  for (const char* name :
       {"replicaset-controller", "replication-controller", "statefulset-controller",
        "daemon-set-controller", "job-controller", "cronjob-controller", "deployment-controller"}) {
    EXPECT_TRUE(IsWork(kOwner, "system:serviceaccount:kube-system:" + std::string(name))) << name;
    EXPECT_FALSE(IsWork(kOwner, "system:serviceaccount:default:" + std::string(name))) << name;
    EXPECT_FALSE(IsWork(kOwner, std::string(name))) << name;
  }
  EXPECT_TRUE(IsWork(kOwner, "system:kube-controller-manager"));
  for (const char* user : {"", "alice", "kubernetes-admin", "system:kube-controller-manager2",
                           "System:kube-controller-manager", "system:serviceaccount:kube-system:",
                           "system:serviceaccount:kube-system:replicaset-controller ",
                           "system:serviceaccount:kube-system:generic-garbage-collector",
                           "xsystem:serviceaccount:kube-system:replicaset-controller"}) {
    EXPECT_FALSE(IsWork(kOwner, user)) << user;
  }
}

TEST(ControllersWork, IsNothingOfOddShape) {
  detection::ManifestReader reader;
  for (const char* yaml :
       {"[]", "x", "metadata: x", "metadata: {ownerReferences: x}",
        "metadata: {ownerReferences: {a: b}}", "metadata: {ownerReferences: [x]}",
        "metadata: {ownerReferences: [[a]]}"}) {
    const auto file = reader.Read(yaml);
    ASSERT_TRUE(file) << yaml;
    EXPECT_FALSE(IsControllersWork(*file->documents[0].root, kReplicaSetController)) << yaml;
  }
}

}  // namespace
}  // namespace keysteward::policy
