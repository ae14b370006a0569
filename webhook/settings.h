// Settings: the command line of keysteward-webhook, checked once.
#pragma once

#include <string>

#include "observability/log.h"

namespace keysteward::webhook {

struct Settings {
  std::string kubeconfig;      // empty: in-cluster
  std::string namespace_name;  // ours; empty: that of the service account
  std::string bind_address = "::";
  uint16_t port = 8443;
  std::string metrics_address = "127.0.0.1";
  uint16_t metrics_port = 8080;
  std::string tls_secret = "keysteward-webhook-tls";
  std::string operator_user;  // empty: system:serviceaccount:<namespace>:keysteward-operator
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kJson;
};

// What parsing came to: settings, or an exit code when help, version or an error was printed.
struct Parsed {
  Settings settings;
  bool run = false;
  int exit_code = 0;
};
Parsed ParseSettings(int argc, const char* const* argv);

}  // namespace keysteward::webhook
