// JudgedKinds: what the background report looks at: the kinds of the chart's registration, by the
// paths the API server serves them at.
#pragma once

#include <string_view>

namespace keysteward::op {

struct JudgedKind {
  std::string_view path;  // of the group and version
  std::string_view resource;
  std::string_view api_version;
  std::string_view kind;
};

inline constexpr JudgedKind kJudgedKinds[] = {
    {"/api/v1", "configmaps", "v1", "ConfigMap"},
    {"/api/v1", "services", "v1", "Service"},
    {"/api/v1", "pods", "v1", "Pod"},
    {"/api/v1", "podtemplates", "v1", "PodTemplate"},
    {"/api/v1", "replicationcontrollers", "v1", "ReplicationController"},
    {"/apis/apps/v1", "deployments", "apps/v1", "Deployment"},
    {"/apis/apps/v1", "statefulsets", "apps/v1", "StatefulSet"},
    {"/apis/apps/v1", "daemonsets", "apps/v1", "DaemonSet"},
    {"/apis/apps/v1", "replicasets", "apps/v1", "ReplicaSet"},
    {"/apis/batch/v1", "jobs", "batch/v1", "Job"},
    {"/apis/batch/v1", "cronjobs", "batch/v1", "CronJob"},
    {"/apis/networking.k8s.io/v1", "ingresses", "networking.k8s.io/v1", "Ingress"},
    // Not every cluster serves these.
    {"/apis/gateway.networking.k8s.io/v1", "gateways", "gateway.networking.k8s.io/v1", "Gateway"},
    {"/apis/gateway.networking.k8s.io/v1", "httproutes", "gateway.networking.k8s.io/v1",
     "HTTPRoute"},
    {"/apis/gateway.networking.k8s.io/v1", "grpcroutes", "gateway.networking.k8s.io/v1",
     "GRPCRoute"}};

}  // namespace keysteward::op
