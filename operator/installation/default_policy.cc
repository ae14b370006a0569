#include "operator/installation/default_policy.h"

#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/credential_policy_types.h"

namespace keysteward::op {

using api::v1alpha1::CredentialPolicy;
using api::v1alpha1::CredentialPolicySpec;

namespace {

constexpr Duration kPause = std::chrono::seconds(5);

}  // namespace

Result<bool> EnsureDefaultPolicy(kube::Client& client, const kube::Call& call) {
  const api::Resource& resource = api::KindOf<CredentialPolicy>::resource;
  const std::string name = api::v1alpha1::kDefaultPolicy;
  const Result<nlohmann::json> standing = client.Get(resource, {"", name}, call);
  if (standing) return false;
  if (standing.error().code != ErrorCode::kNotFound) {
    return Error(standing.error()).WithContext("read CredentialPolicy " + name);
  }
  const Result<nlohmann::json> made =
      client.Create(resource,
                    {{"apiVersion", "keysteward.dev/v1alpha1"},
                     {"kind", std::string(resource.kind)},
                     {"metadata", {{"name", name}}},
                     {"spec", ToJson(CredentialPolicySpec())}},
                    {.field_manager = api::v1alpha1::kFieldManager}, call);
  if (made) return true;
  if (made.error().code == ErrorCode::kAlreadyExists) return false;
  return Error(made.error()).WithContext("create CredentialPolicy " + name);
}

void KeepTryingForDefaultPolicy(const kube::Runtime& runtime, const std::stop_token& stop) {
  do {
    const Result<bool> made = EnsureDefaultPolicy(runtime.client, {.stop = stop});
    if (made && *made) runtime.log.Info("CredentialPolicy default created");
    if (made || made.error().code == ErrorCode::kCancelled) return;
    runtime.log.Warn("CredentialPolicy default not ensured", {{"error", made.error().message}});
  } while (runtime.clock.SleepFor(kPause, stop));
}

}  // namespace keysteward::op
