#include "cli/scan/judged_kinds.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/json.h"
#include "common/json_fields.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;

// Of Kubernetes' own groups only these are listed: the rest names things, or is bookkeeping, or
// holds values by right.
bool IsJudgedBuiltIn(const std::string& group, const std::string& plural) {
  static const std::set<std::pair<std::string, std::string>> kKinds = {
      {"", "pods"},
      {"", "replicationcontrollers"},
      {"", "podtemplates"},
      {"", "configmaps"},
      {"", "services"},
      {"apps", "deployments"},
      {"apps", "replicasets"},
      {"apps", "statefulsets"},
      {"apps", "daemonsets"},
      {"batch", "jobs"},
      {"batch", "cronjobs"},
      {"networking.k8s.io", "ingresses"}};
  return kKinds.contains({group, plural});
}

bool IsBuiltInGroup(const std::string& group) {
  static const std::set<std::string> kGroups = {"",
                                                "admissionregistration.k8s.io",
                                                "apiextensions.k8s.io",
                                                "apiregistration.k8s.io",
                                                "apps",
                                                "authentication.k8s.io",
                                                "authorization.k8s.io",
                                                "autoscaling",
                                                "batch",
                                                "certificates.k8s.io",
                                                "coordination.k8s.io",
                                                "custom.metrics.k8s.io",
                                                "discovery.k8s.io",
                                                "events.k8s.io",
                                                "external.metrics.k8s.io",
                                                "flowcontrol.apiserver.k8s.io",
                                                "internal.apiserver.k8s.io",
                                                "metrics.k8s.io",
                                                "networking.k8s.io",
                                                "node.k8s.io",
                                                "policy",
                                                "rbac.authorization.k8s.io",
                                                "resource.k8s.io",
                                                "scheduling.k8s.io",
                                                "storage.k8s.io",
                                                "storagemigration.k8s.io"};
  return kGroups.contains(group);
}

// A report quotes paths of others' objects, never values.
bool IsReport(const std::string& group) {
  return group == "wgpolicyk8s.io" || group == "openreports.io" || group == "reports.kyverno.io";
}

Result<json> GetJson(kube::Client& client, const std::string& path, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const std::string body, client.GetRaw(path, call));
  return ParseJson(body);
}

// Each group once, in the version the server prefers: "apps/v1".
Result<std::vector<std::string>> PreferredVersions(kube::Client& client, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const json document, GetJson(client, "/apis", call));
  std::vector<std::string> versions;
  JsonFields fields(document, "APIGroupList");
  fields.Objects("groups", [&](JsonFields& group) {
    versions.push_back(group.Object("preferredVersion").String("groupVersion"));
  });
  KS_RETURN_IF_ERROR(fields.Check());
  return versions;
}

Result<void> AddKinds(kube::Client& client, const std::string& path, const std::string& group,
                      const std::string& version, const kube::Call& call,
                      std::vector<ServedKind>& kinds) {
  KS_ASSIGN_OR_RETURN(const json document, GetJson(client, path, call));
  JsonFields fields(document, "APIResourceList");
  fields.Objects("resources", [&](JsonFields& resource) {
    ServedKind kind{group, version, resource.String("name"), resource.String("kind"),
                    resource.Bool("namespaced", false)};
    const std::vector<std::string> verbs = resource.Strings("verbs");
    const bool listed = std::find(verbs.begin(), verbs.end(), "list") != verbs.end();
    const bool wanted =
        IsBuiltInGroup(group) ? IsJudgedBuiltIn(group, kind.plural) : !IsReport(group);
    if (listed && wanted && kind.plural.find('/') == std::string::npos) {
      kinds.push_back(std::move(kind));
    }
  });
  return fields.Check();
}

}  // namespace

Result<std::vector<ServedKind>> FindJudgedKinds(kube::Client& client, const kube::Call& call,
                                                std::vector<std::string>& silent) {
  std::vector<ServedKind> kinds;
  KS_RETURN_IF_ERROR(AddKinds(client, "/api/v1", "", "v1", call, kinds));
  KS_ASSIGN_OR_RETURN(const std::vector<std::string> versions, PreferredVersions(client, call));
  for (const std::string& group_version : versions) {
    const size_t slash = group_version.find('/');
    if (slash == std::string::npos) continue;
    const Result<void> added =
        AddKinds(client, "/apis/" + group_version, group_version.substr(0, slash),
                 group_version.substr(slash + 1), call, kinds);
    if (!added) silent.push_back(group_version);
  }
  std::sort(kinds.begin(), kinds.end(), [](const ServedKind& a, const ServedKind& b) {
    return std::tie(a.group, a.plural) < std::tie(b.group, b.plural);
  });
  return kinds;
}

}  // namespace keysteward::cli
