// Wrong objects of the kind ClusterCredentialIssuer and what their authors are told: the field, and
// what belongs there.
#include <gtest/gtest.h>

#include "api/v1alpha1/credential_issuer_validation.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/credential_issuer_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

const Refused kRefused[] = {
    {R"({"kind": "CredentialIssuer"})", "kind: must be ClusterCredentialIssuer"},
    {R"({"metadata": {"name": "«53 n»"}})",
     "metadata.name: must be at most 52 characters, choose a shorter name: other objects "
     "are named after it"},
    {R"({"spec": {"http": null}})",
     "spec: must set exactly one of generated and http: it says where keys come from"},
    {R"({"spec": {"generated": {}}})",
     "spec: must set exactly one of generated and http: it says where keys come from"},
    {R"({"spec": {"allowedNamespaces": []}})", "spec.allowedNamespaces: must be an object"},
    {R"({"spec": {"allowedNamespaces": {"matchLabels": {"a": 1}}}})",
     "spec.allowedNamespaces.matchLabels.a: must be a string"},
    {R"({"spec": {"allowedNamespaces": {"matchLabels": {"l0": "v", "l1": "v",
 "l2": "v", "l3": "v", "l4": "v", "l5": "v", "l6": "v", "l7": "v", "l8": "v",
 "l9": "v", "l10": "v", "l11": "v", "l12": "v", "l13": "v", "l14": "v",
 "l15": "v", "l16": "v"}}}})",
     "spec.allowedNamespaces.matchLabels: must have at most 16 items, has 17"},
    {R"({"spec": {"allowedNamespaces": {"matchExpressions": [{"key": "team",
 "operator": "in", "values": ["a"]}]}}})",
     "spec.allowedNamespaces.matchExpressions[0].operator: must be In, NotIn, Exists or "
     "DoesNotExist"},
    {R"({"spec": {"allowedNamespaces": {"matchExpressions": [{"key": "team"}]}}})",
     "spec.allowedNamespaces.matchExpressions[0].operator: is required"},
    {R"({"spec": {"allowedNamespaces": {"matchExpressions": [{"operator": "Exists"}]}}})",
     "spec.allowedNamespaces.matchExpressions[0].key: is required"},
    {R"({"spec": {"allowedNamespaces": {"matchExpressions": [{"key": "",
 "operator": "Exists"}]}}})",
     "spec.allowedNamespaces.matchExpressions[0].key: must be 1 to 317 characters, is 0"},
    {R"({"spec": {"allowedNamespaces": {"matchExpressions": [{"key": "team",
 "operator": "In"}]}}})",
     "spec.allowedNamespaces.matchExpressions[0].values: must not be empty"},
    {R"({"spec": {"allowedNamespaces": {"matchExpressions": [{"key": "team",
 "operator": "Exists", "values": ["a"]}]}}})",
     "spec.allowedNamespaces.matchExpressions[0].values: must be empty for this operator"},
    {R"({"spec": {"allowedNamespaces": {"matchExpressions": [{"key": "«318 k»",
 "operator": "Exists"}]}}})",
     "spec.allowedNamespaces.matchExpressions[0].key: must be 1 to 317 characters, is 318"},
    {R"({"spec": {"allowedNamespaces": {"matchExpressions": [{"key": "team",
 "operator": "In", "values": ["v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7",
 "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18",
 "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29",
 "v30", "v31", "v32"]}]}}})",
     "spec.allowedNamespaces.matchExpressions[0].values: must have at most 32 items, has "
     "33"},
    {R"({"spec": {"http": {"baseURL": "https://"}}})",
     "spec.http.baseURL: must be https://HOST[:PORT][/PATH] without user, query or "
     "fragment, e.g. https://api.acme.example/v1"},
    {R"({"spec": {"http": {"admin": {"secretRef": null}}}})",
     "spec.http.admin.secretRef.name: is required"},
    {R"({"spec": {"maxLiveKeys": "2"}})", "spec.maxLiveKeys: must be an integer"},
    {R"({"spec": {"timeout": "6m"}})",
     "spec.timeout: must be a duration between 1s and 5m, e.g. 30s"},
    {R"({"spec": {"rateLimit": []}})", "spec.rateLimit: must be an object"},
    {R"({"spec": {"maxCredentialsPerNamespace": 10001}})",
     "spec.maxCredentialsPerNamespace: must be between 1 and 10000"}};

TEST(ClusterCredentialIssuerRefusals, NameTheFieldAndTheRemedy) {
  const nlohmann::json good = builders::ClusterCredentialIssuerBuilder().BuildJson();
  ASSERT_EQ(Refusal<ClusterCredentialIssuer>(good, "{}"), "")
      << "what the rows change is itself good";
  for (const Refused& row : kRefused) {
    EXPECT_EQ(Refusal<ClusterCredentialIssuer>(good, row.patch), row.message) << row.patch;
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
