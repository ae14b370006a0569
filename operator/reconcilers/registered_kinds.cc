#include "operator/reconcilers/registered_kinds.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json.h"
#include "common/strings.h"
#include "operator/guard/release.h"

namespace keysteward::op {

using api::v1alpha1::CustomResource;
using nlohmann::json;

namespace {

constexpr const char* kPath = "/validate/manifests";

const json& Member(const json& object, const char* name) {
  static const json nothing = json::array();
  return object.is_object() && object.contains(name) ? object[name] : nothing;
}

bool Holds(const json& list, const std::string& word) {
  return std::any_of(list.begin(), list.end(),
                     [&](const json& each) { return each == word || each == "*"; });
}

bool IsRegistered(const json& configuration, const std::string& group, const std::string& plural) {
  for (const json& hook : Member(configuration, "webhooks")) {
    if (Member(Member(Member(hook, "clientConfig"), "service"), "path") != kPath) continue;
    for (const json& rule : Member(hook, "rules")) {
      if (Holds(Member(rule, "apiGroups"), group) && Holds(Member(rule, "resources"), plural)) {
        return true;
      }
    }
  }
  return false;
}

Result<json> ReadJson(kube::Client& client, const std::string& path, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const std::string body, client.GetRaw(path, call));
  return ParseJson(body);
}

// The plural that the server serves the kind under; "" when it serves no such kind.
Result<std::string> PluralOf(kube::Client& client, const CustomResource& resource,
                             const kube::Call& call) {
  const std::string group = "/apis/" + PercentEncode(resource.group);
  const Result<json> versions = ReadJson(client, group, call);
  if (!versions && versions.error().code == ErrorCode::kNotFound) return std::string();
  if (!versions) return versions.error();
  for (const json& version : Member(*versions, "versions")) {
    const json& name = Member(version, "version");
    if (!name.is_string()) continue;
    KS_ASSIGN_OR_RETURN(
        const json served,
        ReadJson(client, group + "/" + PercentEncode(name.get<std::string>()), call));
    for (const json& each : Member(served, "resources")) {
      const json& plural = Member(each, "name");
      if (Member(each, "kind") == resource.kind && plural.is_string() &&
          plural.get<std::string>().find('/') == std::string::npos) {
        return plural.get<std::string>();
      }
    }
  }
  return std::string();
}

}  // namespace

Result<std::string> MissingRegistration(kube::Client& client, const std::string& configuration,
                                        const std::vector<CustomResource>& resources,
                                        const kube::Call& call) {
  Result<json> hooks = client.Get(kValidatingConfigurations, {"", configuration}, call);
  if (!hooks && hooks.error().code != ErrorCode::kNotFound) return hooks.error();
  const json registered = hooks ? *std::move(hooks) : json::object();
  std::vector<std::string> missing;
  for (const CustomResource& resource : resources) {
    KS_ASSIGN_OR_RETURN(const std::string plural, PluralOf(client, resource, call));
    const std::string name = resource.kind + "." + resource.group;
    if (plural.empty()) {
      missing.push_back(name + " is no kind of this cluster");
    } else if (!IsRegistered(registered, resource.group, plural)) {
      missing.push_back(name + ": add {apiGroups: [" + resource.group + "], resources: [" + plural +
                        "]} to the chart value webhook.customResources");
    }
  }
  return Join(missing, "; ");
}

}  // namespace keysteward::op
