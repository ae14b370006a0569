#include "operator/issuers/cluster_issuer_resolver.h"

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using api::core::Secret;
using v1::IssuerKind;
using v1::IssuerRef;

namespace {

constexpr Duration kKept = std::chrono::seconds(30);

std::string CacheKey(const std::string& namespace_name, const IssuerRef& reference) {
  const bool cluster = reference.kind == IssuerKind::kClusterCredentialIssuer;
  return std::string(EnumName(reference.kind)) + "/" + (cluster ? "" : namespace_name) + "/" +
         reference.name;
}

// Reasons stand in front of the message so that a condition can take them over.
Error Because(ErrorCode code, std::string_view reason, const std::string& message) {
  return Error::Make(code, std::string(reason) + ": " + message);
}

const v1::SecretKeyRef* AdminOf(const v1::IssuerSpec& spec) {
  return spec.http ? &spec.http->admin.secret_ref : nullptr;
}

}  // namespace

ClusterIssuerResolver::ClusterIssuerResolver(kube::Client& client, IssuerListers listers,
                                             const IssuerFactory& factory,
                                             std::vector<HostRule> allowed_hosts,
                                             std::string our_namespace, const Clock& clock)
    : client_(client),
      listers_(std::move(listers)),
      factory_(factory),
      allowed_hosts_(std::move(allowed_hosts)),
      our_namespace_(std::move(our_namespace)),
      clock_(clock) {}

int64_t ClusterIssuerResolver::GenerationOf(const std::string& namespace_name,
                                            const IssuerRef& reference) const {
  if (reference.kind == IssuerKind::kClusterCredentialIssuer) {
    const auto issuer = listers_.cluster_issuers.Get({"", reference.name});
    return issuer == nullptr ? -1 : issuer->metadata.generation;
  }
  const auto issuer = listers_.issuers.Get({namespace_name, reference.name});
  return issuer == nullptr ? -1 : issuer->metadata.generation;
}

Result<std::shared_ptr<Issuer>> ClusterIssuerResolver::Resolve(const std::string& namespace_name,
                                                               const IssuerRef& reference,
                                                               const kube::Call& call) {
  const std::string key = CacheKey(namespace_name, reference);
  const int64_t generation = GenerationOf(namespace_name, reference);
  const bool cluster = reference.kind == IssuerKind::kClusterCredentialIssuer;
  {
    MutexLock lock(mutex_);
    const auto found = kept_.find(key);
    // The cluster kind also asks whether this very namespace may use it, so it is loaded each time.
    if (!cluster && found != kept_.end() && found->second.generation == generation &&
        clock_.MonoNow() < found->second.until) {
      return found->second.issuer;
    }
  }
  KS_ASSIGN_OR_RETURN(const IssuerCopy copy, Load(namespace_name, reference, call));
  KS_ASSIGN_OR_RETURN(std::shared_ptr<Issuer> issuer, factory_.Make(copy));
  KS_RETURN_IF_ERROR(SaveSnapshot(client_, our_namespace_, copy, call));
  MutexLock lock(mutex_);
  kept_[key] = {issuer, generation, clock_.MonoNow() + kKept};
  return issuer;
}

Result<IssuerCopy> ClusterIssuerResolver::Load(const std::string& namespace_name,
                                               const IssuerRef& reference,
                                               const kube::Call& call) const {
  return reference.kind == IssuerKind::kClusterCredentialIssuer
             ? LoadCluster(namespace_name, reference.name, call)
             : LoadNamespaced(namespace_name, reference.name, call);
}

Result<IssuerCopy> ClusterIssuerResolver::LoadNamespaced(const std::string& namespace_name,
                                                         const std::string& name,
                                                         const kube::Call& call) const {
  const auto issuer = listers_.issuers.Get({namespace_name, name});
  if (issuer == nullptr) {
    return Because(ErrorCode::kNotFound, v1::reason::kIssuerNotFound,
                   "there is no CredentialIssuer " + name + " in namespace " + namespace_name);
  }
  return LoadForCheck(*issuer, call);
}

