// Issuing: the half of certificate.h that signs.
#include <openssl/rand.h>

#include <array>

#include "tls/certificate.h"
#include "tls/internal/openssl.h"

namespace keysteward::tls {
namespace {

using OwnedX509 = Owned<X509, X509_free>;
using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using OwnedName = Owned<GENERAL_NAME, GENERAL_NAME_free>;

// 127 random bits, as the CA/Browser baseline asks for at least 64 that nobody can guess.
bool SetSerial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  const Owned<BIGNUM, BN_free> number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetTime(ASN1_TIME* field, WallTime time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch());
  return ASN1_TIME_set(field, static_cast<time_t>(seconds.count())) != nullptr;
}

bool SetCommonName(X509* certificate, const std::string& name) {
  return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                    MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0) == 1;
}

// `value` in the syntax of x509v3_config(5); only constants of this file are passed.
bool AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const OwnedExtension extension(X509V3_EXT_nconf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool IsDnsName(std::string_view name) {
  if (name.size() > 253) return false;
  if (name.substr(0, 2) == "*.") name.remove_prefix(2);
  if (name.empty()) return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '-' && c != '.') return false;
  }
  return name.front() != '.' && name.back() != '.' && name.find("..") == std::string_view::npos;
}

Result<void> PushName(GENERAL_NAMES* names, int type, ASN1_STRING* value) {
  OwnedName name(GENERAL_NAME_new());
  if (!name || value == nullptr) return OpenSslError("subject alternative name");
  GENERAL_NAME_set0_value(name.get(), type, value);
  if (sk_GENERAL_NAME_push(names, name.get()) == 0) return OpenSslError("subject alternative name");
  name.release();
  return {};
}

// Built as objects, never as configuration text: a comma in a name must not become a second name.
Result<void> AddAlternativeNames(X509* certificate, const LeafSpec& spec) {
  const OwnedNames names(GENERAL_NAMES_new());
  for (const std::string& name : spec.dns_names) {
    if (!IsDnsName(name)) return Error::InvalidArgument("certificate: not a DNS name");
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
    KS_RETURN_IF_ERROR(PushName(names.get(), GEN_DNS, text));
  }
  for (const std::string& address : spec.ip_addresses) {
    ASN1_OCTET_STRING* bytes = a2i_IPADDRESS(address.c_str());
    if (bytes == nullptr) {
      ERR_clear_error();
      return Error::InvalidArgument("certificate: not an IP address");
    }
    KS_RETURN_IF_ERROR(PushName(names.get(), GEN_IPADD, bytes));
  }
  if (sk_GENERAL_NAME_num(names.get()) == 0) return {};
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) != 1) {
    return OpenSslError("subject alternative name");
  }
  return {};
}

struct Frame {
  const std::string& common_name;
  WallTime not_before;
  WallTime not_after;
};

Result<OwnedX509> NewCertificate(const Frame& frame, const KeyPair& key) {
  if (frame.not_after <= frame.not_before) {
    return Error::InvalidArgument("certificate: ends before it begins");
  }
  OwnedX509 certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !SetSerial(certificate.get()) ||
      !SetTime(X509_getm_notBefore(certificate.get()), frame.not_before) ||
      !SetTime(X509_getm_notAfter(certificate.get()), frame.not_after) ||
      !SetCommonName(certificate.get(), frame.common_name) ||
      X509_set_pubkey(certificate.get(), key.native()) != 1) {
    return OpenSslError("new certificate");
  }
  return Result<OwnedX509>(std::move(certificate));
}

Result<Certificate> Sign(OwnedX509 certificate, const KeyPair& key) {
  // Ed25519 keys bring their own digest.
  const EVP_MD* digest =
      EVP_PKEY_get_base_id(key.native()) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  if (X509_sign(certificate.get(), key.native(), digest) == 0) return OpenSslError("sign");
  return Certificate::Adopt(certificate.release());
}

}  // namespace

Result<Certificate> IssueAuthority(const AuthoritySpec& spec, const KeyPair& key) {
  KS_ASSIGN_OR_RETURN(OwnedX509 certificate,
                      NewCertificate({spec.common_name, spec.not_before, spec.not_after}, key));
  X509* x = certificate.get();
  if (X509_set_issuer_name(x, X509_get_subject_name(x)) != 1 ||
      !AddExtension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !AddExtension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !AddExtension(x, x, NID_subject_key_identifier, "hash") ||
      !AddExtension(x, x, NID_authority_key_identifier, "keyid:always")) {
    return OpenSslError("issue authority");
  }
  return Sign(std::move(certificate), key);
}

Result<Certificate> IssueLeaf(const LeafSpec& spec, const KeyPair& key,
                              const Certificate& authority, const KeyPair& authority_key) {
  if (!authority.MatchesKey(authority_key)) {
    return Error::InvalidArgument("issue leaf: the authority's key does not match");
  }
  KS_ASSIGN_OR_RETURN(OwnedX509 certificate,
                      NewCertificate({spec.common_name, spec.not_before, spec.not_after}, key));
  X509* x = certificate.get();
  X509* issuer = authority.native();
  const char* usage = spec.usage == LeafUsage::kServer ? "serverAuth" : "clientAuth";
  if (X509_set_issuer_name(x, X509_get_subject_name(issuer)) != 1 ||
      !AddExtension(x, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      !AddExtension(x, issuer, NID_key_usage, "critical,digitalSignature") ||
      !AddExtension(x, issuer, NID_ext_key_usage, usage) ||
      !AddExtension(x, issuer, NID_subject_key_identifier, "hash") ||
      !AddExtension(x, issuer, NID_authority_key_identifier, "keyid:always")) {
    return OpenSslError("issue leaf");
  }
  KS_RETURN_IF_ERROR(AddAlternativeNames(x, spec));
  return Sign(std::move(certificate), authority_key);
}

}  // namespace keysteward::tls
