#include "operator/reconcilers/issuer_reconciler.h"

#include <algorithm>

#include "api/v1alpha1/conditions.h"
#include "common/strings.h"
#include "operator/rotation/status_writer.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;

namespace {

constexpr Duration kCheckAgain = std::chrono::minutes(10);
constexpr Duration kRetry = std::chrono::seconds(10);

// "HostNotAllowed: …" → the reason; "" when the message begins otherwise.
std::string ReasonIn(const std::string& message) {
  const size_t colon = message.find(':');
  if (colon == std::string::npos || colon == 0 || message[0] < 'A' || message[0] > 'Z') return "";
  const std::string word = message.substr(0, colon);
  return std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isalpha(c); })
             ? word
             : "";
}

std::string ReasonOf(const Error& error) {
  if (std::string named = ReasonIn(error.message); !named.empty()) return named;
  switch (error.code) {
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kUnauthenticated:
      return std::string(v1::reason::kAdminRefused);
    default:
      return std::string(v1::reason::kProviderUnreachable);
  }
}

std::string WithoutReason(const std::string& message) {
  const std::string named = ReasonIn(message);
  return named.empty() ? message : std::string(Trim(message.substr(named.size() + 1)));
}

Result<void> CheckLookup(const v1::IssuerSpec& spec) {
  if (!spec.http || spec.http->CanLookUp()) return {};
  return Error::FailedPrecondition(
      "NoLookup: describe spec.http.list with a label, or send ${token} in a header of "
      "spec.http.create: without one a lost answer of the provider cannot be cleared up");
}

v1::IssuerRef ReferenceTo(const v1::CredentialIssuer& issuer) {
  return {v1::IssuerKind::kCredentialIssuer, issuer.metadata.name};
}

v1::IssuerRef ReferenceTo(const v1::ClusterCredentialIssuer& issuer) {
  return {v1::IssuerKind::kClusterCredentialIssuer, issuer.metadata.name};
}

template <typename T>
int64_t CountUsers(const kube::Lister<v1::ManagedCredential>& credentials, const T& issuer) {
  const v1::IssuerRef reference = ReferenceTo(issuer);
  int64_t count = 0;
  for (const auto& credential : credentials.List(issuer.metadata.namespace_name)) {
    if (credential->spec.issuer_ref == reference) ++count;
  }
  return count;
}

}  // namespace

api::Condition IssuerReady(const Result<void>& check, bool self_contained, int64_t generation) {
  api::Condition ready{.type = std::string(v1::condition::kReady),
                       .status = check ? "True" : "False",
                       .observed_generation = generation};
  if (check) {
    ready.reason = self_contained ? v1::reason::kSelfContained : v1::reason::kAdminAccepted;
    ready.message =
        self_contained ? "keys are made here" : "the provider accepted the admin credential";
  } else {
    ready.reason = ReasonOf(check.error());
    ready.message = WithoutReason(check.error().message);
  }
  return ready;
}

template <typename T>
Result<kube::ReconcileResult> IssuerReconciler<T>::Reconcile(const kube::Request& request,
                                                             const kube::Call& call) {
  const auto stored = issuers_.Get(request);
  if (stored == nullptr || stored->metadata.deleting()) return kube::ReconcileResult{};
  T issuer = *stored;
  const auto check = [&]() -> Result<void> {
    KS_RETURN_IF_ERROR(CheckLookup(issuer.spec));
    KS_ASSIGN_OR_RETURN(const IssuerCopy copy, resolver_.LoadForCheck(issuer, call));
    KS_ASSIGN_OR_RETURN(const std::shared_ptr<Issuer> made, factory_.Make(copy));
    return made->Check(call);
  };
  const Result<void> checked = check();
  if (!checked && checked.error().code == ErrorCode::kCancelled) return checked.error();
  issuer.status.observed_generation = issuer.metadata.generation;
  issuer.status.type = issuer.spec.http ? "HTTP" : "Generated";
  issuer.status.credentials = CountUsers(countable_, issuer);
  api::SetCondition(issuer.status.conditions,
                    IssuerReady(checked, !issuer.spec.http, issuer.metadata.generation),
                    env_.clock.WallNow());
  KS_RETURN_IF_ERROR(WriteStatus(env_.client, *stored, issuer, call));
  return kube::ReconcileResult::RequeueAfter(checked ? kCheckAgain : kRetry);
}

template class IssuerReconciler<v1::CredentialIssuer>;
template class IssuerReconciler<v1::ClusterCredentialIssuer>;

}  // namespace keysteward::op
