// Signed chains for tests: a signer with a known key, and whole bundles made as the operator makes
// them.
//
//   const Bundle bundle = SampleChain().Add("stripe-live-1", FirstKey("key_1")).MakeBundle();
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "evidence/bundle.h"
#include "evidence/chain.h"
#include "tls/signing_key.h"

namespace keysteward::evidence {

// RFC 8032, section 7.1: key of TEST 1. Its fingerprint is kTestFingerprint.
tls::SigningKey TestKey();
tls::SigningKey OtherKey();  // TEST 2
inline constexpr const char* kTestFingerprint =
    "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9";

class TestSigner final : public Signer {
 public:
  explicit TestSigner(tls::SigningKey key = TestKey(), std::string installation = "abc123");

  const std::string& installation() const override { return installation_; }
  const std::string& key_id() const override { return key_id_; }
  Result<std::string> Sign(std::string_view bytes) const override;

 private:
  tls::SigningKey key_;
  std::string installation_;
  std::string key_id_;
};

// Type and data of the entries of one rotation.
using Notes = std::vector<std::pair<std::string, nlohmann::json>>;
Notes FirstKey(const std::string& key_id);
Notes Replacement(const std::string& old_id, const std::string& new_id);  // proven
Notes RollBack(const std::string& old_id, const std::string& new_id);

// The history of payments/stripe-live, uid "uid-stripe-live", installation abc123.
class SampleChain {
 public:
  explicit SampleChain(tls::SigningKey key = TestKey());

  // A rotation of uid "uid-NAME", entries an hour after those before, sealed by a checkpoint when
  // it ends with Completed.
  SampleChain& Add(const std::string& name, const Notes& notes);

  Bundle MakeBundle() const;
  const api::v1alpha1::ManagedCredential& credential() const { return credential_; }
  const std::vector<api::v1alpha1::CredentialRotation>& rotations() const { return rotations_; }

 private:
  tls::SigningKey key_;
  TestSigner signer_;
  api::v1alpha1::ManagedCredential credential_;
  std::vector<api::v1alpha1::CredentialRotation> rotations_;
  Head head_;
};

// First key, a proven replacement, a roll-back and a second proven replacement: 4 rotations.
SampleChain FourRotations();

}  // namespace keysteward::evidence
