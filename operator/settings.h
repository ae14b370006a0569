// Settings: the command line of keysteward-operator, checked once.
//
//   keysteward-operator --namespace keysteward-system --allowed-host api.acme.example
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "observability/log.h"
#include "operator/issuers/issuer_factory.h"

namespace keysteward::op {

struct Settings {
  std::string kubeconfig;  // empty: in-cluster
  std::string context;
  std::string namespace_name;  // ours; empty: that of the service account
  std::string identity;        // of this replica; empty: host name
  bool leader_elect = true;
  std::string metrics_address = "127.0.0.1";
  uint16_t metrics_port = 8080;
  std::vector<HostRule> allowed_hosts;
  bool allow_loopback = false;  // providers on this host, for a process outside the cluster
  Duration secret_staleness = std::chrono::seconds(2);
  Duration sweep_interval = std::chrono::minutes(1);
  Duration orphan_age = std::chrono::minutes(2);  // how long a key must be nobody's to be ended
  int64_t namespace_restarts = 10;
  int64_t cluster_restarts = 25;
  int64_t workload_restarts = 3;  // of one workload within an hour; 0: any number
  int workers = 8;
  double requests_per_second = 50;  // to the API server
  double burst = 100;
  bool serving_certificate = true;  // make and keep the webhook's certificate
  std::string webhook_service = "keysteward-webhook";
  std::string webhook_configuration = "keysteward";
  std::string operator_name = "keysteward-operator";    // our Deployment and ClusterRole
  std::string wanted_config_map = "keysteward-wanted";  // what the chart declares
  bool restore_registration = true;          // put webhook configurations back that were changed
  bool report = false;                       // look through the cluster in the background
  std::vector<std::string> report_excluded;  // namespaces left out
  Duration report_interval = std::chrono::hours(24);
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kJson;
};

// What parsing came to: settings, or a text and exit code when help, version or an error was
// printed.
struct Parsed {
  Settings settings;
  bool run = false;
  int exit_code = 0;
};
Parsed ParseSettings(int argc, const char* const* argv);

}  // namespace keysteward::op
