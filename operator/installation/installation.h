// Installation: what this installation of Keysteward is known by, made once and kept in its
// namespace.
//
//   ConfigMap keysteward-installation   id: random, part of every label at a provider
//                                       evidence-public-key: PEM, written again when it differs
//   Secret    keysteward-digest-key     key: HMAC key of value digests
//   Secret    keysteward-tripwire-key   key: HMAC key of live keys' marks; the webhook reads it too
//   Secret    keysteward-signing-key    key.pem (Ed25519, PKCS#8), key.pub: signs evidence
//
// Created by POST: of two processes that start at once one wins and the other reads.
//
//   KS_ASSIGN_OR_RETURN(Identity identity, LoadIdentity(client, "keysteward-system", random,
//   call));
#pragma once

#include <memory>
#include <string>

#include "common/random.h"
#include "evidence/signer.h"
#include "kube/client/client.h"
#include "operator/rotation/environment.h"
#include "tls/signing_key.h"

namespace keysteward::op {

struct Identity {
  std::string installation_id;  // 12 lower-case letters and digits
  SecretBytes digest_key;
  SecretBytes tripwire_key;
  tls::SigningKey signing_key;
};

Result<Identity> LoadIdentity(kube::Client& client, const std::string& our_namespace,
                              Random& random, const kube::Call& call);

// Signs with the installation's key. Thread-safe.
class InstallationSigner final : public evidence::Signer {
 public:
  InstallationSigner(std::string installation, tls::SigningKey key);

  const std::string& installation() const override { return installation_; }
  const std::string& key_id() const override { return key_id_; }
  Result<std::string> Sign(std::string_view bytes) const override;

 private:
  const std::string installation_;
  const tls::SigningKey key_;
  const std::string key_id_;
};

}  // namespace keysteward::op
