#include "operator/guard/served_kinds.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/json.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using nlohmann::json;

namespace {

template <typename... Kinds>
std::vector<std::string> PluralsOf() {
  std::vector<std::string> plurals = {std::string(api::KindOf<Kinds>::resource.plural)...};
  std::sort(plurals.begin(), plurals.end());
  return plurals;
}

}  // namespace

Result<std::vector<std::string>> MissingKinds(kube::Client& client, const kube::Call& call) {
  std::vector<std::string> missing =
      PluralsOf<v1::ManagedCredential, v1::CredentialRotation, v1::CredentialIssuer,
                v1::ClusterCredentialIssuer, v1::CredentialRevocation, v1::CredentialPolicy,
                v1::CredentialException>();
  const Result<std::string> body = client.GetRaw("/apis/keysteward.dev/v1alpha1", call);
  if (!body && body.error().code == ErrorCode::kNotFound) return missing;
  if (!body) return body.error().WithContext("read which kinds are served");
  KS_ASSIGN_OR_RETURN(const json served, ParseJson(*body));
  if (!served.is_object()) return Error::InvalidArgument("the list of kinds is no object");
  for (const json& each : served.value("resources", json::array())) {
    std::erase(missing, each.is_object() ? each.value("name", "") : "");
  }
  return missing;
}

}  // namespace keysteward::op
