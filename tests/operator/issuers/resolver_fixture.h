// ResolverTest: a namespaced issuer with its admin Secret, and the resolver over them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/namespace_types.h"
#include "api/core/secret_types.h"
#include "common/base64.h"
#include "kube/cache/lister.h"
#include "kube/cache/store.h"
#include "operator/issuers/cluster_issuer_resolver.h"
#include "tests/builders/credential_issuer_builder.h"
#include "tests/fakes/fake_transport.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {

inline const api::v1alpha1::IssuerRef kAcme{api::v1alpha1::IssuerKind::kCredentialIssuer, "acme"};
inline const api::v1alpha1::IssuerRef kClusterAcme{
    api::v1alpha1::IssuerKind::kClusterCredentialIssuer, "acme"};

class ResolverTest : public testing::Test {
 protected:
  ResolverTest() {
    Put(builders::CredentialIssuerBuilder("acme").Build());
    PutAdmin("payments", {{"keysteward.dev/issuer-credential", "true"}});
    api::core::Namespace space;
    space.metadata.name = "payments";
    space.metadata.labels = {{"team", "payments"}};
    namespaces.Replace({std::make_shared<const api::core::Namespace>(space)});
  }
  void Put(const api::v1alpha1::CredentialIssuer& issuer) {
    issuers.Replace({std::make_shared<const api::v1alpha1::CredentialIssuer>(issuer)});
  }
  void Put(const api::v1alpha1::ClusterCredentialIssuer& issuer) {
    cluster_issuers.Replace(
        {std::make_shared<const api::v1alpha1::ClusterCredentialIssuer>(issuer)});
  }
  void PutAdmin(const std::string& space, const nlohmann::json& labels,
                const std::string& entry = "token") {
    (void)rig.server.Delete(api::KindOf<api::core::Secret>::resource, {space, "acme-admin"}, {},
                            {});
    ASSERT_TRUE(rig.server.Create(
        api::KindOf<api::core::Secret>::resource,
        {{"apiVersion", "v1"},
         {"kind", "Secret"},
         {"metadata", {{"name", "acme-admin"}, {"namespace", space}, {"labels", labels}}},
         {"data", {{entry, Base64Encode("admin_value")}}}},
        {}, {}));
  }
  std::string Refusal(const api::v1alpha1::IssuerRef& reference,
                      const std::string& space = "payments") {
    const auto issuer = resolver.Resolve(space, reference, {});
    return issuer ? "resolved" : issuer.error().message;
  }

  OperatorRig rig;
  int made = 0;
  http::AddressPolicy policy;
  IssuerFactory factory{
      [this](http::TransportOptions,
             const http::AddressPolicy& given) -> Result<std::unique_ptr<http::HttpTransport>> {
        ++made;
        policy = given;
        return std::unique_ptr<http::HttpTransport>(std::make_unique<http::FakeTransport>());
      },
      rig.clock, rig.random, rig.metrics};
  kube::Store<api::v1alpha1::CredentialIssuer> issuers;
  kube::Store<api::v1alpha1::ClusterCredentialIssuer> cluster_issuers;
  kube::Store<api::core::Namespace> namespaces;
  ClusterIssuerResolver resolver{
      rig.server,
      {kube::Lister(issuers), kube::Lister(cluster_issuers), kube::Lister(namespaces)},
      factory,
      {{"api.acme.example", false}, {"keys.local", true}},
      "keysteward-system",
      rig.clock};
};

}  // namespace keysteward::op
