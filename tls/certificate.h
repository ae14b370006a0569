// Certificate and CertificateChain: X.509 certificates, read from PEM or issued by us.
//
// Immutable and thread-safe; copies share OpenSSL's object. Reading is bounded: 64 kB of PEM (see
// kMaxPemBytes) and kMaxCertificates blocks.
//
//   KS_ASSIGN_OR_RETURN(const KeyPair ca_key, KeyPair::GenerateEcdsa());
//   KS_ASSIGN_OR_RETURN(const Certificate ca, IssueAuthority({"ca", now, now + 365 * 24h},
//   ca_key)); LeafSpec spec{.common_name = "webhook", .dns_names = {"webhook.ns.svc"}};
//   KS_ASSIGN_OR_RETURN(const Certificate leaf, IssueLeaf(spec, leaf_key, ca, ca_key));
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "tls/key_pair.h"

struct x509_st;  // OpenSSL's X509

namespace keysteward::tls {

inline constexpr size_t kMaxCertificates = 64;

class Certificate {
 public:
  WallTime not_before() const;
  WallTime not_after() const;
  bool IsAuthority() const;                       // basic constraints CA:TRUE
  std::string common_name() const;                // of the subject, "" when absent
  std::vector<std::string> dns_names() const;     // subject alternative names
  std::vector<std::string> ip_addresses() const;  // the same, as text
  std::string Pem() const;
  std::string Fingerprint() const;  // SHA-256 of the DER form, lower-case hex

  bool MatchesKey(const KeyPair& key) const;
  // Whether `issuer`'s key made the signature; says nothing of validity or names.
  bool SignedBy(const Certificate& issuer) const;

  x509_st* native() const { return certificate_.get(); }
  // Takes over one reference. Precondition: not null.
  static Certificate Adopt(x509_st* certificate);

  friend bool operator==(const Certificate& a, const Certificate& b) {
    return a.Fingerprint() == b.Fingerprint();
  }

 private:
  explicit Certificate(std::shared_ptr<x509_st> certificate)
      : certificate_(std::move(certificate)) {}

  std::shared_ptr<x509_st> certificate_;  // never null
};

class CertificateChain {
 public:
  CertificateChain() = default;
  explicit CertificateChain(std::vector<Certificate> certificates)
      : certificates_(std::move(certificates)) {}

  // At least one CERTIFICATE block; other text between blocks is skipped. kTooLarge above a cap,
  // otherwise kInvalidArgument; the message never quotes the input.
  static Result<CertificateChain> FromPem(std::string_view pem);

  bool empty() const { return certificates_.empty(); }
  const std::vector<Certificate>& certificates() const { return certificates_; }
  const Certificate& leaf() const { return certificates_.front(); }  // precondition: not empty
  std::string Pem() const;

 private:
  std::vector<Certificate> certificates_;
};

struct AuthoritySpec {
  std::string common_name;
  WallTime not_before;  // whole seconds
  WallTime not_after;
};

enum class LeafUsage { kServer, kClient };

struct LeafSpec {
  std::string common_name;
  std::vector<std::string> dns_names = {};
  std::vector<std::string> ip_addresses = {};  // text form
  LeafUsage usage = LeafUsage::kServer;
  WallTime not_before = {};
  WallTime not_after = {};
};

// A self-signed authority that may sign leaves only (path length 0).
Result<Certificate> IssueAuthority(const AuthoritySpec& spec, const KeyPair& key);
// A leaf for `key` signed by the authority. kInvalidArgument for a name that is no DNS name or
// address.
Result<Certificate> IssueLeaf(const LeafSpec& spec, const KeyPair& key,
                              const Certificate& authority, const KeyPair& authority_key);

}  // namespace keysteward::tls
