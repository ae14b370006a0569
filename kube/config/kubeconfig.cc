#include "kube/config/kubeconfig.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "common/json_fields.h"
#include "kube/config/yaml_document.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

// A path in a kubeconfig is relative to the file, not to the working directory.
std::string Resolve(const std::string& path, const std::string& file) {
  if (path.empty() || path.front() == '/') return path;
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

ExecSettings ReadExec(JsonFields fields, const std::string& file) {
  ExecSettings exec;
  exec.api_version = fields.RequiredString("apiVersion");
  exec.command = fields.RequiredString("command");
  // A bare name is looked up in PATH.
  if (exec.command.find('/') != std::string::npos) exec.command = Resolve(exec.command, file);
  exec.args = fields.Strings("args");
  exec.install_hint = fields.String("installHint");
  exec.interactive_mode = fields.String("interactiveMode");
  exec.provide_cluster_info = fields.Bool("provideClusterInfo");
  fields.Objects("env", [&](JsonFields& item) {
    exec.env.emplace_back(item.RequiredString("name"), item.String("value"));
  });
  return exec;
}

KubeconfigCluster ReadCluster(JsonFields fields, const std::string& file) {
  KubeconfigCluster cluster;
  cluster.server = fields.RequiredString("server");
  cluster.certificate_authority = Resolve(fields.String("certificate-authority"), file);
  cluster.certificate_authority_data = fields.String("certificate-authority-data");
  cluster.tls_server_name = fields.String("tls-server-name");
  cluster.proxy_url = fields.String("proxy-url");
  cluster.insecure_skip_tls_verify = fields.Bool("insecure-skip-tls-verify");
  return cluster;
}

KubeconfigUser ReadUser(JsonFields fields, const std::string& file) {
  KubeconfigUser user;
  user.client_certificate = Resolve(fields.String("client-certificate"), file);
  user.client_certificate_data = fields.String("client-certificate-data");
  user.client_key = Resolve(fields.String("client-key"), file);
  user.client_key_data = fields.String("client-key-data");
  user.token = fields.String("token");
  user.token_file = Resolve(fields.String("tokenFile"), file);
  user.impersonate_user = fields.String("as");
  user.impersonate_uid = fields.String("as-uid");
  user.impersonate_groups = fields.Strings("as-groups");
  for (const char* field : {"auth-provider", "username", "as-user-extra"}) {
    if (fields.Has(field)) user.unsupported = field;
  }
  if (fields.Has("exec")) user.exec = ReadExec(fields.Object("exec"), file);
  return user;
}

KubeconfigContext ReadContext(JsonFields fields) {
  KubeconfigContext context;
  context.cluster = fields.String("cluster");
  context.user = fields.String("user");
  context.namespace_name = fields.String("namespace");
  return context;
}

// clusters, users and contexts are lists of {name, <kind>}; the first of a name wins.
template <typename T>
void ReadNamed(JsonFields& root, const std::string& list, const std::string& kind,
               const std::function<T(JsonFields)>& read, std::map<std::string, T>& out) {
  size_t index = 0;
  root.Objects(list, [&](JsonFields& item) {
    T value = read(item.Object(kind));
    value.where = list + "[" + std::to_string(index++) + "]." + kind;
    out.emplace(item.RequiredString("name"), std::move(value));
  });
}

template <typename T>
void NameFile(std::map<std::string, T>& named, const std::string& file) {
  for (auto& [name, value] : named) value.where = file + ": " + value.where;
}

}  // namespace

void Kubeconfig::Merge(Kubeconfig later) {
  if (current_context.empty()) current_context = std::move(later.current_context);
  clusters.merge(later.clusters);
  users.merge(later.users);
  contexts.merge(later.contexts);
}

Result<Kubeconfig> ParseKubeconfig(std::string_view text, const std::string& path) {
  Result<json> document = ReadYamlDocument(text);
  if (!document) return std::move(document).error().WithContext(path);
  JsonFields root(*document, "");
  Kubeconfig config;
  const std::string kind = root.String("kind", "Config");
  if (kind != "Config") root.Fail("kind", "must be Config");
  config.current_context = root.String("current-context");
  ReadNamed<KubeconfigCluster>(
      root, "clusters", "cluster", [&](JsonFields fields) { return ReadCluster(fields, path); },
      config.clusters);
  ReadNamed<KubeconfigUser>(
      root, "users", "user", [&](JsonFields fields) { return ReadUser(fields, path); },
      config.users);
  ReadNamed<KubeconfigContext>(root, "contexts", "context", ReadContext, config.contexts);
  if (Result<void> read = root.Check(); !read) return read.error().WithContext(path);
  NameFile(config.clusters, path);
  NameFile(config.users, path);
  NameFile(config.contexts, path);
  return config;
}

}  // namespace keysteward::kube
