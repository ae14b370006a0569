// ManagedCredentialBuilder: a valid credential in one line, changed where the test cares.
//
//   ManagedCredential credential = ManagedCredentialBuilder("stripe-live")
//                                      .WithLifetime(1h)
//                                      .WithCurrentKey(7, "key_7")
//                                      .Build();
#pragma once

#include <functional>
#include <string>

#include "api/v1alpha1/managed_credential_types.h"

namespace keysteward::builders {

class ManagedCredentialBuilder {
 public:
  // Namespace payments, team payments, issuer CredentialIssuer/stripe, 2160h, Secret of the same
  // name, generation 1, uid "uid-NAME".
  explicit ManagedCredentialBuilder(const std::string& name = "stripe-live");

  ManagedCredentialBuilder& In(const std::string& namespace_name);
  ManagedCredentialBuilder& WithUid(const std::string& uid);
  ManagedCredentialBuilder& OwnedBy(const std::string& team, const std::string& contact);
  ManagedCredentialBuilder& FromIssuer(const std::string& name);
  ManagedCredentialBuilder& FromClusterIssuer(const std::string& name);
  ManagedCredentialBuilder& WithParameter(const std::string& name, const std::string& value);
  ManagedCredentialBuilder& WithLifetime(Duration lifetime);
  ManagedCredentialBuilder& WithEntry(const std::string& name, const std::string& value);
  ManagedCredentialBuilder& WithOverlapAndQuiet(Duration overlap, Duration quiet);
  ManagedCredentialBuilder& WithStandingUntil(WallTime until);
  // Status: observed, generation and revision delivered, settled.
  ManagedCredentialBuilder& WithCurrentKey(int64_t generation, const std::string& key_id);
  ManagedCredentialBuilder& Deleting(WallTime since);
  // Anything else.
  ManagedCredentialBuilder& With(
      const std::function<void(api::v1alpha1::ManagedCredential&)>& change);

  api::v1alpha1::ManagedCredential Build() const { return credential_; }
  nlohmann::json BuildJson() const;

 private:
  api::v1alpha1::ManagedCredential credential_;
};

}  // namespace keysteward::builders
