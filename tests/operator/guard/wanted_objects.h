// Wanted objects: what the chart declares, small, for tests of the guard.
//
//   server.Create(kConfigMaps, WantedConfigMap(), {}, {});
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "operator/guard/release.h"

namespace keysteward::op {

inline constexpr const char* kOurs = "keysteward-system";

// As the chart renders an entry.
inline nlohmann::json Webhook(const std::string& name, const std::string& resource) {
  return {{"name", name},
          {"admissionReviewVersions", {"v1"}},
          {"clientConfig",
           {{"service",
             {{"namespace", kOurs},
              {"name", "keysteward-webhook"},
              {"path", "/validate/manifests"},
              {"port", 443}}}}},
          {"failurePolicy", "Ignore"},
          {"matchPolicy", "Equivalent"},
          {"sideEffects", "None"},
          {"timeoutSeconds", 3},
          {"rules",
           {{{"apiGroups", {""}},
             {"apiVersions", {"v1"}},
             {"operations", {"CREATE", "UPDATE"}},
             {"resources", {resource}}}}},
          {"matchConditions", {{{"name", "not-the-operator"}, {"expression", "true"}}}}};
}

inline nlohmann::json WantedRegistration() {
  return {{"metadata",
           {{"name", "keysteward"},
            {"labels", {{"app.kubernetes.io/managed-by", "Helm"}}},
            {"annotations", {{"meta.helm.sh/release-name", "keysteward"}}}}},
          {"webhooks",
           {Webhook("pods.keysteward.dev", "pods"),
            Webhook("workloads.keysteward.dev", "podtemplates")}}};
}

inline nlohmann::json WantedService() {
  return {{"metadata", {{"name", "keysteward-webhook"}, {"namespace", kOurs}}},
          {"spec",
           {{"selector", {{"app.kubernetes.io/component", "webhook"}}},
            {"ports", {{{"name", "https"}, {"port", 443}, {"targetPort", "https"}}}}}}};
}

inline nlohmann::json Rule(const std::string& group, std::vector<std::string> resources,
                           std::vector<std::string> verbs, std::vector<std::string> names = {}) {
  nlohmann::json rule = {{"apiGroups", {group}}, {"resources", resources}, {"verbs", verbs}};
  if (!names.empty()) rule["resourceNames"] = names;
  return rule;
}

inline nlohmann::json WantedClusterRules() {
  return nlohmann::json::array(
      {Rule("", {"pods"}, {"get", "list", "watch"}), Rule("", {"secrets"}, {"get", "patch"}),
       Rule("admissionregistration.k8s.io", {"validatingwebhookconfigurations"}, {"patch"},
            {"keysteward"})});
}

inline nlohmann::json WantedNamespaceRules() {
  return nlohmann::json::array({Rule("", {"secrets"}, {"delete"})});
}

inline nlohmann::json WantedConfigMap() {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", "keysteward-wanted"}, {"namespace", kOurs}}},
          {"data",
           {{"validating", WantedRegistration().dump()},
            {"mutating", WantedRegistration().dump()},
            {"service", WantedService().dump()},
            {"clusterRules", WantedClusterRules().dump()},
            {"namespaceRules", WantedNamespaceRules().dump()}}}};
}

// An object that stands as the server has it, of a resource.
inline nlohmann::json StandingObject(const api::Resource& resource, const std::string& name,
                                     nlohmann::json body = nlohmann::json::object()) {
  body["apiVersion"] = resource.api_version();
  body["kind"] = resource.kind;
  body["metadata"]["name"] = name;
  if (resource.namespaced) body["metadata"]["namespace"] = kOurs;
  return body;
}

}  // namespace keysteward::op