Result<IssuerCopy> ClusterIssuerResolver::LoadForCheck(const v1::CredentialIssuer& issuer,
                                                       const kube::Call& call) const {
  IssuerCopy copy;
  copy.name = issuer.metadata.key().ToString();
  copy.issuer_uid = issuer.metadata.uid;
  copy.spec = issuer.spec;
  KS_ASSIGN_OR_RETURN(copy.allow_private, CheckHost(copy.spec, allowed_hosts_));
  if (const v1::SecretKeyRef* admin = AdminOf(copy.spec)) {
    KS_ASSIGN_OR_RETURN(copy.admin, ReadAdmin(issuer.metadata.namespace_name, *admin, true, call));
  }
  return copy;
}

Result<IssuerCopy> ClusterIssuerResolver::LoadCluster(const std::string& namespace_name,
                                                      const std::string& name,
                                                      const kube::Call& call) const {
  const auto issuer = listers_.cluster_issuers.Get({"", name});
  if (issuer == nullptr) {
    return Because(ErrorCode::kNotFound, v1::reason::kIssuerNotFound,
                   "there is no ClusterCredentialIssuer " + name);
  }
  const auto space = listers_.namespaces.Get({"", namespace_name});
  if (space == nullptr || !issuer->spec.allowed_namespaces.Matches(space->metadata.labels)) {
    return Because(ErrorCode::kPermissionDenied, v1::reason::kNamespaceNotAllowed,
                   "ClusterCredentialIssuer " + name + " does not serve namespace " +
                       namespace_name + ": spec.allowedNamespaces does not match its labels");
  }
  return LoadForCheck(*issuer, call);
}

Result<IssuerCopy> ClusterIssuerResolver::LoadForCheck(const v1::ClusterCredentialIssuer& issuer,
                                                       const kube::Call& call) const {
  IssuerCopy copy;
  copy.name = issuer.metadata.name;
  copy.issuer_uid = issuer.metadata.uid;
  copy.spec = issuer.spec;
  copy.allow_private = issuer.spec.allow_private_addresses;
  if (const v1::SecretKeyRef* admin = AdminOf(copy.spec)) {
    KS_ASSIGN_OR_RETURN(copy.admin, ReadAdmin(our_namespace_, *admin, false, call));
  }
  return copy;
}

Result<SecretBytes> ClusterIssuerResolver::ReadAdmin(const std::string& namespace_name,
                                                     const v1::SecretKeyRef& reference,
                                                     bool needs_label,
                                                     const kube::Call& call) const {
  const std::string where = "Secret " + namespace_name + "/" + reference.name;
  Result<nlohmann::json> object =
      client_.Get(api::KindOf<Secret>::resource, {namespace_name, reference.name}, call);
  if (!object && object.error().code == ErrorCode::kNotFound) {
    return Because(ErrorCode::kNotFound, v1::reason::kAdminSecretMissing,
                   where + " does not exist; create it with entry " + reference.key);
  }
  if (!object) return std::move(object).error().WithContext("read admin credential");
  KS_ASSIGN_OR_RETURN(const Secret secret, api::Decode<Secret>(*object));
  if (needs_label && secret.metadata.Label(v1::kIssuerCredentialLabel) != "true") {
    return Because(ErrorCode::kPermissionDenied, v1::reason::kAdminSecretNotLabelled,
                   where + " lacks label " + v1::kIssuerCredentialLabel +
                       "=true, by which its owner lets an issuer use it");
  }
  Result<SecretBytes> value = secret.Value(reference.key);
  if (!value || value->empty()) {
    return Because(ErrorCode::kNotFound, v1::reason::kAdminSecretKeyMissing,
                   where + " has no entry " + reference.key);
  }
  return value;
}

Result<std::shared_ptr<Issuer>> ClusterIssuerResolver::FromSnapshot(const std::string& secret_name,
                                                                    const kube::Call& call) const {
  KS_ASSIGN_OR_RETURN(const IssuerCopy copy,
                      LoadSnapshot(client_, {our_namespace_, secret_name}, call));
  return factory_.Make(copy);
}

}  // namespace keysteward::op
