#include "operator/settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "common/duration.h"
#include "common/version.h"
#include "operator/restart/restart_history.h"

namespace keysteward::op {
namespace {

// "host" or "host:private".
HostRule ParseHostRule(const std::string& text) {
  constexpr std::string_view kPrivate = ":private";
  const bool is_private = text.ends_with(kPrivate);
  return {text.substr(0, text.size() - (is_private ? kPrivate.size() : 0)), is_private};
}

std::string CheckDuration(const std::string& text) {
  const Result<Duration> duration = ParseDuration(text);
  return duration ? std::string() : duration.error().message;
}

// As they are written; checked by the parser.
struct DurationTexts {
  std::string staleness = "2s";
  std::string sweep_interval = "1m";
  std::string orphan_age = "2m";
  std::string report_interval = "24h";
};

void DeclareDurations(CLI::App& app, DurationTexts& texts) {
  app.add_option("--secret-staleness", texts.staleness,
                 "How long a kubelet may serve an old Secret: 2s with Watch, 120s with Cache")
      ->check(CheckDuration);
  app.add_option("--sweep-interval", texts.sweep_interval,
                 "Pause between two searches for keys that nobody answers for")
      ->check(CheckDuration);
  app.add_option("--orphan-age", texts.orphan_age,
                 "How long nobody must answer for a key before it is ended")
      ->check(CheckDuration);
  app.add_option("--report-interval", texts.report_interval,
                 "How old the background report may be before the cluster is looked through again")
      ->check(CheckDuration);
}

void ReadDurations(const DurationTexts& texts, Settings& settings) {
  settings.secret_staleness = ParseDuration(texts.staleness).value_or(settings.secret_staleness);
  settings.sweep_interval =
      std::max<Duration>(ParseDuration(texts.sweep_interval).value_or(settings.sweep_interval),
                         std::chrono::milliseconds(100));
  settings.orphan_age = ParseDuration(texts.orphan_age).value_or(settings.orphan_age);
  settings.report_interval =
      std::max<Duration>(ParseDuration(texts.report_interval).value_or(settings.report_interval),
                         std::chrono::minutes(1));
}

void DeclareOptions(CLI::App& app, Settings& settings) {
  app.add_option("--kubeconfig", settings.kubeconfig,
                 "Kubeconfig file; default the pod's service account");
  app.add_option("--context", settings.context, "Context of the kubeconfig");
  app.add_option("--namespace", settings.namespace_name,
                 "Namespace of Keysteward itself; default that of the service account");
  app.add_option("--identity", settings.identity, "Name of this replica; default the host name");
  app.add_flag("--leader-elect,!--no-leader-elect", settings.leader_elect,
               "Work only while holding the Lease");
  app.add_option("--metrics-address", settings.metrics_address, "Address of metrics and health");
  app.add_option("--metrics-port", settings.metrics_port, "Port of metrics and health");
  app.add_flag("--allow-loopback-providers", settings.allow_loopback,
               "Let issuers name loopback addresses; only for a process outside the cluster");
  app.add_option("--namespace-restarts", settings.namespace_restarts,
                 "Workloads restarting at once in one namespace")
      ->check(CLI::Range(1, 10000));
  app.add_option("--cluster-restarts", settings.cluster_restarts,
                 "Workloads restarting at once in the whole cluster")
      ->check(CLI::Range(1, 10000));
  app.add_option("--workload-restarts", settings.workload_restarts,
                 "Restarts of one workload within an hour; 0: any number")
      ->check(CLI::Range(int64_t{0}, static_cast<int64_t>(kNotedRestarts)));
  app.add_option("--workers", settings.workers, "Credentials reconciled at once")
      ->check(CLI::Range(1, 64));
  app.add_option("--kube-api-qps", settings.requests_per_second,
                 "Requests a second to the API server");
  app.add_option("--kube-api-burst", settings.burst, "Requests at once to the API server");
  app.add_flag("--report", settings.report,
               "Judge what stands in the cluster, daily and when policies change");
  app.add_option("--report-exclude-namespace", settings.report_excluded,
                 "Namespace that the report leaves out, besides our own; repeatable");
  app.add_flag("--serving-certificate,!--no-serving-certificate", settings.serving_certificate,
               "Make and keep the webhook's certificate");
  app.add_option("--webhook-service", settings.webhook_service, "Service of the webhook");
  app.add_option("--webhook-configuration", settings.webhook_configuration,
                 "Name of both webhook configurations");
  app.add_option("--operator-name", settings.operator_name,
                 "Name of the operator's own Deployment and ClusterRole");
  app.add_option("--wanted-config-map", settings.wanted_config_map,
                 "ConfigMap of our namespace in which the chart declares registration and rights");
  app.add_flag("--restore-registration,!--no-restore-registration", settings.restore_registration,
               "Put webhook configurations back that were changed or deleted");
}

}  // namespace

Parsed ParseSettings(int argc, const char* const* argv) {
  Parsed parsed;
  Settings& settings = parsed.settings;
  CLI::App app("Issues, delivers, rotates and revokes API keys declared as ManagedCredentials.",
               "keysteward-operator");
  app.set_version_flag("--version", std::string(kVersion));
  std::vector<std::string> hosts;
  DurationTexts durations;
  std::string level = "info";
  std::string format = "json";
  DeclareOptions(app, settings);
  app.add_option("--allowed-host", hosts,
                 "Host that namespaced issuers may call, HOST or HOST:private; repeatable");
  DeclareDurations(app, durations);
  app.add_option("--log-level", level, "Least level written")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
  app.add_option("--log-format", format, "Form of log lines")
      ->check(CLI::IsMember({"json", "text"}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    const int code = app.exit(failure);
    parsed.exit_code = code == 0 ? 0 : 2;
    return parsed;
  }
  for (const std::string& host : hosts) settings.allowed_hosts.push_back(ParseHostRule(host));
  ReadDurations(durations, settings);
  (void)ParseLogLevel(level, settings.log_level);
  settings.log_format = format == "text" ? LogFormat::kText : LogFormat::kJson;
  parsed.run = true;
  return parsed;
}

}  // namespace keysteward::op
