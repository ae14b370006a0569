// CredentialIssuer and ClusterCredentialIssuer: where keys come from. Endpoints, CAs and admin
// credentials live only here. docs/kinds/credentialissuer.md explains every field.
//
//   KS_ASSIGN_OR_RETURN(CredentialIssuer issuer, Decode<CredentialIssuer>(json));
//   if (issuer.spec.http) Call(issuer.spec.http->base_url);
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/label_selector.h"
#include "api/meta/object_meta.h"
#include "api/v1alpha1/http_issuer_types.h"
#include "common/clock.h"

namespace keysteward::api::v1alpha1 {

inline constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// Tries a generated key at the service that checks it.
struct GeneratedProbe {
  std::string base_url;   // https, no query
  std::string ca_bundle;  // PEM; empty: the system roots
  HttpProbe probe;

  friend bool operator==(const GeneratedProbe&, const GeneratedProbe&) = default;
};

// Random keys for use inside the cluster; at least 128 bits of entropy.
struct GeneratedIssuer {
  int64_t length = 40;                  // characters
  std::string alphabet{kAlphanumeric};  // distinct printable characters
  std::optional<GeneratedProbe> probe;  // absent: nothing is proven by a call

  friend bool operator==(const GeneratedIssuer&, const GeneratedIssuer&) = default;
};

struct RateLimit {
  int64_t requests_per_second = 10;
  int64_t burst = 20;

  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

// Common to both kinds; exactly one of generated and http.
struct IssuerSpec {
  std::optional<GeneratedIssuer> generated;
  std::optional<HttpIssuer> http;
  RateLimit rate_limit;
  int64_t max_live_keys = 3;                               // per credential
  std::optional<int64_t> max_credentials_per_namespace;    // absent: no limit
  Duration consistency_window = std::chrono::seconds(60);  // how late a new key may be listed
  Duration timeout = std::chrono::seconds(30);             // of one call

  // The declared parameters; empty for generated.
  const std::vector<IssuerParameter>& Parameters() const;
  friend bool operator==(const IssuerSpec&, const IssuerSpec&) = default;
};

struct ClusterIssuerSpec : IssuerSpec {
  LabelSelector allowed_namespaces;      // required; empty: all namespaces
  bool allow_private_addresses = false;  // loopback, link-local and metadata stay refused

  friend bool operator==(const ClusterIssuerSpec&, const ClusterIssuerSpec&) = default;
};

struct IssuerStatus {
  int64_t observed_generation = -1;
  std::string type;         // "HTTP" or "Generated", for printing
  int64_t credentials = 0;  // ManagedCredentials that use it
  std::vector<Condition> conditions;

  friend bool operator==(const IssuerStatus&, const IssuerStatus&) = default;
};

struct CredentialIssuer {
  ObjectMeta metadata;
  IssuerSpec spec;
  IssuerStatus status;
};

struct ClusterCredentialIssuer {
  ObjectMeta metadata;
  ClusterIssuerSpec spec;
  IssuerStatus status;
};

Result<CredentialIssuer> FromJson(const nlohmann::json& object,
                                  std::type_identity<CredentialIssuer>);
Result<ClusterCredentialIssuer> FromJson(const nlohmann::json& object,
                                         std::type_identity<ClusterCredentialIssuer>);
nlohmann::json ToJson(const CredentialIssuer& issuer);
nlohmann::json ToJson(const ClusterCredentialIssuer& issuer);
nlohmann::json ToJson(const IssuerSpec& spec);
nlohmann::json ToJson(const ClusterIssuerSpec& spec);
nlohmann::json ToJson(const IssuerStatus& status);

}  // namespace keysteward::api::v1alpha1

namespace keysteward::api {

template <>
struct KindOf<v1alpha1::CredentialIssuer> {
  static constexpr Resource resource{"keysteward.dev", "v1alpha1", "credentialissuers",
                                     "CredentialIssuer"};
};

template <>
struct KindOf<v1alpha1::ClusterCredentialIssuer> {
  static constexpr Resource resource{"keysteward.dev", "v1alpha1", "clustercredentialissuers",
                                     "ClusterCredentialIssuer", false};
};

}  // namespace keysteward::api
