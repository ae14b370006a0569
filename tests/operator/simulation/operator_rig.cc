#include "tests/operator/simulation/operator_rig.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/namespace_types.h"
#include "api/v1alpha1/annotations.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tls/signing_key.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

template <typename T>
T StoreObject(kube::FakeApiServer& server, const T& object) {
  json body = ToJson(object);
  const json status = body["status"];
  body.erase("status");
  for (const char* field : {"uid", "generation", "resourceVersion"}) body["metadata"].erase(field);
  const auto created = server.Create(api::KindOf<T>::resource, body, {}, {});
  EXPECT_TRUE(created) << created.error().ToString();
  const auto stored =
      server.Patch(api::KindOf<T>::resource, object.metadata.key(), kube::PatchType::kMerge,
                   {{"status", status}}, {.subresource = "status"}, {});
  EXPECT_TRUE(stored) << stored.error().ToString();
  return *api::Decode<T>(*stored);
}

}  // namespace

OperatorRig::OperatorRig()
    : installation{.id = "inst1",
                   .namespace_name = "keysteward-system",
                   .digest_key = SecretBytes::CopyOf("digest key of the test"),
                   .tripwire_key = SecretBytes::CopyOf("tripwire key of the test")},
      signer(std::make_unique<InstallationSigner>("inst1", *tls::SigningKey::Generate())),
      env{.client = server,
          .issuers = resolver,
          .consumers = consumers,
          .signer = *signer,
          .clock = clock,
          .logger = log,
          .metrics = metrics,
          .installation = installation,
          .is_leader = [this] { return is_leader; },
          .lease_remaining = [this] { return lease_remaining; },
          .effects_disabled = [this] { return effects_disabled; },
          .settled_deliveries = [this](const std::string&) { return settled; },
          .record_event = [this](kube::Event event) { events.push_back(std::move(event)); }} {
  StoreInstallation(server);
}

void StoreInstallation(kube::FakeApiServer& server) {
  for (const auto& [resource, name] :
       {std::pair(api::KindOf<api::core::Namespace>::resource, "keysteward-system"),
        std::pair(kDefinitions, "managedcredentials.keysteward.dev")}) {
    const auto created = server.Create(resource,
                                       {{"apiVersion", resource.api_version()},
                                        {"kind", resource.kind},
                                        {"metadata", {{"name", name}, {"finalizers", {"test"}}}}},
                                       {}, {});
    EXPECT_TRUE(created) << created.error().ToString();
  }
}

api::v1alpha1::ManagedCredential OperatorRig::Store(
    const api::v1alpha1::ManagedCredential& credential) {
  return StoreObject(server, credential);
}

api::v1alpha1::CredentialRotation OperatorRig::Store(
    const api::v1alpha1::CredentialRotation& rotation) {
  return StoreObject(server, rotation);
}

IssuedKey OperatorRig::MakeStagedKey(const api::v1alpha1::ManagedCredential& credential,
                                     int64_t generation) {
  const std::string& uid = credential.metadata.uid;
  IssuedKey key = *provider.Create({.token = KeyToken(installation, uid, generation, 1),
                                    .label = KeyLabel(installation, uid, generation, 1)},
                                   {});
  const Result<void> staged = CreateStaged(env,
                                           {.credential = credential.metadata.key(),
                                            .credential_uid = uid,
                                            .generation = generation,
                                            .token = KeyToken(installation, uid, generation, 1)},
                                           key, {});
  EXPECT_TRUE(staged) << staged.error().ToString();
  return key;
}

StagedKey OperatorRig::Staged(const api::v1alpha1::ManagedCredential& credential,
                              int64_t generation) {
  auto staged = ReadStaged(env, credential.metadata.uid, generation, {});
  EXPECT_TRUE(staged && *staged);
  return *std::move(*staged);
}

std::vector<std::string> OperatorRig::ProviderVerbs() const {
  std::vector<std::string> verbs;
  for (const ProviderCall& made : provider.calls()) verbs.push_back(made.verb);
  return verbs;
}

std::vector<std::string> OperatorRig::EventReasons() const {
  std::vector<std::string> reasons;
  for (const kube::Event& event : events) reasons.push_back(event.reason);
  return reasons;
}

std::shared_ptr<const api::core::Pod> PodAt(const std::string& name, int64_t revision,
                                            const std::function<void(api::core::Pod&)>& change,
                                            const std::string& credential) {
  api::core::Pod pod;
  pod.metadata.name = name;
  pod.metadata.namespace_name = "payments";
  pod.status.phase = "Running";
  pod.status.containers = {
      {.name = "app", .state = api::core::ContainerState::kRunning, .ready = true}};
  if (revision > 0) {
    pod.metadata.annotations[api::v1alpha1::RevisionAnnotation(credential)] =
        std::to_string(revision);
  }
  if (change) change(pod);
  return std::make_shared<const api::core::Pod>(std::move(pod));
}

Consumer NotRestarted(const std::string& name, int64_t template_revision, int64_t pod_revision) {
  Workload workload{.api_version = "apps/v1", .kind = "Deployment"};
  workload.metadata.name = name;
  workload.metadata.namespace_name = "payments";
  workload.metadata.uid = "uid-" + name;
  workload.metadata.resource_version = "1";
  workload.metadata.generation = 3;
  workload.observed_generation = 3;
  workload.desired = workload.total = workload.updated = workload.ready = workload.available = 2;
  if (template_revision > 0) {
    workload.pod_template.metadata.annotations[api::v1alpha1::RevisionAnnotation("stripe-live")] =
        std::to_string(template_revision);
  }
  return {.kind = "Deployment",
          .name = name,
          .workload = std::move(workload),
          .pods = {PodAt(name + "-1", pod_revision), PodAt(name + "-2", pod_revision)}};
}

Consumer RolledOut(const std::string& name, int64_t revision) {
  return NotRestarted(name, revision, revision);
}

}  // namespace keysteward::op
