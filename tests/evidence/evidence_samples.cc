#include "tests/evidence/evidence_samples.h"

#include <cstdlib>

#include "common/base64.h"
#include "common/duration.h"

namespace keysteward::evidence {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::EvidenceEntry;
using nlohmann::json;

namespace {

// PKCS#8 of an Ed25519 key is this prefix and the 32 bytes of the seed (RFC 8410, section 7).
constexpr std::string_view kPrefix(
    "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 16);

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::strtol(std::string(hex.substr(i, 2)).c_str(), nullptr, 16));
  }
  return bytes;
}

tls::SigningKey KeyOfSeed(std::string_view seed) {
  const std::string body = Base64Encode(std::string(kPrefix) + FromHex(seed));
  return tls::SigningKey::FromPem(
             "-----BEGIN PRIVATE "
             "KEY-----\n" +
             body +
             "\n-----END PRIVATE "
             "KEY-----\n")
      .value();
}

}  // namespace

tls::SigningKey TestKey() {
  return KeyOfSeed("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
}

tls::SigningKey OtherKey() {
  return KeyOfSeed("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
}

TestSigner::TestSigner(tls::SigningKey key, std::string installation)
    : key_(std::move(key)),
      installation_(std::move(installation)),
      key_id_(key_.verifying_key().Fingerprint().substr(0, 16)) {}

Result<std::string> TestSigner::Sign(std::string_view bytes) const {
  return Base64Encode(key_.Sign(bytes));
}

Notes FirstKey(const std::string& key_id) {
  return {{"RotationStarted", {{"cause", "Initial"}, {"requestedBy", ""}, {"generation", 1}}},
          {"KeyIssued", {{"keyId", key_id}, {"generation", 1}}},
          {"NewKeyProven", {{"keyId", key_id}}},
          {"Delivered", {{"keyId", key_id}, {"revision", 1}}},
          {"Completed", {{"result", "Proven"}}}};
}

Notes Replacement(const std::string& old_id, const std::string& new_id) {
  return {{"RotationStarted", {{"cause", "Leak"}, {"requestedBy", "alice"}, {"generation", 2}}},
          {"KeyIssued", {{"keyId", new_id}, {"generation", 2}}},
          {"NewKeyProven", {{"keyId", new_id}}},
          {"Delivered", {{"keyId", new_id}, {"revision", 2}}},
          {"ConsumersCurrent", {{"count", 3}, {"revision", 2}}},
          {"OldKeyDeleted", {{"keyId", old_id}}},
          {"OldKeyRefused", {{"keyId", old_id}, {"status", 401}}},
          {"Completed", {{"result", "Proven"}}}};
}

Notes RollBack(const std::string& old_id, const std::string& new_id) {
  return {{"RotationStarted", {{"cause", "Schedule"}, {"requestedBy", ""}, {"generation", 3}}},
          {"KeyIssued", {{"keyId", new_id}, {"generation", 3}}},
          {"Delivered", {{"keyId", new_id}, {"revision", 3}}},
          {"RolledBack", {{"reason", "RolloutFailed"}}},
          {"Delivered", {{"keyId", old_id}, {"revision", 4}}},
          {"OldKeyRefused", {{"keyId", new_id}, {"status", 401}}},
          {"Completed", {{"result", "RolledBack"}}}};
}

SampleChain::SampleChain(tls::SigningKey key) : key_(key), signer_(std::move(key)) {
  credential_.metadata.namespace_name = "payments";
  credential_.metadata.name = "stripe-live";
  credential_.metadata.uid = "uid-stripe-live";
}

SampleChain& SampleChain::Add(const std::string& name, const Notes& notes) {
  CredentialRotation rotation;
  rotation.metadata.name = name;
  rotation.metadata.namespace_name = "payments";
  rotation.metadata.uid = "uid-" + name;
  rotation.spec.credential_name = "stripe-live";
  const WallTime start = ParseTime("2026-12-20T02:00:00Z").value();
  const Scope scope{signer_.installation(), credential_.metadata.uid, rotation.metadata.uid};
  for (const auto& [type, data] : notes) {
    const WallTime now = start + std::chrono::hours(rotations_.size()) +
                         std::chrono::seconds(rotation.status.evidence.size());
    EvidenceEntry entry = NextEntry(signer_, scope, head_, type, data, now).value();
    head_ = {entry.hash, entry.seq};
    rotation.status.evidence.push_back(std::move(entry));
  }
  if (rotation.status.evidence.back().type == "Completed") {
    auto& summary = credential_.status.evidence;
    summary.head = head_.hash;
    summary.entries = head_.seq;
    summary.checkpoint =
        Checkpoint(signer_, scope, name, rotation.status.evidence.front().seq, head_).value();
  }
  rotations_.push_back(std::move(rotation));
  return *this;
}

Bundle SampleChain::MakeBundle() const {
  return evidence::MakeBundle("abc123", key_.verifying_key().Pem(), credential_, rotations_);
}

SampleChain FourRotations() {
  SampleChain chain;
  chain.Add("stripe-live-1", FirstKey("key_1"))
      .Add("stripe-live-2", Replacement("key_1", "key_2"))
      .Add("stripe-live-3", RollBack("key_2", "key_3"))
      .Add("stripe-live-4", Replacement("key_2", "key_4"));
  return chain;
}

}  // namespace keysteward::evidence
