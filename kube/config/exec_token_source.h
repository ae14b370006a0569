// ExecTokenSource: tokens from a credential plugin (client.authentication.k8s.io/v1 and v1beta1),
// kept until they expire or the server rejects them.
//
// The exchange: the plugin finds an ExecCredential in KUBERNETES_EXEC_INFO and prints one with
// status.token and, mostly, status.expirationTimestamp. Plugins that print client certificates are
// refused: a certificate cannot change under an open transport.
// Source:
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
//
//   KS_ASSIGN_OR_RETURN(auto tokens, ExecTokenSource::Create(*user.exec, cluster_info, clock));
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/mutex.h"
#include "kube/client/token_source.h"
#include "kube/config/kubeconfig.h"
#include "kube/config/run_command.h"

namespace keysteward::kube {

struct ExecCredential {
  SecretBytes token;
  std::optional<WallTime> expires;  // none: until rejected
};

// What the plugin printed. kInvalidArgument names the field; the output is never shown.
Result<ExecCredential> ParseExecCredential(std::string_view output, std::string_view api_version);

class ExecTokenSource final : public TokenSource {
 public:
  // `cluster_info` is the spec.cluster handed to the plugin, null for none. kInvalidArgument for
  // another apiVersion or a plugin that must talk to a person.
  static Result<std::unique_ptr<ExecTokenSource>> Create(const ExecSettings& settings,
                                                         const nlohmann::json& cluster_info,
                                                         const Clock& clock);

  // Runs the plugin when the token at hand is missing, rejected or within 10 s of its end.
  Result<SecretBytes> Token(const Call& call) override;
  bool Reject() override;

 private:
  ExecTokenSource(ExecSettings settings, Command command, const Clock& clock)
      : settings_(std::move(settings)), command_(std::move(command)), clock_(clock) {}
  Result<ExecCredential> Run(const Call& call) const;
  std::optional<SecretBytes> Kept() const EXCLUDES(mutex_);

  const ExecSettings settings_;
  const Command command_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::optional<ExecCredential> kept_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::kube
