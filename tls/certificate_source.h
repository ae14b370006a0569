// CertificateSource: where a server gets the certificate it shows, at every handshake anew.
//
// Implementations are thread-safe and never block: they hand out the pair that was last found good.
//
//   std::shared_ptr<const ServingPair> pair = source.Current();
//   if (!pair) ...;   // nothing good was ever seen: handshakes are refused
#pragma once

#include <cstdint>
#include <memory>

#include "common/clock.h"
#include "tls/certificate.h"
#include "tls/key_pair.h"

namespace keysteward::tls {

// Immutable after it was published. `key` belongs to the first certificate of `chain`.
struct ServingPair {
  CertificateChain chain;      // leaf first
  KeyPair key;                 // private key of the leaf
  CertificateChain client_ca;  // who may sign client certificates; empty: none is trusted
  uint64_t version = 0;        // grows by one with every swap
};

class CertificateSource {
 public:
  virtual ~CertificateSource() = default;

  // The pair for the next handshake; nullptr while there is none.
  virtual std::shared_ptr<const ServingPair> Current() const = 0;

  // 0 while there is none.
  uint64_t version() const {
    const std::shared_ptr<const ServingPair> pair = Current();
    return pair ? pair->version : 0;
  }
  // When the leaf shown now stops being valid; the epoch while there is none.
  WallTime expiry() const {
    const std::shared_ptr<const ServingPair> pair = Current();
    return pair ? pair->chain.leaf().not_after() : WallTime{};
  }
};

}  // namespace keysteward::tls
