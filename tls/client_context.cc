#include "tls/client_context.h"

#include <arpa/inet.h>

#include <array>
#include <optional>

#include "tls/certificate.h"
#include "tls/internal/openssl.h"
#include "tls/key_pair.h"

namespace keysteward::tls {
namespace {

using Store = Owned<X509_STORE, X509_STORE_free>;

constexpr size_t kMaxRoots = 4 << 20;
// TLS 1.2 suites; those of 1.3 are all forward-secret AEAD.
constexpr const char* kSuites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

bool IsAddress(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

// A bundle of roots may be larger than any chain, so it is not read as a CertificateChain.
Result<void> AddRoots(X509_STORE* store, std::string_view pem) {
  if (pem.size() > kMaxRoots) return Error::TooLarge("CA bundle: PEM above 4 MB");
  const OwnedBio bio = BioOf(pem);
  int count = 0;
  while (X509* root = PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr)) {
    X509_STORE_add_cert(store, root);
    X509_free(root);
    ++count;
  }
  // Only "no further block" is a good end; a broken block is not.
  const bool clean = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (count == 0 || !clean) {
    return Error::InvalidArgument("CA bundle: not a list of PEM certificates");
  }
  return {};
}

Result<Store> BuildStore(std::string_view ca_pem) {
  Store store(X509_STORE_new());
  if (!store) return OpenSslError("trust store");
  if (!ca_pem.empty()) {
    KS_RETURN_IF_ERROR(AddRoots(store.get(), ca_pem));
  } else if (X509_STORE_set_default_paths(store.get()) != 1) {
    return OpenSslError("system certificate roots");
  }
  return store;
}

}  // namespace

struct ClientContext::Material {
  Store store;
  std::string server_name;
  std::string sni;
  CertificateChain chain;
  std::optional<KeyPair> key;  // there when the chain is not empty
  bool verifies = true;

  Result<void> ApplyName(SSL_CTX* context) const {
    if (server_name.empty()) return {};
    X509_VERIFY_PARAM* param = SSL_CTX_get0_param(context);
    // A common name is not an identity (RFC 9525 §2).
    X509_VERIFY_PARAM_set_hostflags(
        param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    const int set = sni.empty() ? X509_VERIFY_PARAM_set1_ip_asc(param, server_name.c_str())
                                : X509_VERIFY_PARAM_set1_host(param, server_name.c_str(), 0);
    if (set != 1) return OpenSslError("TLS server name");
    return {};
  }

  Result<void> ApplyIdentity(SSL_CTX* context) const {
    if (chain.empty()) return {};
    if (SSL_CTX_use_certificate(context, chain.leaf().native()) != 1 ||
        SSL_CTX_use_PrivateKey(context, key->native()) != 1) {
      return OpenSslError("TLS client certificate");
    }
    for (size_t i = 1; i < chain.certificates().size(); ++i) {
      if (SSL_CTX_add1_chain_cert(context, chain.certificates()[i].native()) != 1) {
        return OpenSslError("TLS client certificate chain");
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
    KS_ASSIGN_OR_RETURN(material->chain, CertificateChain::FromPem(settings.certificate_pem));
    KS_ASSIGN_OR_RETURN(material->key, KeyPair::FromPem(settings.key_pem));
    if (!material->chain.leaf().MatchesKey(*material->key)) {
      return Error::InvalidArgument("client key does not belong to the client certificate");
    }
  }
  return std::unique_ptr<const ClientContext>(new ClientContext(std::move(material)));
}

Result<void> ClientContext::ApplyTo(SSL_CTX* context) const {
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, kSuites) != 1) {
    return OpenSslError("TLS client context");
  }
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set1_cert_store(context, material_->store.get());
  SSL_CTX_set_verify(context, material_->verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  KS_RETURN_IF_ERROR(material_->ApplyName(context));
  return material_->ApplyIdentity(context);
}

}  // namespace keysteward::tls
