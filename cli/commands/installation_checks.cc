#include "cli/commands/installation_checks.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "api/core/config_map_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "cli/output/times.h"
#include "common/strings.h"

namespace keysteward::cli {

using api::coordination::Lease;
using api::core::ConfigMap;
using nlohmann::json;

namespace {

constexpr const char* kConfigurationName = "keysteward";
// One of those whose policy the value webhook.failurePolicy sets.
constexpr const char* kWorkloadsWebhook = "workloads.keysteward.dev";
constexpr const char* kUpgrade = "helm upgrade --install keysteward charts/keysteward -n ";
CheckResult Ok(std::string what, std::string detail) {
  return {CheckLevel::kOk, std::move(what), std::move(detail), ""};
}
CheckResult Warning(std::string what, std::string detail, std::string fix) {
  return {CheckLevel::kWarning, std::move(what), std::move(detail), std::move(fix)};
}
CheckResult Failure(std::string what, std::string detail, std::string fix) {
  return {CheckLevel::kFailure, std::move(what), std::move(detail), std::move(fix)};
}

std::string TextOf(const json& object, const char* member) {
  if (!object.is_object()) return "";
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

const std::vector<std::string>& OurKinds() {
  static const std::vector<std::string> kinds = {
      "clustercredentialissuers", "credentialexceptions", "credentialissuers", "credentialpolicies",
      "credentialrevocations",    "credentialrotations",  "managedcredentials"};
  return kinds;
}

// Reads one object and judges it. Being refused is no fault of the installation.
Result<CheckResult> Judge(const CommandContext& context, const std::string& what,
                          const api::Resource& resource, const api::ObjectKey& key,
                          const CheckResult& when_absent,
                          const std::function<Result<CheckResult>(const json&)>& judge) {
  Result<json> object = context.client.Get(resource, key, context.call());
  if (object) return judge(*object);
  if (object.error().code == ErrorCode::kNotFound) return when_absent;
  if (object.error().code == ErrorCode::kPermissionDenied) {
    return Warning(
        what, "cannot tell: you may not read " + std::string(resource.kind) + " " + key.ToString(),
        "ask somebody who may read namespace " + context.operator_namespace);
  }
  return std::move(object).error().WithContext("check " + what);
}

Result<CheckResult> Operator(const CommandContext& context) {
  const std::string space = context.operator_namespace;
  return Judge(context, "operator", api::KindOf<Lease>::resource, {space, kOperatorLease},
               Failure("operator", "has never run in namespace " + space,
                       kUpgrade + space + ", or name its namespace with --operator-namespace"),
               [&](const json& object) -> Result<CheckResult> {
                 KS_ASSIGN_OR_RETURN(const Lease lease, api::Decode<Lease>(object));
                 CheckResult result = CheckLease(lease, context.clock.WallNow());
                 if (!result.fix.empty()) result.fix += " -n " + space;
                 return result;
               });
}

Result<CheckResult> Switch(const CommandContext& context) {
  const api::ObjectKey key{context.operator_namespace, api::v1alpha1::kSwitchConfigMap};
  return Judge(context, "switch", api::KindOf<ConfigMap>::resource, key,
               Ok("switch", "no emergency stop is set"),
               [&](const json& object) -> Result<CheckResult> {
                 KS_ASSIGN_OR_RETURN(const ConfigMap map, api::Decode<ConfigMap>(object));
                 if (!map.data.contains(api::v1alpha1::kEmergencyDisableKey)) {
                   return Ok("switch", "no emergency stop is set");
                 }
                 return Failure("switch", "emergency-disable is set: nothing is rotated or revoked",
                                "remove entry emergency-disable from ConfigMap " + key.ToString());
               });
}

Result<CheckResult> Evidence(const CommandContext& context) {
  const api::ObjectKey key{context.operator_namespace, api::v1alpha1::kInstallationConfigMap};
  const std::string restart =
      "kubectl rollout restart deployment keysteward-operator -n " + context.operator_namespace;
  return Judge(context, "evidence", api::KindOf<ConfigMap>::resource, key,
               Warning("evidence", "ConfigMap " + key.ToString() + " does not exist", restart),
               [&](const json& object) -> Result<CheckResult> {
                 KS_ASSIGN_OR_RETURN(const ConfigMap map, api::Decode<ConfigMap>(object));
                 if (!map.data.contains(api::v1alpha1::kEvidencePublicKey)) {
                   return Warning("evidence",
                                  "the signing key is not published, so evidence "
                                  "cannot be exported",
                                  restart);
                 }
                 return Ok("evidence", "the signing key is published");
               });
}

Result<CheckResult> Registration(const CommandContext& context, const std::string& what,
                                 const api::Resource& resource) {
  return Judge(
      context, what, resource, {"", kConfigurationName},
      Warning(what, "not registered: manifests are not checked at admission",
              kUpgrade + context.operator_namespace),
      [&](const json& object) -> Result<CheckResult> { return CheckWebhooks(what, object); });
}

}  // namespace

CheckResult CheckServer(const ServerInfo& server) {
  const std::string range =
      "1." + std::to_string(kOldestMinor) + " to 1." + std::to_string(kNewestMinor);
  const std::string detail = "Kubernetes " + server.git_version;
  if (server.minor < kOldestMinor) {
    return Failure("API server", detail + " is too old", "use one of " + range);
  }
  if (server.minor > kNewestMinor) {
    return Warning("API server", detail + " is newer than what was tested",
                   "look for a newer Keysteward; tested: " + range);
  }
  return Ok("API server", detail);
}

CheckResult CheckKinds(const ServerInfo& server) {
  std::vector<std::string> missing;
  for (const std::string& kind : OurKinds()) {
    if (std::find(server.kinds.begin(), server.kinds.end(), kind) == server.kinds.end()) {
      missing.push_back(kind);
    }
  }
  if (missing.empty()) return Ok("kinds", "all are served as keysteward.dev/v1alpha1");
  const std::string detail = missing.size() == OurKinds().size()
                                 ? "Keysteward's kinds are not installed"
                                 : "not served: " + Join(missing, ", ");
  return Failure("kinds", detail, "kubectl apply --server-side -f crds/");
}

CheckResult CheckLease(const Lease& lease, WallTime now) {
  const std::string fix = "kubectl get pods";
  const auto& spec = lease.spec;
  if (spec.holder_identity.empty() || !spec.renew_time) {
    return Failure("operator", "is not running: nobody holds its lease", fix);
  }
  const Duration silent = now - *spec.renew_time;
  if (silent > std::chrono::seconds(spec.lease_duration_seconds)) {
    return Failure("operator", "is not running: its lease was renewed " + Short(silent) + " ago",
                   fix);
  }
  return Ok("operator", "is running: lease held by " + spec.holder_identity);
}

CheckResult CheckWebhooks(const std::string& what, const json& configuration) {
  const auto webhooks = configuration.find("webhooks");
  if (webhooks == configuration.end() || !webhooks->is_array() || webhooks->empty()) {
    return Warning(what, "registers nothing", "install the chart again");
  }
  std::vector<std::string> without_bundle;
  bool open = false;
  for (const json& webhook : *webhooks) {
    const std::string name = TextOf(webhook, "name");
    const auto client = webhook.find("clientConfig");
    const bool bundle = client != webhook.end() && !TextOf(*client, "caBundle").empty();
    if (!bundle) without_bundle.push_back(name);
    open = open || (name == kWorkloadsWebhook && TextOf(webhook, "failurePolicy") == "Ignore");
  }
  if (!without_bundle.empty()) {
    return Failure(what, "no caBundle yet: " + Join(without_bundle, ", "),
                   "the operator writes it within 10 s; if it does not, read its log");
  }
  const std::string count = std::to_string(webhooks->size()) + " registered";
  if (!what.starts_with("validating") || !open) return Ok(what, count);
  return Warning(what, count + "; workloads pass unchecked while the webhook is down",
                 "once the webhook runs well, set webhook.failurePolicy=Fail in the chart");
}

Result<void> AddInstallationChecks(const CommandContext& context,
                                   std::vector<CheckResult>& results) {
  KS_ASSIGN_OR_RETURN(CheckResult runs, Operator(context));
  KS_ASSIGN_OR_RETURN(CheckResult stop, Switch(context));
  KS_ASSIGN_OR_RETURN(CheckResult evidence, Evidence(context));
  KS_ASSIGN_OR_RETURN(CheckResult validating,
                      Registration(context, "validating", kValidatingConfigurations));
  KS_ASSIGN_OR_RETURN(CheckResult mutating,
                      Registration(context, "mutating", kMutatingConfigurations));
  results.insert(results.end(), {runs, stop, evidence, validating, mutating});
  return {};
}

}  // namespace keysteward::cli
