#include "policy/controllers.h"

#include <algorithm>
#include <array>

namespace keysteward::policy {
namespace {

using detection::Node;

constexpr std::string_view kControllerManager = "system:kube-controller-manager";
constexpr std::string_view kServiceAccounts = "system:serviceaccount:kube-system:";
constexpr std::array<std::string_view, 7> kControllers = {
    "replicaset-controller", "replication-controller", "statefulset-controller",
    "daemon-set-controller", "job-controller",         "cronjob-controller",
    "deployment-controller"};

struct Kind {
  std::string_view api_group;
  std::string_view kind;
};
constexpr Kind kJudged[] = {
    {"apps/", "Deployment"},        {"apps/", "ReplicaSet"}, {"apps/", "StatefulSet"},
    {"apps/", "DaemonSet"},         {"batch/", "Job"},       {"batch/", "CronJob"},
    {"v1", "ReplicationController"}};

bool IsController(std::string_view user) {
  if (user == kControllerManager) return true;
  if (!user.starts_with(kServiceAccounts)) return false;
  const std::string_view name = user.substr(kServiceAccounts.size());
  return std::find(kControllers.begin(), kControllers.end(), name) != kControllers.end();
}

bool IsJudgedOwner(const Node& owner) {
  const Node* controller = owner.Find("controller");
  if (controller == nullptr || controller->text != "true") return false;
  const std::string_view version = owner.String("apiVersion");
  return std::any_of(std::begin(kJudged), std::end(kJudged), [&](const Kind& known) {
    return owner.String("kind") == known.kind &&
           (known.api_group == "v1" ? version == "v1" : version.starts_with(known.api_group));
  });
}

}  // namespace

bool IsControllersWork(const Node& object, std::string_view user) {
  if (!IsController(user)) return false;
  const Node* metadata = object.Find("metadata");
  const Node* owners = metadata == nullptr ? nullptr : metadata->Find("ownerReferences");
  if (owners == nullptr) return false;
  for (const Node& owner : owners->children()) {
    if (IsJudgedOwner(owner)) return true;
  }
  return false;
}

}  // namespace keysteward::policy
