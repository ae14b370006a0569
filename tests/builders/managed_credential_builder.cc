#include "tests/builders/managed_credential_builder.h"

#include <nlohmann/json.hpp>

namespace keysteward::builders {

using namespace api::v1alpha1;  // NOLINT: a builder speaks of nothing else

ManagedCredentialBuilder::ManagedCredentialBuilder(const std::string& name) {
  credential_.metadata.name = name;
  credential_.metadata.namespace_name = "payments";
  credential_.metadata.uid = "uid-" + name;
  credential_.metadata.generation = 1;
  credential_.spec.owner = {"payments", "payments-oncall@example.com"};
  credential_.spec.purpose = "Charge customers through Stripe";
  credential_.spec.issuer_ref = {IssuerKind::kCredentialIssuer, "stripe"};
  credential_.spec.lifetime = std::chrono::hours(2160);
  credential_.spec.delivery.secret_name = name;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::In(const std::string& namespace_name) {
  credential_.metadata.namespace_name = namespace_name;
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::WithUid(const std::string& uid) {
  credential_.metadata.uid = uid;
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::OwnedBy(const std::string& team,
                                                            const std::string& contact) {
  credential_.spec.owner = {team, contact};
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::FromIssuer(const std::string& name) {
  credential_.spec.issuer_ref = {IssuerKind::kCredentialIssuer, name};
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::FromClusterIssuer(const std::string& name) {
  credential_.spec.issuer_ref = {IssuerKind::kClusterCredentialIssuer, name};
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::WithParameter(const std::string& name,
                                                                  const std::string& value) {
  credential_.spec.parameters[name] = value;
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::WithLifetime(Duration lifetime) {
  credential_.spec.lifetime = lifetime;
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::WithEntry(const std::string& name,
                                                              const std::string& value) {
  credential_.spec.delivery.entries.push_back({name, value});
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::WithOverlapAndQuiet(Duration overlap,
                                                                        Duration quiet) {
  credential_.spec.rotation.overlap = overlap;
  credential_.spec.rotation.quiet = quiet;
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::WithStandingUntil(WallTime until) {
  Standing standing;
  standing.justification = "Stripe offers no workload federation";
  standing.approved_by = "security@example.com";
  standing.until = until;
  credential_.spec.standing = standing;
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::WithCurrentKey(int64_t generation,
                                                                   const std::string& key_id) {
  ManagedCredentialStatus& status = credential_.status;
  status.observed_generation = credential_.metadata.generation;
  status.last_generation = generation;
  status.revision = generation;
  status.settled_revision = generation;
  CurrentKey key;
  key.generation = generation;
  key.revision = generation;
  key.key_id = key_id;
  key.digest = "0123456789abcdef";
  key.rotation = credential_.metadata.name + "-" + std::to_string(generation);
  status.current = key;
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::Deleting(WallTime since) {
  credential_.metadata.deletion_timestamp = since;
  return *this;
}

ManagedCredentialBuilder& ManagedCredentialBuilder::With(
    const std::function<void(ManagedCredential&)>& change) {
  change(credential_);
  return *this;
}

nlohmann::json ManagedCredentialBuilder::BuildJson() const { return ToJson(credential_); }

}  // namespace keysteward::builders
