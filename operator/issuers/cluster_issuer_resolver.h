// ClusterIssuerResolver: IssuerResolver over the cluster's issuer objects and their admin Secrets.
//
// An issuer is built once and kept while its spec stands, its admin Secret read again every 30 s,
// so that a changed admin credential is picked up. While it is in use its copy is kept in our
// namespace.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/core/namespace_types.h"
#include "common/mutex.h"
#include "kube/cache/lister.h"
#include "operator/issuers/issuer_factory.h"

namespace keysteward::op {

struct IssuerListers {
  kube::Lister<api::v1alpha1::CredentialIssuer> issuers;
  kube::Lister<api::v1alpha1::ClusterCredentialIssuer> cluster_issuers;
  kube::Lister<api::core::Namespace> namespaces;
};

class ClusterIssuerResolver final : public IssuerResolver {
 public:
  ClusterIssuerResolver(kube::Client& client, IssuerListers listers, const IssuerFactory& factory,
                        std::vector<HostRule> allowed_hosts, std::string our_namespace,
                        const Clock& clock);

  Result<std::shared_ptr<Issuer>> Resolve(const std::string& namespace_name,
                                          const api::v1alpha1::IssuerRef& reference,
                                          const kube::Call& call) override;

  // What a reference resolves to, with the admin credential loaded; every rule is checked.
  Result<IssuerCopy> Load(const std::string& namespace_name,
                          const api::v1alpha1::IssuerRef& reference, const kube::Call& call) const;
  // The same for the issuer itself, whoever may use it: for its condition Ready.
  Result<IssuerCopy> LoadForCheck(const api::v1alpha1::CredentialIssuer& issuer,
                                  const kube::Call& call) const;
  Result<IssuerCopy> LoadForCheck(const api::v1alpha1::ClusterCredentialIssuer& issuer,
                                  const kube::Call& call) const;
  // An issuer out of its copy, for keys that outlive it.
  Result<std::shared_ptr<Issuer>> FromSnapshot(const std::string& secret_name,
                                               const kube::Call& call) const;

 private:
  struct Kept {
    std::shared_ptr<Issuer> issuer;
    int64_t generation = 0;
    MonoTime until{};
  };

  Result<IssuerCopy> LoadNamespaced(const std::string& namespace_name, const std::string& name,
                                    const kube::Call& call) const;
  Result<IssuerCopy> LoadCluster(const std::string& namespace_name, const std::string& name,
                                 const kube::Call& call) const;
  Result<SecretBytes> ReadAdmin(const std::string& namespace_name,
                                const api::v1alpha1::SecretKeyRef& reference, bool needs_label,
                                const kube::Call& call) const;
  int64_t GenerationOf(const std::string& namespace_name,
                       const api::v1alpha1::IssuerRef& reference) const;

  kube::Client& client_;
  const IssuerListers listers_;
  const IssuerFactory& factory_;
  const std::vector<HostRule> allowed_hosts_;
  const std::string our_namespace_;
  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, Kept> kept_ GUARDED_BY(mutex_);  // by "<kind>/<namespace>/<name>"
};

}  // namespace keysteward::op
