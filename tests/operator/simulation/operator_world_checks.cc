// What OperatorWorld shows to tests, and the invariants it checks.
#include <algorithm>

#include "api/core/secret_types.h"
#include "api/v1alpha1/annotations.h"
#include "evidence/bundle.h"
#include "evidence/verifier.h"
#include "operator/rotation/staged_secret.h"
#include "tests/operator/simulation/operator_world_parts.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using v1::CredentialRotation;
using v1::ManagedCredential;

void OperatorWorld::Violate(const std::string& what) {
  if (std::find(violations_.begin(), violations_.end(), what) == violations_.end()) {
    violations_.push_back(what);
  }
}

Result<void> OperatorWorld::CheckProviderCall(const ProviderCall& call, ProviderPhase phase) {
  const bool watching = std::exchange(watching_, false);
  if (phase == ProviderPhase::kBefore && (call.verb == "disable" || call.verb == "delete")) {
    if (cluster.HeldKeys().contains(call.key_id)) {
      Violate("I1: " + call.verb + " of " + call.key_id + " while a pod holds it");
    }
    if (KeyIdInSecret() == call.key_id) {
      Violate("I1: " + call.verb + " of " + call.key_id + " while the Secret delivers it");
    }
  }
  if (phase == ProviderPhase::kBefore && call.verb == "create") {
    const auto rotations = Rotations();
    const bool recorded = std::any_of(
        rotations.begin(), rotations.end(),
        [&](const CredentialRotation& rotation) { return rotation.status.token == call.token; });
    if (!recorded) Violate("I6: create with a token that was not stored before");
  }
  const std::string delivered = KeyIdInSecret();
  if (!delivered.empty() && phase == ProviderPhase::kAfter) {
    const auto live = provider.LiveKeys();
    if (std::find(live.begin(), live.end(), delivered) == live.end()) {
      Violate("I2: the delivered key " + delivered + " is not live");
    }
  }
  std::map<std::string, int> live_of;  // by the credential's part of the label
  for (const std::string& id : provider.LiveKeys()) {
    const std::string& label = provider.keys().at(id).label;
    if (++live_of[label.substr(0, label.rfind('/'))] > 3) Violate("I3: more than three live keys");
  }
  watching_ = watching;
  return {};
}

bool OperatorWorld::RevocationAnswersFor(const std::string& key_id) {
  const std::string& label = provider.keys().at(key_id).label;
  for (const auto& revocation : ReadAll<v1::CredentialRevocation>(server)) {
    const std::string generation = "/" + revocation.spec.credential.uid + "/" +
                                   std::to_string(revocation.spec.key.generation) + "-";
    if (revocation.spec.key.id == key_id || label.find(generation) != std::string::npos)
      return true;
  }
  return false;
}

ManagedCredential OperatorWorld::Credential(const std::string& name) {
  return *api::Decode<ManagedCredential>(
      *server.Get(api::KindOf<ManagedCredential>::resource, {kSpace, name}, {}));
}

std::vector<CredentialRotation> OperatorWorld::Rotations() {
  const bool watching = std::exchange(watching_, false);
  auto rotations = ReadAll<CredentialRotation>(server, kSpace);
  watching_ = watching;
  return rotations;
}

CredentialRotation OperatorWorld::Rotation(const std::string& name) {
  return *api::Decode<CredentialRotation>(
      *server.Get(api::KindOf<CredentialRotation>::resource, {kSpace, name}, {}));
}

std::string OperatorWorld::KeyIdInSecret(const std::string& name) {
  const auto object = server.Get(api::KindOf<api::core::Secret>::resource, {kSpace, name}, {});
  if (!object) return "";
  return (*object)["metadata"]["annotations"].value(v1::kKeyIdAnnotation, "");
}

void OperatorWorld::ExpectSettled() {
  const ManagedCredential credential = Credential();
  ASSERT_TRUE(credential.status.current);
  EXPECT_EQ(credential.status.active_rotation, "");
  EXPECT_THAT(provider.LiveKeys(), testing::ElementsAre(credential.status.current->key_id));
  EXPECT_EQ(KeyIdInSecret(), credential.status.current->key_id);
  EXPECT_THAT(
      cluster.HeldKeys(),
      testing::AnyOf(testing::IsEmpty(), testing::ElementsAre(credential.status.current->key_id)));
  const auto staged =
      server.List(api::KindOf<api::core::Secret>::resource,
                  {.namespace_name = kOurs,
                   .label_selector = std::string(api::v1alpha1::kStagedLabel) + "=true"},
                  {});
  EXPECT_EQ(staged->items.size(), 1u) << "staged values of dead keys were left";
  const evidence::Bundle bundle =
      evidence::MakeBundle(identity_->installation_id, identity_->signing_key.verifying_key().Pem(),
                           credential, Rotations());
  const auto report = evidence::Verify(bundle, {});
  ASSERT_TRUE(report) << report.error().ToString();
  EXPECT_EQ(report->broken, "");
  EXPECT_THAT(violations_, testing::IsEmpty());
}

}  // namespace keysteward::op
