// Self-signed serving certificates: a pure rule for what to hold now, without a clock or storage of
// its own.
//
// An authority of ours signs the leaf. Renewal is due at 2/3 of a life. A leaf is renewed under the
// same authority. An authority is replaced in two steps, so that a client that learns the bundle
// late is never refused: first the next authority joins the bundle, and only after `overlap` does
// it sign the leaf; the old one stays in the bundle until it expires.
//
//   KS_ASSIGN_OR_RETURN(const SelfSignedState next, NextSelfSigned(current, spec, now));
//   if (next.revision != current.revision) Store(next.ToFiles());
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "tls/certificate.h"
#include "tls/key_pair.h"

namespace keysteward::tls {

struct SelfSignedSpec {
  std::string common_name;  // of the leaf; the authority is "<common name> CA"
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses = {};
  Duration authority_life = std::chrono::hours(24 * 365 * 2);
  Duration leaf_life = std::chrono::hours(24 * 90);
  Duration overlap = std::chrono::hours(24);  // next authority in the bundle before it signs
  Duration backdate = std::chrono::hours(1);  // for clients whose clock is behind
};

struct Authority {
  Certificate certificate;
  KeyPair key;
};

struct SelfSignedState {
  Authority authority;               // signed `leaf`
  std::optional<Authority> next;     // in the bundle, signs nothing yet
  std::vector<Certificate> retired;  // in the bundle until they expire
  Certificate leaf;
  KeyPair leaf_key;
  uint64_t revision = 1;  // grows with every change

  // What clients must trust: authority, next and retired ones.
  CertificateChain Bundle() const;

  // As the keys of a Secret: tls.crt tls.key ca.crt (the bundle) and, for us alone, authority.crt
  // authority.key next.crt next.key revision. The values of *.key are private keys.
  std::map<std::string, SecretBytes> ToFiles() const;
  // kInvalidArgument names the first file that is missing, malformed or does not fit the others.
  static Result<SelfSignedState> FromFiles(const std::map<std::string, std::string>& files);
};

// When 2/3 of the certificate's life are over.
WallTime RenewalTime(const Certificate& certificate);

// What to hold at `now`: `current` unchanged when nothing is due, when nothing was held a first
// state. A leaf whose names differ from the spec is renewed at once.
Result<SelfSignedState> NextSelfSigned(const std::optional<SelfSignedState>& current,
                                       const SelfSignedSpec& spec, WallTime now);

// The earliest time at which NextSelfSigned would change something.
WallTime NextSelfSignedChange(const SelfSignedState& state, const SelfSignedSpec& spec);

}  // namespace keysteward::tls
