// CredentialRotationBuilder: a valid request, with as much journal as the test needs.
//
//   CredentialRotation rotation = CredentialRotationBuilder("stripe-live-8")
//                                     .Because(Cause::kLeak, "SEC-123: seen in build log")
//                                     .WithStepDone("Issue", t0, t1)
//                                     .Build();
#pragma once

#include <functional>
#include <string>

#include "api/v1alpha1/credential_rotation_types.h"

namespace keysteward::builders {

class CredentialRotationBuilder {
 public:
  // Namespace payments, credential stripe-live, cause Schedule, generation 1, uid "uid-NAME".
  explicit CredentialRotationBuilder(const std::string& name = "stripe-live-8");

  CredentialRotationBuilder& In(const std::string& namespace_name);
  CredentialRotationBuilder& Of(const std::string& credential);
  CredentialRotationBuilder& Because(api::v1alpha1::Cause cause, const std::string& reason = "");
  CredentialRotationBuilder& AsEmergency();
  CredentialRotationBuilder& RequestedBy(const std::string& user);
  // Status: the key asked for, with its token.
  CredentialRotationBuilder& ForGeneration(int64_t generation, const std::string& token);
  CredentialRotationBuilder& WithStepDone(const std::string& step, WallTime from, WallTime to);
  CredentialRotationBuilder& WithStepRunning(const std::string& step, WallTime from);
  CredentialRotationBuilder& WithNewKey(const std::string& key_id);
  CredentialRotationBuilder& WithOldKey(int64_t generation, const std::string& key_id);
  CredentialRotationBuilder& Ended(api::v1alpha1::RotationResult result, WallTime at);
  CredentialRotationBuilder& With(
      const std::function<void(api::v1alpha1::CredentialRotation&)>& change);

  api::v1alpha1::CredentialRotation Build() const { return rotation_; }
  nlohmann::json BuildJson() const;

 private:
  api::v1alpha1::CredentialRotation rotation_;
};

}  // namespace keysteward::builders
