#include "tests/fakes/test_pki.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace keysteward {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<&X509_free>>;
using Bio = std::unique_ptr<BIO, Freer<&BIO_free_all>>;

void Require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "test certificates: %s failed\n", what);
  std::abort();
}

Key NewKey() {
  Key key(EVP_EC_gen("P-256"));
  Require(key != nullptr, "EVP_EC_gen");
  return key;
}

template <typename Write>
std::string ToPem(Write write) {
  Bio bio(BIO_new(BIO_s_mem()));
  Require(bio != nullptr && write(bio.get()) == 1, "PEM write");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return std::string(bytes, static_cast<size_t>(size));
}

std::string CertificatePem(X509* certificate) {
  return ToPem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string KeyPem(EVP_PKEY* key) {
  return ToPem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

void SetName(X509* certificate, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  Require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, text,
                                     -1, -1, 0) == 1,
          "subject");
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freer<&X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  Require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
          "certificate extension");
}

Certificate NewCertificate(EVP_PKEY* key, const LeafOptions& options) {
  Certificate certificate(X509_new());
  Require(certificate != nullptr, "X509_new");
  X509_set_version(certificate.get(), X509_VERSION_3);
  uint64_t serial = 0;
  Require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) == 1, "serial");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.starts_in.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.ends_in.count());
  X509_set_pubkey(certificate.get(), key);
  SetName(certificate.get(), options.common_name);
  return certificate;
}

std::string AlternativeNames(const LeafOptions& options) {
  std::string names;
  const auto add = [&names](const char* kind, const std::string& name) {
    if (!names.empty()) names += ",";
    names += kind + name;
  };
  for (const std::string& name : options.dns_names) add("DNS:", name);
  for (const std::string& address : options.ip_addresses) add("IP:", address);
  return names;
}

// `issuer` may be the certificate itself.
TestIdentity SignLeaf(const LeafOptions& options, EVP_PKEY* key, Certificate certificate,
                      X509* issuer, EVP_PKEY* issuer_key) {
  X509* leaf = certificate.get();
  X509_set_issuer_name(leaf, X509_get_subject_name(issuer));
  AddExtension(leaf, issuer, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(leaf, issuer, NID_key_usage, "critical,digitalSignature");
  AddExtension(leaf, issuer, NID_ext_key_usage, options.client ? "clientAuth" : "serverAuth");
  AddExtension(leaf, issuer, NID_subject_key_identifier, "hash");
  if (issuer != leaf) AddExtension(leaf, issuer, NID_authority_key_identifier, "keyid:always");
  const std::string names = AlternativeNames(options);
  if (!names.empty()) AddExtension(leaf, issuer, NID_subject_alt_name, names);
  Require(X509_sign(leaf, issuer_key, EVP_sha256()) > 0, "X509_sign");
  return {.certificate_pem = CertificatePem(leaf), .key_pem = KeyPem(key)};
}

}  // namespace

struct TestAuthority::Material {
  Key key;
  Certificate certificate;
};

TestAuthority::TestAuthority(const std::string& common_name)
    : material_(std::make_unique<Material>()) {
  material_->key = NewKey();
  material_->certificate =
      NewCertificate(material_->key.get(), {.common_name = common_name,
                                            .starts_in = std::chrono::hours(-48),
                                            .ends_in = std::chrono::hours(48)});
  X509* certificate = material_->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  AddExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(certificate, certificate, NID_subject_key_identifier, "hash");
  Require(X509_sign(certificate, material_->key.get(), EVP_sha256()) > 0, "X509_sign");
  certificate_pem_ = CertificatePem(certificate);
}

TestAuthority::~TestAuthority() = default;

TestIdentity TestAuthority::Issue(const LeafOptions& options) {
  const Key key = NewKey();
  return SignLeaf(options, key.get(), NewCertificate(key.get(), options),
                  material_->certificate.get(), material_->key.get());
}

TestIdentity TestAuthority::SelfSigned(const LeafOptions& options) {
  const Key key = NewKey();
  Certificate certificate = NewCertificate(key.get(), options);
  X509* self = certificate.get();
  return SignLeaf(options, key.get(), std::move(certificate), self, key.get());
}

}  // namespace keysteward
