#include "common/strings.h"
#include "kube/config/read_file.h"
#include "kube/config/rest_config.h"
#include "kube/config/token_sources.h"

namespace keysteward::kube {

Result<RestConfig> LoadInCluster(const Environment& environment, const Clock& clock,
                                 const std::string& folder) {
  std::string host = environment("KUBERNETES_SERVICE_HOST");
  const std::string port = environment("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return Error::NotFound(
        "not inside a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
  }
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  RestConfig config;
  KS_ASSIGN_OR_RETURN(config.server, http::Endpoint::Parse("https://" + host + ":" + port));
  config.ca_file = folder + "/ca.crt";
  KS_ASSIGN_OR_RETURN(config.trust.ca_pem, ReadFile(config.ca_file));
  const std::string token_file = folder + "/token";
  auto tokens = std::make_unique<FileToken>(token_file, clock);
  // A pod without a token is misconfigured; better told now than as a 401 later.
  if (Result<SecretBytes> token = tokens->Token({}); !token) return token.error();
  config.tokens = std::move(tokens);
  const Result<std::string> namespace_name = ReadFile(folder + "/namespace");
  if (namespace_name) config.namespace_name = std::string(Trim(*namespace_name));
  return config;
}

}  // namespace keysteward::kube
