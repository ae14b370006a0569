#include "tls/certificate.h"

#include <arpa/inet.h>

#include <algorithm>

#include "common/digest.h"
#include "tls/internal/openssl.h"

namespace keysteward::tls {
namespace {

using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

WallTime TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return WallTime{};
  return WallTime(std::chrono::seconds(timegm(&parts)));
}

OwnedNames AlternativeNames(X509* certificate) {
  return OwnedNames(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
}

std::string_view TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

std::string AddressText(std::string_view bytes) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if (bytes.size() != 4 && bytes.size() != 16) return "";
  inet_ntop(family, bytes.data(), text, sizeof text);
  return text;
}

}  // namespace

Certificate Certificate::Adopt(X509* certificate) {
  return Certificate(std::shared_ptr<X509>(certificate, X509_free));
}

WallTime Certificate::not_before() const { return TimeOf(X509_get0_notBefore(native())); }
WallTime Certificate::not_after() const { return TimeOf(X509_get0_notAfter(native())); }
bool Certificate::IsAuthority() const { return X509_check_ca(native()) == 1; }

std::string Certificate::common_name() const {
  X509_NAME* subject = X509_get_subject_name(native());
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index < 0) return "";
  return std::string(TextOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index))));
}

std::vector<std::string> Certificate::dns_names() const {
  std::vector<std::string> out;
  const OwnedNames names = AlternativeNames(native());
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) out.emplace_back(TextOf(name->d.dNSName));
  }
  return out;
}

std::vector<std::string> Certificate::ip_addresses() const {
  std::vector<std::string> out;
  const OwnedNames names = AlternativeNames(native());
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_IPADD) out.push_back(AddressText(TextOf(name->d.iPAddress)));
  }
  return out;
}

std::string Certificate::Pem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), native());
  return BytesOf(bio.get());
}

std::string Certificate::Fingerprint() const {
  unsigned char* der = nullptr;
  const int size = i2d_X509(native(), &der);
  if (size <= 0) return "";
  std::string hex = Sha256Hex({reinterpret_cast<char*>(der), static_cast<size_t>(size)});
  OPENSSL_free(der);
  return hex;
}

bool Certificate::MatchesKey(const KeyPair& key) const {
  const bool matches = X509_check_private_key(native(), key.native()) == 1;
  ERR_clear_error();
  return matches;
}

bool Certificate::SignedBy(const Certificate& issuer) const {
  const bool good = X509_verify(native(), X509_get0_pubkey(issuer.native())) == 1;
  ERR_clear_error();
  return good;
}

Result<CertificateChain> CertificateChain::FromPem(std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return Error::TooLarge("certificate: PEM above 64 kB");
  const OwnedBio bio = BioOf(pem);
  std::vector<Certificate> certificates;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr)) {
    certificates.push_back(Certificate::Adopt(next));
    if (certificates.size() > kMaxCertificates) {
      ERR_clear_error();
      return Error::TooLarge("certificate: more than 64 PEM blocks");
    }
  }
  // Only "no further block" is a good end; a broken block is not.
  const bool clean = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!clean) {
    return Error::InvalidArgument("certificate: PEM block " +
                                  std::to_string(certificates.size() + 1) + " is malformed");
  }
  if (certificates.empty()) return Error::InvalidArgument("certificate: no PEM block found");
  return CertificateChain(std::move(certificates));
}

std::string CertificateChain::Pem() const {
  std::string pem;
  for (const Certificate& certificate : certificates_) pem += certificate.Pem();
  return pem;
}

}  // namespace keysteward::tls
