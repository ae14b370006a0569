// RestConfig: everything needed to talk to one API server, from a kubeconfig or from inside a pod.
//
//   KS_ASSIGN_OR_RETURN(RestConfig config, LoadKubeconfig({.context = "prod"}, environment,
//   clock)); KS_ASSIGN_OR_RETURN(RestConfig config, LoadInCluster(environment, clock));
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "http/endpoint.h"
#include "http/transport.h"
#include "kube/client/token_source.h"
#include "kube/config/kubeconfig.h"

namespace keysteward::kube {

struct RestConfig {
  http::Endpoint server;
  http::TrustOptions trust;
  std::string ca_file;  // trust.ca_pem came from here and may change; "" = it cannot
  std::string client_certificate_pem;
  SecretBytes client_key_pem;
  std::unique_ptr<TokenSource> tokens;  // never null
  http::Headers impersonation;
  std::string namespace_name = "default";  // where a command without a namespace works
};

// The value of an environment variable, or "".
using Environment = std::function<std::string(const std::string& name)>;

// kubectl's global flags; empty means: as the file says.
struct KubeconfigFlags {
  std::string kubeconfig;
  std::string context;
  std::string cluster;
  std::string user;
  std::string server;
  std::string namespace_name;
  std::string token;
  std::string certificate_authority;
  std::string client_certificate;
  std::string client_key;
  std::string tls_server_name;
  std::string as;
  std::string as_uid;
  std::vector<std::string> as_groups;
  bool insecure_skip_tls_verify = false;
};

// --kubeconfig, else every file of $KUBECONFIG, else $HOME/.kube/config. kNotFound when there is
// none and no --server; kInvalidArgument names file and field. `clock` must outlive the result.
Result<RestConfig> LoadKubeconfig(const KubeconfigFlags& flags, const Environment& environment,
                                  const Clock& clock);

// From the service account that is mounted into a pod. kNotFound outside of a cluster.
Result<RestConfig> LoadInCluster(
    const Environment& environment, const Clock& clock,
    const std::string& folder = "/var/run/secrets/kubernetes.io/serviceaccount");

}  // namespace keysteward::kube
