#include "kube/config/exec_token_source.h"

#include <nlohmann/json.hpp>

#include "common/json.h"
#include "common/json_fields.h"
#include "common/strings.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

constexpr std::string_view kGroup = "client.authentication.k8s.io/";
constexpr Duration kRenewBefore = std::chrono::seconds(10);
constexpr Duration kLongestRun = std::chrono::seconds(60);

bool IsSupported(std::string_view api_version) {
  return api_version == std::string(kGroup) + "v1" ||
         api_version == std::string(kGroup) + "v1beta1";
}

Command CommandOf(const ExecSettings& settings, const json& cluster_info) {
  json request = {{"kind", "ExecCredential"},
                  {"apiVersion", settings.api_version},
                  {"spec", {{"interactive", false}}}};
  if (settings.provide_cluster_info && !cluster_info.is_null()) {
    request["spec"]["cluster"] = cluster_info;
  }
  Command command{settings.command, settings.args, settings.env};
  command.env.emplace_back("KUBERNETES_EXEC_INFO", DumpJson(request));
  return command;
}

}  // namespace

Result<ExecCredential> ParseExecCredential(std::string_view output, std::string_view api_version) {
  KS_ASSIGN_OR_RETURN(const json document, ParseJson(output));
  JsonFields root(document, "");
  if (root.RequiredString("kind") != "ExecCredential") root.Fail("kind", "must be ExecCredential");
  if (root.RequiredString("apiVersion") != api_version) {
    root.Fail("apiVersion", "must be " + std::string(api_version));
  }
  JsonFields status = root.Object("status");
  ExecCredential credential;
  std::string token = status.String("token");
  credential.token = SecretBytes::CopyOf(token);
  WipeString(token);
  credential.expires = status.OptionalTime("expirationTimestamp");
  if (credential.token.empty() && status.Has("clientCertificateData")) {
    status.Fail("clientCertificateData", "client certificates from a plugin are not supported");
  }
  if (credential.token.empty()) status.Fail("token", "is required");
  KS_RETURN_IF_ERROR(root.Check());
  return credential;
}

Result<std::unique_ptr<ExecTokenSource>> ExecTokenSource::Create(const ExecSettings& settings,
                                                                 const json& cluster_info,
                                                                 const Clock& clock) {
  if (!IsSupported(settings.api_version)) {
    return Error::InvalidArgument("exec.apiVersion: \"" + Printable(settings.api_version, 64) +
                                  "\" is not supported; use " + std::string(kGroup) + "v1");
  }
  if (settings.interactive_mode == "Always") {
    return Error::InvalidArgument("exec.interactiveMode: Always is not supported");
  }
  return std::unique_ptr<ExecTokenSource>(
      new ExecTokenSource(settings, CommandOf(settings, cluster_info), clock));
}

std::optional<SecretBytes> ExecTokenSource::Kept() const {
  MutexLock lock(mutex_);
  if (!kept_) return std::nullopt;
  if (kept_->expires && clock_.WallNow() >= *kept_->expires - kRenewBefore) return std::nullopt;
  return kept_->token.Clone();
}

Result<ExecCredential> ExecTokenSource::Run(const Call& call) const {
  const CommandLimits limits{.timeout = std::min(call.timeout, kLongestRun)};
  Result<CommandOutput> ran = RunCommand(command_, limits, clock_, call.stop);
  if (!ran && ran.error().code == ErrorCode::kNotFound && !settings_.install_hint.empty()) {
    return std::move(ran).error().WithContext(Printable(settings_.install_hint));
  }
  KS_ASSIGN_OR_RETURN(CommandOutput output, std::move(ran));
  if (output.exit_code != 0) {
    return Error::Make(ErrorCode::kUnauthenticated, settings_.command + " ended with code " +
                                                        std::to_string(output.exit_code) + ": " +
                                                        Printable(Trim(output.err), 512));
  }
  Result<ExecCredential> credential = ParseExecCredential(output.out, settings_.api_version);
  WipeString(output.out);
  if (!credential) return std::move(credential).error().WithContext(settings_.command);
  return credential;
}

Result<SecretBytes> ExecTokenSource::Token(const Call& call) {
  if (std::optional<SecretBytes> kept = Kept()) return *std::move(kept);
  // Not under the lock: two callers may run the plugin at once, which is harmless.
  Result<ExecCredential> fresh = Run(call);
  if (!fresh) return std::move(fresh).error().WithContext("exec plugin");
  SecretBytes token = fresh->token.Clone();
  MutexLock lock(mutex_);
  kept_ = std::move(*fresh);
  return token;
}

bool ExecTokenSource::Reject() {
  MutexLock lock(mutex_);
  kept_.reset();
  return true;
}

}  // namespace keysteward::kube
