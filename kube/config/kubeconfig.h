// Kubeconfig: the file format of kubectl (clientcmd.k8s.io/v1), parsed and merged.
//
// Source: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/.
// Unknown fields are ignored, as other tools keep theirs in the same file. Errors name the file and
// the field; they never show a value.
//
//   KS_ASSIGN_OR_RETURN(Kubeconfig config, ParseKubeconfig(text, "/home/a/.kube/config"));
//   config.contexts.at(config.current_context).cluster
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace keysteward::kube {

// Relative paths are already resolved against the folder of the file that holds them. "…_data" is
// base64 as written.
struct KubeconfigCluster {
  std::string server;
  std::string certificate_authority;
  std::string certificate_authority_data;
  std::string tls_server_name;
  std::string proxy_url;
  bool insecure_skip_tls_verify = false;
  std::string where;  // "/path: clusters[0]", for messages
};

// client.authentication.k8s.io: a program that gives out credentials.
struct ExecSettings {
  std::string api_version;
  std::string command;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;
  std::string interactive_mode;  // "Never", "IfAvailable", "Always" or ""
  bool provide_cluster_info = false;
};

struct KubeconfigUser {
  std::string client_certificate;
  std::string client_certificate_data;
  std::string client_key;
  std::string client_key_data;
  std::string token;
  std::string token_file;
  std::optional<ExecSettings> exec;
  std::string impersonate_user;
  std::string impersonate_uid;
  std::vector<std::string> impersonate_groups;
  std::string unsupported;  // name of a field we cannot honour: "auth-provider", "username"
  std::string where;
};

struct KubeconfigContext {
  std::string cluster;
  std::string user;
  std::string namespace_name;
  std::string where;
};

struct Kubeconfig {
  std::string current_context;
  std::map<std::string, KubeconfigCluster> clusters;
  std::map<std::string, KubeconfigUser> users;
  std::map<std::string, KubeconfigContext> contexts;

  // Takes over what this one lacks: of two files the first to name a thing wins.
  void Merge(Kubeconfig later);
};

Result<Kubeconfig> ParseKubeconfig(std::string_view text, const std::string& path);

}  // namespace keysteward::kube
