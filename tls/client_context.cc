#include "tls/client_context.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <vector>

namespace keysteward::tls {
namespace {

constexpr size_t kMaxRoots = 4 << 20;
constexpr size_t kMaxClientCertificate = 64 << 10;
// TLS 1.2 suites; those of 1.3 are all forward-secret AEAD.
constexpr const char* kSuites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freer<&BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freer<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<&EVP_PKEY_free>>;
using Store = std::unique_ptr<X509_STORE, Freer<&X509_STORE_free>>;

bool IsAddress(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

Bio ReadFrom(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<std::vector<Certificate>> ParseCertificates(std::string_view pem, size_t limit,
                                                   const char* what) {
  if (pem.size() > limit) return Error::InvalidArgument(std::string(what) + " is too large");
  std::vector<Certificate> out;
  const Bio bio = ReadFrom(pem);
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    out.emplace_back(certificate);
  }
  const unsigned long last = ERR_peek_last_error();
  ERR_clear_error();
  // PEM_R_NO_START_LINE is how the reader says "no further block".
  if (out.empty() || ERR_GET_REASON(last) != PEM_R_NO_START_LINE) {
    return Error::InvalidArgument(std::string(what) + " is not a list of PEM certificates");
  }
  return out;
}

Result<Store> BuildStore(std::string_view ca_pem) {
  Store store(X509_STORE_new());
  if (ca_pem.empty()) {
    if (X509_STORE_set_default_paths(store.get()) != 1) {
      return Error::Internal("system certificate roots cannot be loaded");
    }
    return store;
  }
  KS_ASSIGN_OR_RETURN(const std::vector<Certificate> roots,
                      ParseCertificates(ca_pem, kMaxRoots, "CA bundle"));
  for (const Certificate& root : roots) X509_STORE_add_cert(store.get(), root.get());
  return store;
}

Result<Key> ParseKey(std::string_view pem) {
  // An encrypted key must not make OpenSSL ask at the terminal.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  Key key(PEM_read_bio_PrivateKey(ReadFrom(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (!key) return Error::InvalidArgument("client key is not an unencrypted PEM private key");
  return key;
}

Error LibraryRefused(const char* what) {
  ERR_clear_error();
  return Error::Internal(std::string("TLS library refused ") + what);
}

}  // namespace

struct ClientContext::Material {
  Store store;
  std::string server_name;
  std::string sni;
  std::vector<Certificate> chain;
  Key key;
  bool verifies = true;

  Result<void> ApplyName(SSL_CTX* context) const {
    if (server_name.empty()) return {};
    X509_VERIFY_PARAM* param = SSL_CTX_get0_param(context);
    // A common name is not an identity (RFC 9525 §2).
    X509_VERIFY_PARAM_set_hostflags(
        param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    const int set = sni.empty() ? X509_VERIFY_PARAM_set1_ip_asc(param, server_name.c_str())
                                : X509_VERIFY_PARAM_set1_host(param, server_name.c_str(), 0);
    if (set != 1) return LibraryRefused("the server name");
    return {};
  }

  Result<void> ApplyIdentity(SSL_CTX* context) const {
    if (chain.empty()) return {};
    if (SSL_CTX_use_certificate(context, chain[0].get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
      return LibraryRefused("the client certificate");
    }
    for (size_t i = 1; i < chain.size(); ++i) {
      if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
        return LibraryRefused("the client certificate chain");
      }
    }
    return {};
  }
};

ClientContext::ClientContext(std::unique_ptr<Material> material) : material_(std::move(material)) {}
ClientContext::~ClientContext() = default;

bool ClientContext::verifies() const { return material_->verifies; }
const std::string& ClientContext::sni() const { return material_->sni; }

Result<std::unique_ptr<const ClientContext>> ClientContext::Create(const ClientSettings& settings) {
  auto material = std::make_unique<Material>();
  material->verifies = !settings.insecure_skip_verify;
  material->server_name = settings.server_name;
  if (!IsAddress(material->server_name)) material->sni = settings.server_name;
  KS_ASSIGN_OR_RETURN(material->store, BuildStore(settings.ca_pem));
  if (!settings.certificate_pem.empty()) {
    KS_ASSIGN_OR_RETURN(
        material->chain,
        ParseCertificates(settings.certificate_pem, kMaxClientCertificate, "client certificate"));
    KS_ASSIGN_OR_RETURN(material->key, ParseKey(settings.key_pem));
    if (X509_check_private_key(material->chain[0].get(), material->key.get()) != 1) {
      ERR_clear_error();
      return Error::InvalidArgument("client key does not belong to the client certificate");
    }
  }
  return std::unique_ptr<const ClientContext>(new ClientContext(std::move(material)));
}

Result<void> ClientContext::ApplyTo(SSL_CTX* context) const {
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, kSuites) != 1) {
    return LibraryRefused("the protocol limits");
  }
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set1_cert_store(context, material_->store.get());
  SSL_CTX_set_verify(context, material_->verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  KS_RETURN_IF_ERROR(material_->ApplyName(context));
  return material_->ApplyIdentity(context);
}

}  // namespace keysteward::tls
