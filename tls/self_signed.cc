#include "tls/self_signed.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace keysteward::tls {
namespace {

Result<Authority> NewAuthority(const SelfSignedSpec& spec, WallTime now) {
  KS_ASSIGN_OR_RETURN(KeyPair key, KeyPair::GenerateEcdsa());
  const AuthoritySpec authority{spec.common_name + " CA", now - spec.backdate,
                                now + spec.authority_life};
  KS_ASSIGN_OR_RETURN(Certificate certificate, IssueAuthority(authority, key));
  return Authority{std::move(certificate), std::move(key)};
}

struct Leaf {
  Certificate certificate;
  KeyPair key;
};

Result<Leaf> NewLeaf(const SelfSignedSpec& spec, const Authority& authority, WallTime now) {
  KS_ASSIGN_OR_RETURN(KeyPair key, KeyPair::GenerateEcdsa());
  LeafSpec leaf{.common_name = spec.common_name,
                .dns_names = spec.dns_names,
                .ip_addresses = spec.ip_addresses};
  leaf.not_before = now - spec.backdate;
  // A leaf that outlived its authority would be refused before its own expiry says so.
  leaf.not_after = std::min(now + spec.leaf_life, authority.certificate.not_after());
  KS_ASSIGN_OR_RETURN(Certificate certificate,
                      IssueLeaf(leaf, key, authority.certificate, authority.key));
  return Leaf{std::move(certificate), std::move(key)};
}

Result<SelfSignedState> FirstState(const SelfSignedSpec& spec, WallTime now) {
  KS_ASSIGN_OR_RETURN(Authority authority, NewAuthority(spec, now));
  KS_ASSIGN_OR_RETURN(Leaf leaf, NewLeaf(spec, authority, now));
  return SelfSignedState{.authority = std::move(authority),
                         .next = std::nullopt,
                         .retired = {},
                         .leaf = std::move(leaf.certificate),
                         .leaf_key = std::move(leaf.key)};
}

// An address as certificates print it: a spec may say FD00:0::1 where the leaf says fd00::1.
std::string PrintedAddress(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, address.c_str(), bytes.data()) != 1) continue;
    return inet_ntop(family, bytes.data(), text.data(), text.size());
  }
  return address;
}

bool SameNames(const SelfSignedState& state, const SelfSignedSpec& spec) {
  const std::vector<std::string> shown = state.leaf.ip_addresses();
  return state.leaf.dns_names() == spec.dns_names &&
         std::equal(
             shown.begin(), shown.end(), spec.ip_addresses.begin(), spec.ip_addresses.end(),
             [](const std::string& a, const std::string& b) { return a == PrintedAddress(b); });
}

WallTime SigningStart(const Authority& next, const SelfSignedSpec& spec) {
  return next.certificate.not_before() + spec.backdate + spec.overlap;
}

// Next authority published, promoted, and the retired ones dropped when they expire. True when the
// leaf must be signed anew.
Result<bool> AdvanceAuthority(SelfSignedState& state, const SelfSignedSpec& spec, WallTime now) {
  std::erase_if(state.retired, [&](const Certificate& old) { return old.not_after() <= now; });
  if (state.next && SigningStart(*state.next, spec) <= now) {
    state.retired.push_back(state.authority.certificate);
    state.authority = *std::move(state.next);
    state.next.reset();
    return true;
  }
  if (!state.next && RenewalTime(state.authority.certificate) <= now) {
    KS_ASSIGN_OR_RETURN(state.next, NewAuthority(spec, now));
  }
  return false;
}

}  // namespace

WallTime RenewalTime(const Certificate& certificate) {
  const Duration life = certificate.not_after() - certificate.not_before();
  return certificate.not_before() + life / 3 * 2;
}

CertificateChain SelfSignedState::Bundle() const {
  std::vector<Certificate> bundle{authority.certificate};
  if (next) bundle.push_back(next->certificate);
  bundle.insert(bundle.end(), retired.begin(), retired.end());
  return CertificateChain(std::move(bundle));
}

Result<SelfSignedState> NextSelfSigned(const std::optional<SelfSignedState>& current,
                                       const SelfSignedSpec& spec, WallTime now) {
  // An authority that has expired can be handed over to no one; nothing of the past is worth
  // keeping.
  if (!current || current->authority.certificate.not_after() <= now) {
    KS_ASSIGN_OR_RETURN(SelfSignedState first, FirstState(spec, now));
    if (current) first.revision = current->revision + 1;
    return first;
  }
  if (now < NextSelfSignedChange(*current, spec)) return *current;
  SelfSignedState state = *current;
  KS_ASSIGN_OR_RETURN(bool sign, AdvanceAuthority(state, spec, now));
  sign = sign || RenewalTime(state.leaf) <= now || !SameNames(state, spec);
  if (sign) {
    KS_ASSIGN_OR_RETURN(Leaf leaf, NewLeaf(spec, state.authority, now));
    state.leaf = std::move(leaf.certificate);
    state.leaf_key = std::move(leaf.key);
  }
  ++state.revision;
  return state;
}

WallTime NextSelfSignedChange(const SelfSignedState& state, const SelfSignedSpec& spec) {
  if (!SameNames(state, spec)) return WallTime{};
  WallTime due = RenewalTime(state.leaf);
  due = std::min(
      due, state.next ? SigningStart(*state.next, spec) : RenewalTime(state.authority.certificate));
  for (const Certificate& old : state.retired) due = std::min(due, old.not_after());
  return due;
}

}  // namespace keysteward::tls
