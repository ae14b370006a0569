// OperatorRig: the Environment of one operator process over fakes, for tests of single parts.
//
//   OperatorRig rig;
//   ManagedCredential stored = rig.Store(ManagedCredentialBuilder("stripe-live").Build());
//   StepContext context = rig.Context(state);
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/meta/decode.h"
#include "operator/installation/installation.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/step_context.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/operator/simulation/fake_provider.h"

namespace keysteward::op {

// Consumers as the test says, cached and fresh apart.
class FakeConsumers final : public ConsumerSource {
 public:
  std::vector<Consumer> cached;
  std::vector<Consumer> fresh;
  std::optional<Error> fresh_error;
  Rolling rolling;
  mutable int fresh_reads = 0;
  mutable std::function<void()> on_fresh;  // runs during a fresh read

  std::vector<Consumer> Cached(const std::string&, const ConsumerQuery&) const override {
    return cached;
  }
  Rolling RollingNow(const std::string&) const override { return rolling; }
  Result<std::vector<Consumer>> Fresh(const std::string&, const ConsumerQuery&,
                                      const kube::Call&) const override {
    ++fresh_reads;
    if (on_fresh) on_fresh();
    if (fresh_error) return *fresh_error;
    return fresh;
  }
};

// Hands out one issuer, or the error set.
class FakeResolver final : public IssuerResolver {
 public:
  explicit FakeResolver(Issuer& issuer) : issuer_(std::shared_ptr<Issuer>(), &issuer) {}
  std::optional<Error> error;
  Result<std::shared_ptr<Issuer>> Resolve(const std::string&, const api::v1alpha1::IssuerRef&,
                                          const kube::Call&) override {
    if (error) return *error;
    return issuer_;
  }

 private:
  std::shared_ptr<Issuer> issuer_;  // not owned
};

class OperatorRig {
 public:
  OperatorRig();

  // Creates the object with its status; returns it as the server stores it.
  api::v1alpha1::ManagedCredential Store(const api::v1alpha1::ManagedCredential& credential);
  api::v1alpha1::CredentialRotation Store(const api::v1alpha1::CredentialRotation& rotation);
  template <typename T>
  Result<T> Read(const api::ObjectKey& key) {
    const auto object = server.Get(api::KindOf<T>::resource, key, {});
    if (!object) return object.error();
    return api::Decode<T>(*object);
  }

  // A key at the provider under the credential's label, staged in our namespace.
  IssuedKey MakeStagedKey(const api::v1alpha1::ManagedCredential& credential, int64_t generation);
  StagedKey Staged(const api::v1alpha1::ManagedCredential& credential, int64_t generation);
  // Verbs the provider was called with, oldest first.
  std::vector<std::string> ProviderVerbs() const;
  std::vector<std::string> EventReasons() const;

  StepContext Context(ObservedState& state, bool fresh_intent = false) {
    return {
        .env = env, .issuer = provider, .state = state, .call = call, .fresh_intent = fresh_intent};
  }

  FakeClock clock;
  FakeRandom random;
  FakeLogger log;
  FakeMetrics metrics;
  kube::FakeApiServer server{clock, random};
  FakeProvider provider{clock, random};
  FakeConsumers consumers;
  FakeResolver resolver{provider};
  Installation installation;
  std::unique_ptr<InstallationSigner> signer;
  std::vector<kube::Event> events;
  bool is_leader = true;
  Duration lease_remaining = std::chrono::seconds(10);
  bool effects_disabled = false;
  std::vector<SettledDelivery> settled;
  kube::Call call;
  Environment env;
};

// apiextensions.k8s.io/v1.
inline constexpr api::Resource kDefinitions{
    "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false};
// Our namespace and the definition of ManagedCredential; deleted, both only begin to end.
void StoreInstallation(kube::FakeApiServer& server);

// A running pod that started with `revision`; 0: without a stamp.
std::shared_ptr<const api::core::Pod> PodAt(const std::string& name, int64_t revision,
                                            const std::function<void(api::core::Pod&)>& change = {},
                                            const std::string& credential = "stripe-live");

// A Deployment whose rollout is complete, its template and two pods at `revision`.
Consumer RolledOut(const std::string& name, int64_t revision);
// The same whose pods still run an older revision.
Consumer NotRestarted(const std::string& name, int64_t template_revision, int64_t pod_revision);

}  // namespace keysteward::op
