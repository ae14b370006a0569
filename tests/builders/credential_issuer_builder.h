// CredentialIssuerBuilder and ClusterCredentialIssuerBuilder: a complete HTTP key API described as
// data, or generated keys.
//
//   CredentialIssuer issuer = CredentialIssuerBuilder("acme").At("https://localhost:8443").Build();
#pragma once

#include <functional>
#include <string>

#include "api/v1alpha1/credential_issuer_types.h"

namespace keysteward::builders {

// POST /keys with ${token} and ${label}, list with labels and pages, disable, enable, delete,
// whoami as probe, last use; admin credential from Secret acme-admin, entry token.
api::v1alpha1::HttpIssuer HttpIssuerAt(const std::string& base_url);

class CredentialIssuerBuilder {
 public:
  // Namespace payments, HTTP issuer at https://api.acme.example/v1, uid "uid-NAME".
  explicit CredentialIssuerBuilder(const std::string& name = "acme");

  CredentialIssuerBuilder& In(const std::string& namespace_name);
  CredentialIssuerBuilder& At(const std::string& base_url);
  CredentialIssuerBuilder& Generating(int64_t length);
  CredentialIssuerBuilder& WithParameter(const api::v1alpha1::IssuerParameter& parameter);
  CredentialIssuerBuilder& WithoutDisable();
  CredentialIssuerBuilder& With(
      const std::function<void(api::v1alpha1::CredentialIssuer&)>& change);

  api::v1alpha1::CredentialIssuer Build() const { return issuer_; }
  nlohmann::json BuildJson() const;

 private:
  api::v1alpha1::CredentialIssuer issuer_;
};

class ClusterCredentialIssuerBuilder {
 public:
  // As above, for all namespaces.
  explicit ClusterCredentialIssuerBuilder(const std::string& name = "acme");

  // Only namespaces with this label.
  ClusterCredentialIssuerBuilder& ForNamespacesWith(const std::string& label,
                                                    const std::string& value);
  ClusterCredentialIssuerBuilder& With(
      const std::function<void(api::v1alpha1::ClusterCredentialIssuer&)>& change);

  api::v1alpha1::ClusterCredentialIssuer Build() const { return issuer_; }
  nlohmann::json BuildJson() const;

 private:
  api::v1alpha1::ClusterCredentialIssuer issuer_;
};

}  // namespace keysteward::builders
