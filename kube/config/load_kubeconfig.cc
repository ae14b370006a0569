#include <nlohmann/json.hpp>

#include "common/base64.h"
#include "common/strings.h"
#include "kube/config/exec_token_source.h"
#include "kube/config/read_file.h"
#include "kube/config/rest_config.h"
#include "kube/config/token_sources.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

std::vector<std::string> PathsOf(const KubeconfigFlags& flags, const Environment& environment) {
  if (!flags.kubeconfig.empty()) return {flags.kubeconfig};
  std::vector<std::string> paths;
  const std::string list = environment("KUBECONFIG");
  for (const std::string_view path : Split(list, ':')) {
    if (!path.empty()) paths.emplace_back(path);
  }
  if (paths.empty()) paths.push_back(environment("HOME") + "/.kube/config");
  return paths;
}

// A file of a list may be missing; the one named by flag may not.
Result<Kubeconfig> ReadFiles(const KubeconfigFlags& flags, const Environment& environment) {
  const std::vector<std::string> paths = PathsOf(flags, environment);
  Kubeconfig merged;
  bool any = false;
  for (const std::string& path : paths) {
    Result<std::string> text = ReadFile(path);
    if (!text && text.error().code == ErrorCode::kNotFound && flags.kubeconfig.empty()) continue;
    if (!text) return std::move(text).error().WithContext("kubeconfig");
    Result<Kubeconfig> parsed = ParseKubeconfig(*text, path);
    WipeString(*text);
    if (!parsed) return std::move(parsed).error().WithContext("kubeconfig");
    merged.Merge(*std::move(parsed));
    any = true;
  }
  if (any || !flags.server.empty()) return merged;
  return Error::NotFound("no kubeconfig found (looked at " + Join(paths, ", ") +
                         "); set --kubeconfig or KUBECONFIG");
}

template <typename T>
Result<T> Named(const std::map<std::string, T>& named, const std::string& name,
                const std::string& kind) {
  if (name.empty()) return T();
  const auto found = named.find(name);
  if (found != named.end()) return found->second;
  return Error::NotFound("kubeconfig: there is no " + kind + " \"" + Printable(name, 128) + "\"");
}

Error Wrong(const std::string& where, const std::string& field, const std::string& why) {
  return Error::InvalidArgument("kubeconfig: " + (where.empty() ? field : where + "." + field) +
                                ": " + why);
}

// "…-data" wins over the file, as in kubectl.
Result<std::string> DataOrFile(const std::string& data, const std::string& path,
                               const std::string& where, const std::string& field) {
  if (!data.empty()) {
    Result<std::string> decoded = Base64Decode(data);
    if (!decoded) return Wrong(where, field + "-data", decoded.error().message);
    return decoded;
  }
  if (path.empty()) return std::string();
  Result<std::string> text = ReadFile(path);
  if (!text) return Wrong(where, field, text.error().message);
  return text;
}

void Override(const std::string& flag, std::string& value) {
  if (!flag.empty()) value = flag;
}

void ApplyFlags(const KubeconfigFlags& flags, KubeconfigCluster& cluster, KubeconfigUser& user) {
  Override(flags.server, cluster.server);
  Override(flags.tls_server_name, cluster.tls_server_name);
  if (!flags.certificate_authority.empty()) cluster.certificate_authority_data.clear();
  Override(flags.certificate_authority, cluster.certificate_authority);
  if (!flags.client_certificate.empty()) user.client_certificate_data.clear();
  Override(flags.client_certificate, user.client_certificate);
  if (!flags.client_key.empty()) user.client_key_data.clear();
  Override(flags.client_key, user.client_key);
  if (!flags.token.empty()) {
    user.token = flags.token;
    user.token_file.clear();
    user.exec.reset();
  }
  Override(flags.as, user.impersonate_user);
  Override(flags.as_uid, user.impersonate_uid);
  if (!flags.as_groups.empty()) user.impersonate_groups = flags.as_groups;
}

Result<void> ReadCluster(const KubeconfigCluster& cluster, bool insecure_flag, RestConfig& config) {
  if (cluster.server.empty()) {
    return Error::InvalidArgument("kubeconfig: no server; name a context or set --server");
  }
  if (!cluster.proxy_url.empty()) {
    return Wrong(cluster.where, "proxy-url", "proxies are not supported");
  }
  if (cluster.insecure_skip_tls_verify && !insecure_flag) {
    return Wrong(cluster.where, "insecure-skip-tls-verify",
                 "the server would not be authenticated; pass --insecure-skip-tls-verify to accept "
                 "that, or set certificate-authority-data");
  }
  Result<http::Endpoint> server = http::Endpoint::Parse(cluster.server);
  if (!server) return Wrong(cluster.where, "server", server.error().message);
  if (server->scheme != "https") return Wrong(cluster.where, "server", "must be https");
  config.server = *std::move(server);
  config.trust.server_name = cluster.tls_server_name;
  config.trust.insecure_skip_verify = insecure_flag;
  if (insecure_flag) return {};
  KS_ASSIGN_OR_RETURN(config.trust.ca_pem,
                      DataOrFile(cluster.certificate_authority_data, cluster.certificate_authority,
                                 cluster.where, "certificate-authority"));
  if (cluster.certificate_authority_data.empty()) config.ca_file = cluster.certificate_authority;
  return {};
}

