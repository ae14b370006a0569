// How a SelfSignedState is stored: the keys of one Secret.
#include <charconv>

#include "tls/self_signed.h"

namespace keysteward::tls {
namespace {

using Files = std::map<std::string, std::string>;

Result<std::string> Required(const Files& files, const std::string& name) {
  const auto found = files.find(name);
  if (found == files.end()) return Error::InvalidArgument(name + " is missing");
  return found->second;
}

template <typename T>
Result<T> Parse(const Files& files, const std::string& name) {
  KS_ASSIGN_OR_RETURN(std::string pem, Required(files, name));
  Result<T> parsed = T::FromPem(pem);
  WipeString(pem);
  if (!parsed) return parsed.error().WithContext(name);
  return parsed;
}

struct Pair {
  Certificate certificate;
  KeyPair key;
};

Result<Pair> ParsePair(const Files& files, const std::string& name) {
  KS_ASSIGN_OR_RETURN(const CertificateChain chain, Parse<CertificateChain>(files, name + ".crt"));
  KS_ASSIGN_OR_RETURN(KeyPair key, Parse<KeyPair>(files, name + ".key"));
  if (!chain.leaf().MatchesKey(key)) {
    return Error::InvalidArgument(name + ".key does not belong to " + name + ".crt");
  }
  return Pair{chain.leaf(), std::move(key)};
}

Result<uint64_t> ParseRevision(const Files& files) {
  KS_ASSIGN_OR_RETURN(const std::string text, Required(files, "revision"));
  uint64_t revision = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (code != std::errc() || end != text.data() + text.size()) {
    return Error::InvalidArgument("revision is not a number");
  }
  return revision;
}

}  // namespace

std::map<std::string, SecretBytes> SelfSignedState::ToFiles() const {
  std::map<std::string, SecretBytes> files;
  files["tls.crt"] = SecretBytes::CopyOf(leaf.Pem());
  files["tls.key"] = leaf_key.PrivatePem();
  files["ca.crt"] = SecretBytes::CopyOf(Bundle().Pem());
  files["authority.crt"] = SecretBytes::CopyOf(authority.certificate.Pem());
  files["authority.key"] = authority.key.PrivatePem();
  if (next) {
    files["next.crt"] = SecretBytes::CopyOf(next->certificate.Pem());
    files["next.key"] = next->key.PrivatePem();
  }
  files["revision"] = SecretBytes::CopyOf(std::to_string(revision));
  return files;
}

Result<SelfSignedState> SelfSignedState::FromFiles(const Files& files) {
  KS_ASSIGN_OR_RETURN(Pair leaf, ParsePair(files, "tls"));
  KS_ASSIGN_OR_RETURN(Pair authority, ParsePair(files, "authority"));
  KS_ASSIGN_OR_RETURN(const uint64_t revision, ParseRevision(files));
  KS_ASSIGN_OR_RETURN(const CertificateChain bundle, Parse<CertificateChain>(files, "ca.crt"));
  if (!leaf.certificate.SignedBy(authority.certificate)) {
    return Error::InvalidArgument("tls.crt is not signed by authority.crt");
  }
  SelfSignedState state{.authority = {std::move(authority.certificate), std::move(authority.key)},
                        .next = std::nullopt,
                        .retired = {},
                        .leaf = std::move(leaf.certificate),
                        .leaf_key = std::move(leaf.key),
                        .revision = revision};
  if (files.contains("next.crt") || files.contains("next.key")) {
    KS_ASSIGN_OR_RETURN(Pair next, ParsePair(files, "next"));
    state.next = Authority{std::move(next.certificate), std::move(next.key)};
  }
  for (const Certificate& certificate : bundle.certificates()) {
    const bool held = certificate == state.authority.certificate ||
                      (state.next && certificate == state.next->certificate);
    if (!held) state.retired.push_back(certificate);
  }
  return state;
}

}  // namespace keysteward::tls
