// Signer: signs evidence for one installation. Interface, so that tests and the operator differ
// only in where the key lives. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward::evidence {

class Signer {
 public:
  virtual ~Signer() = default;

  virtual const std::string& installation() const = 0;
  // First 16 hex digits of the SHA-256 of the raw public key.
  virtual const std::string& key_id() const = 0;
  // Ed25519 over `bytes`, base64.
  virtual Result<std::string> Sign(std::string_view bytes) const = 0;
};

}  // namespace keysteward::evidence