json ExecClusterInfo(const RestConfig& config) {
  json cluster = {{"server", config.server.Url()}};
  if (!config.trust.server_name.empty()) cluster["tls-server-name"] = config.trust.server_name;
  if (config.trust.insecure_skip_verify) cluster["insecure-skip-tls-verify"] = true;
  if (!config.trust.ca_pem.empty()) {
    cluster["certificate-authority-data"] = Base64Encode(config.trust.ca_pem);
  }
  return cluster;
}

Result<std::unique_ptr<TokenSource>> TokensOf(const KubeconfigUser& user, const RestConfig& config,
                                              const Clock& clock) {
  if (!user.token_file.empty()) {
    return std::unique_ptr<TokenSource>(std::make_unique<FileToken>(user.token_file, clock));
  }
  if (!user.token.empty()) {
    return std::unique_ptr<TokenSource>(
        std::make_unique<FixedToken>(SecretBytes::CopyOf(user.token)));
  }
  if (!user.exec) return std::unique_ptr<TokenSource>(std::make_unique<NoToken>());
  auto exec = ExecTokenSource::Create(*user.exec, ExecClusterInfo(config), clock);
  if (!exec) return std::move(exec).error().WithContext("kubeconfig: " + user.where);
  return std::unique_ptr<TokenSource>(*std::move(exec));
}

Result<void> ReadUser(const KubeconfigUser& user, const Clock& clock, RestConfig& config) {
  if (!user.unsupported.empty()) return Wrong(user.where, user.unsupported, "is not supported");
  KS_ASSIGN_OR_RETURN(config.client_certificate_pem,
                      DataOrFile(user.client_certificate_data, user.client_certificate, user.where,
                                 "client-certificate"));
  KS_ASSIGN_OR_RETURN(std::string key,
                      DataOrFile(user.client_key_data, user.client_key, user.where, "client-key"));
  config.client_key_pem = SecretBytes::CopyOf(key);
  WipeString(key);
  if (config.client_certificate_pem.empty() != config.client_key_pem.empty()) {
    const bool key_missing = config.client_key_pem.empty();
    return Wrong(user.where, key_missing ? "client-key" : "client-certificate", "is missing");
  }
  KS_ASSIGN_OR_RETURN(config.tokens, TokensOf(user, config, clock));
  return {};
}

Result<void> ReadImpersonation(const KubeconfigUser& user, RestConfig& config) {
  if (user.impersonate_user.empty()) {
    if (user.impersonate_groups.empty() && user.impersonate_uid.empty()) return {};
    return Error::InvalidArgument(
        "kubeconfig: a group or uid is impersonated without a user (--as)");
  }
  config.impersonation.emplace_back("Impersonate-User", user.impersonate_user);
  if (!user.impersonate_uid.empty()) {
    config.impersonation.emplace_back("Impersonate-Uid", user.impersonate_uid);
  }
  for (const std::string& group : user.impersonate_groups) {
    config.impersonation.emplace_back("Impersonate-Group", group);
  }
  return {};
}

}  // namespace

Result<RestConfig> LoadKubeconfig(const KubeconfigFlags& flags, const Environment& environment,
                                  const Clock& clock) {
  KS_ASSIGN_OR_RETURN(const Kubeconfig file, ReadFiles(flags, environment));
  const std::string context_name = flags.context.empty() ? file.current_context : flags.context;
  KS_ASSIGN_OR_RETURN(KubeconfigContext context, Named(file.contexts, context_name, "context"));
  Override(flags.cluster, context.cluster);
  Override(flags.user, context.user);
  KS_ASSIGN_OR_RETURN(KubeconfigCluster cluster, Named(file.clusters, context.cluster, "cluster"));
  KS_ASSIGN_OR_RETURN(KubeconfigUser user, Named(file.users, context.user, "user"));
  ApplyFlags(flags, cluster, user);
  RestConfig config;
  KS_RETURN_IF_ERROR(ReadCluster(cluster, flags.insecure_skip_tls_verify, config));
  KS_RETURN_IF_ERROR(ReadUser(user, clock, config));
  KS_RETURN_IF_ERROR(ReadImpersonation(user, config));
  Override(context.namespace_name, config.namespace_name);
  Override(flags.namespace_name, config.namespace_name);
  return config;
}

}  // namespace keysteward::kube
