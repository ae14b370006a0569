// SecretsTest: a stored credential, and keys of it that are staged and delivered.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "operator/rotation/delivered_secret.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {

inline constexpr const api::Resource& kSecrets = api::KindOf<api::core::Secret>::resource;

class SecretsTest : public testing::Test {
 protected:
  KeyOrigin Origin(const std::string& token = "tok-1") {
    return {.credential = credential.metadata.key(),
            .credential_uid = credential.metadata.uid,
            .generation = 7,
            .token = token};
  }
  IssuedKey Key(const std::string& id = "key_7", const std::string& value = "fk_live_value") {
    return {.id = id, .value = SecretBytes::CopyOf(value)};
  }
  StagedKey StagedValue(int64_t generation, const std::string& value) {
    StagedKey staged{.origin = Origin(),
                     .key_id = "key_" + std::to_string(generation),
                     .value = SecretBytes::CopyOf(value),
                     .issued_at = rig.clock.WallNow()};
    staged.origin.generation = generation;
    return staged;
  }
  nlohmann::json Get(const std::string& space, const std::string& name) {
    return rig.server.Get(kSecrets, {space, name}, {}).value_or(nlohmann::json());
  }
  Result<int64_t> Deliver(const StagedKey& staged) {
    const auto now = ReadDelivered(rig.env, credential, {});
    return WriteDelivered(rig.env, credential, staged, *now, {});
  }
  DeliveredSecret Delivered() { return *ReadDelivered(rig.env, credential, {}); }
  void Edit(const nlohmann::json& patch) {
    ASSERT_TRUE(rig.server.Patch(kSecrets, {"payments", "stripe-live"}, kube::PatchType::kMerge,
                                 patch, {}, {}));
  }

  OperatorRig rig;
  api::v1alpha1::ManagedCredential credential =
      rig.Store(builders::ManagedCredentialBuilder("stripe-live").Build());
};

}  // namespace keysteward::op
