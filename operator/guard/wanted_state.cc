#include "operator/guard/wanted_state.h"

#include "api/core/config_map_types.h"
#include "api/meta/decode.h"
#include "common/json.h"

namespace keysteward::op {

using api::core::ConfigMap;
using nlohmann::json;

namespace {

const json& Member(const json& object, const char* name) {
  static const json nothing;
  return object.is_object() && object.contains(name) ? object[name] : nothing;
}

// The entry as JSON; null when there is none.
Result<json> Entry(const ConfigMap& map, const char* name) {
  const auto found = map.data.find(name);
  if (found == map.data.end()) return json();
  Result<json> value = ParseJson(found->second);
  if (!value) return std::move(value).error().WithContext(name);
  return value;
}

Result<void> CheckRegistration(const json& object, const ReleaseNames& names) {
  if (Member(Member(object, "metadata"), "name") != names.configuration) {
    return Error::InvalidArgument("its name is not " + names.configuration);
  }
  const json& webhooks = Member(object, "webhooks");
  if (!webhooks.is_array() || webhooks.empty()) return Error::InvalidArgument("no webhooks");
  for (const json& webhook : webhooks) {
    const json& client = Member(webhook, "clientConfig");
    const json& service = Member(client, "service");
    if (!Member(webhook, "name").is_string() || client.contains("url") ||
        client.contains("caBundle") || Member(service, "name") != names.webhook_service ||
        Member(service, "namespace") != names.namespace_name) {
      return Error::InvalidArgument("a webhook leads elsewhere than to Service " +
                                    names.namespace_name + "/" + names.webhook_service);
    }
  }
  return {};
}

Result<void> CheckService(const json& object, const ReleaseNames& names) {
  const json& metadata = Member(object, "metadata");
  if (Member(metadata, "name") == names.webhook_service &&
      Member(metadata, "namespace") == names.namespace_name) {
    return {};
  }
  return Error::InvalidArgument("service: it is not " + names.namespace_name + "/" +
                                names.webhook_service);
}

Result<std::optional<json>> Registration(const ConfigMap& map, const char* entry,
                                         const api::Resource& resource, const ReleaseNames& names) {
  KS_ASSIGN_OR_RETURN(json object, Entry(map, entry));
  if (object.is_null()) return std::optional<json>();
  if (Result<void> good = CheckRegistration(object, names); !good) {
    return std::move(good).error().WithContext(entry);
  }
  object["apiVersion"] = resource.api_version();
  object["kind"] = resource.kind;
  return std::optional<json>(std::move(object));
}

Result<PolicyRules> Rules(const ConfigMap& map, const char* entry) {
  KS_ASSIGN_OR_RETURN(const json rules, Entry(map, entry));
  Result<PolicyRules> read = ReadPolicyRules(rules);
  if (!read) return std::move(read).error().WithContext(entry);
  return read;
}

Result<WantedState> Parse(const ConfigMap& map, const ReleaseNames& names) {
  WantedState wanted;
  KS_ASSIGN_OR_RETURN(wanted.validating,
                      Registration(map, "validating", kValidatingConfigurations, names));
  KS_ASSIGN_OR_RETURN(wanted.mutating,
                      Registration(map, "mutating", kMutatingConfigurations, names));
  KS_ASSIGN_OR_RETURN(json service, Entry(map, "service"));
  if (!service.is_null()) {
    KS_RETURN_IF_ERROR(CheckService(service, names));
    wanted.service = std::move(service);
  }
  KS_ASSIGN_OR_RETURN(wanted.cluster_rules, Rules(map, "clusterRules"));
  KS_ASSIGN_OR_RETURN(wanted.namespace_rules, Rules(map, "namespaceRules"));
  return wanted;
}

}  // namespace

Result<std::optional<WantedState>> ReadWanted(kube::Client& client, const ReleaseNames& names,
                                              const kube::Call& call) {
  const api::ObjectKey key{names.namespace_name, names.wanted};
  const std::string context = "ConfigMap " + key.ToString();
  const Result<json> object = client.Get(api::KindOf<ConfigMap>::resource, key, call);
  if (!object && object.error().code == ErrorCode::kNotFound) return std::optional<WantedState>();
  if (!object) return object.error().WithContext("read " + context);
  if (IsBeingDeleted(*object)) return std::optional<WantedState>();
  KS_ASSIGN_OR_RETURN(const ConfigMap map, api::Decode<ConfigMap>(*object));
  Result<WantedState> wanted = Parse(map, names);
  if (!wanted) return std::move(wanted).error().WithContext(context);
  return std::optional<WantedState>(*std::move(wanted));
}

}  // namespace keysteward::op
