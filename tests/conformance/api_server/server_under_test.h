// ServerUnderTest: the server that a conformance case talks to: the fake one, or a real
// kube-apiserver when KEYSTEWARD_TEST_KUBECONFIG names a kubeconfig (with kube-controller-manager
// running, and the project's CRDs installed). Each case gets a namespace of its own.
//
// A case may only claim what both servers do. Nothing here waits for a fixed time: what a real
// server does later is awaited with Eventually.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "kube/client/client.h"
#include "tests/fakes/eventually.h"

namespace keysteward::kube {

inline constexpr Resource kSecrets{"", "v1", "secrets", "Secret"};
inline constexpr Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap"};
inline constexpr Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
inline constexpr Resource kDeployments{"apps", "v1", "deployments", "Deployment"};
inline constexpr Resource kLeases{"coordination.k8s.io", "v1", "leases", "Lease"};
inline constexpr Resource kManagedCredentials{"keysteward.dev", "v1alpha1", "managedcredentials",
                                              "ManagedCredential"};

enum class ServerKind { kFake, kReal };

class ServerUnderTest {
 public:
  virtual ~ServerUnderTest() = default;
  virtual Client& client() = 0;
  // A resourceVersion of our kinds that the server has forgotten.
  virtual std::string ForgottenVersion() = 0;

  // Null when no real server is configured; the reason is in `why`.
  static std::unique_ptr<ServerUnderTest> Create(ServerKind kind, std::string& why);
};

class ApiServerCase : public testing::TestWithParam<ServerKind> {
 protected:
  void SetUp() override;
  void TearDown() override;

  Client& client() { return server_->client(); }
  std::string ForgottenVersion() { return server_->ForgottenVersion(); }
  const std::string& ns() const { return namespace_; }
  ObjectKey Key(const std::string& name) const { return {namespace_, name}; }

  // Objects of this case's namespace, valid for the real schema.
  nlohmann::json Secret(const std::string& name) const;
  nlohmann::json Deployment(const std::string& name) const;  // replicas 0
  nlohmann::json Lease(const std::string& name) const;
  nlohmann::json Credential(const std::string& name) const;  // a custom resource

  // Calls that must succeed.
  nlohmann::json MustCreate(const Resource& resource, const nlohmann::json& object,
                            const WriteOptions& options = {.field_manager = "creator"});
  nlohmann::json MustGet(const Resource& resource, const std::string& name);
  nlohmann::json MustApply(const Resource& resource, const std::string& name,
                           const nlohmann::json& configuration, const std::string& manager,
                           bool force = false);
  Result<nlohmann::json> Apply(const Resource& resource, const std::string& name,
                               const nlohmann::json& configuration, const std::string& manager,
                               bool force = false);
  bool Gone(const Resource& resource, const ObjectKey& key);

 private:
  std::unique_ptr<ServerUnderTest> server_;
  std::string namespace_;
};

// What identifies an object in a patch or apply body.
nlohmann::json Identity(const Resource& resource, const std::string& name);
std::string VersionOf(const nlohmann::json& object);
std::string UidOf(const nlohmann::json& object);

std::string NameOfServer(const testing::TestParamInfo<ServerKind>& info);

#define KS_FOR_BOTH_SERVERS(suite)                                                                \
  INSTANTIATE_TEST_SUITE_P(Servers, suite, testing::Values(ServerKind::kFake, ServerKind::kReal), \
                           NameOfServer)

}  // namespace keysteward::kube
