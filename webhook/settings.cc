#include "webhook/settings.h"

#include <CLI/CLI.hpp>

#include "common/version.h"

namespace keysteward::webhook {

Parsed ParseSettings(int argc, const char* const* argv) {
  Parsed parsed;
  Settings& settings = parsed.settings;
  CLI::App app("Refuses literal API keys and ownerless Secrets at admission; injects credentials.",
               "keysteward-webhook");
  app.set_version_flag("--version", std::string(kVersion));
  std::string level = "info";
  std::string format = "json";
  app.add_option("--kubeconfig", settings.kubeconfig,
                 "Kubeconfig file; default the pod's service account");
  app.add_option("--namespace", settings.namespace_name,
                 "Namespace of Keysteward itself; default that of the service account");
  app.add_option("--bind-address", settings.bind_address, "Address reviews are taken on");
  app.add_option("--port", settings.port, "Port reviews are taken on, TLS");
  app.add_option("--metrics-address", settings.metrics_address, "Address of metrics and health");
  app.add_option("--metrics-port", settings.metrics_port, "Port of metrics and health");
  app.add_option("--tls-secret", settings.tls_secret,
                 "Secret of the serving certificate, in Keysteward's namespace");
  app.add_option("--operator-user", settings.operator_user,
                 "User name of the operator; default its service account");
  app.add_option("--log-level", level, "Least level written")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
  app.add_option("--log-format", format, "Form of log lines")
      ->check(CLI::IsMember({"json", "text"}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    parsed.exit_code = app.exit(failure) == 0 ? 0 : 2;
    return parsed;
  }
  (void)ParseLogLevel(level, settings.log_level);
  settings.log_format = format == "text" ? LogFormat::kText : LogFormat::kJson;
  parsed.run = true;
  return parsed;
}

}  // namespace keysteward::webhook
