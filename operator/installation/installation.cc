#include "operator/installation/installation.h"

#include <array>
#include <nlohmann/json.hpp>

#include "api/core/config_map_types.h"
#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "common/base64.h"

namespace keysteward::op {

using api::core::ConfigMap;
using api::core::Secret;
using nlohmann::json;

namespace {

constexpr const char* kDigestKeySecret = "keysteward-digest-key";
constexpr const char* kSigningKeySecret = "keysteward-signing-key";

json Manifest(const char* kind, const api::ObjectKey& key, json body) {
  json manifest = {{"apiVersion", "v1"},
                   {"kind", kind},
                   {"metadata", {{"name", key.name}, {"namespace", key.namespace_name}}}};
  manifest.update(body);
  return manifest;
}

// The object as stored: the one that is there, or the one made from `body` now.
template <typename T>
Result<T> LoadOrCreate(kube::Client& client, const api::ObjectKey& key, const kube::Call& call,
                       const std::function<Result<json>()>& body) {
  const api::Resource& resource = api::KindOf<T>::resource;
  Result<json> object = client.Get(resource, key, call);
  if (!object && object.error().code == ErrorCode::kNotFound) {
    KS_ASSIGN_OR_RETURN(json content, body());
    Result<json> created =
        client.Create(resource, Manifest(resource.kind.data(), key, std::move(content)),
                      {.field_manager = api::v1alpha1::kFieldManager}, call);
    if (!created && created.error().code != ErrorCode::kAlreadyExists) {
      return std::move(created).error().WithContext("create " + key.ToString());
    }
    object = client.Get(resource, key, call);
  }
  if (!object) return std::move(object).error().WithContext("read " + key.ToString());
  return api::Decode<T>(*object);
}

Result<json> NewDigestKey(Random& random) {
  std::array<std::byte, 32> bytes;
  random.Fill(bytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return json{{"type", "Opaque"}, {"immutable", true}, {"data", {{"key", Base64Encode(text)}}}};
}

Result<json> NewSigningKey() {
  KS_ASSIGN_OR_RETURN(const tls::SigningKey key, tls::SigningKey::Generate());
  return json{{"type", "Opaque"},
              {"immutable", true},
              {"data",
               {{"key.pem", Base64Encode(key.PrivatePem().view())},
                {"key.pub", Base64Encode(key.verifying_key().Pem())}}}};
}

// Who exports evidence may not read the Secret, so the public half stands beside the id.
Result<void> PublishEvidenceKey(kube::Client& client, const ConfigMap& installation,
                                const tls::SigningKey& key, const kube::Call& call) {
  const std::string pem = key.verifying_key().Pem();
  const auto published = installation.data.find(api::v1alpha1::kEvidencePublicKey);
  if (published != installation.data.end() && published->second == pem) return {};
  const Result<json> patched =
      client.Patch(api::KindOf<ConfigMap>::resource, installation.metadata.key(),
                   kube::PatchType::kMerge, {{"data", {{api::v1alpha1::kEvidencePublicKey, pem}}}},
                   {.field_manager = api::v1alpha1::kFieldManager}, call);
  if (patched) return {};
  return patched.error().WithContext("publish the evidence key in ConfigMap " +
                                     installation.metadata.key().ToString());
}

}  // namespace

Result<Identity> LoadIdentity(kube::Client& client, const std::string& our_namespace,
                              Random& random, const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(
      const ConfigMap installation,
      LoadOrCreate<ConfigMap>(
          client, {our_namespace, api::v1alpha1::kInstallationConfigMap}, call,
          [&]() -> Result<json> {
            return json{
                {"data", {{"id", random.Text(12, "abcdefghijklmnopqrstuvwxyz0123456789")}}}};
          }));
  const auto id = installation.data.find(api::v1alpha1::kInstallationIdKey);
  if (id == installation.data.end() || id->second.empty()) {
    return Error::FailedPrecondition("ConfigMap " + installation.metadata.key().ToString() +
                                     " has no entry id; restore it from backup: provider labels "
                                     "are found by it");
  }
  KS_ASSIGN_OR_RETURN(const Secret digest,
                      LoadOrCreate<Secret>(client, {our_namespace, kDigestKeySecret}, call,
                                           [&] { return NewDigestKey(random); }));
  KS_ASSIGN_OR_RETURN(SecretBytes digest_key, digest.Value("key"));
  KS_ASSIGN_OR_RETURN(
      const Secret tripwire,
      LoadOrCreate<Secret>(client, {our_namespace, api::v1alpha1::kTripwireKeySecret}, call,
                           [&] { return NewDigestKey(random); }));
  KS_ASSIGN_OR_RETURN(SecretBytes tripwire_key, tripwire.Value(api::v1alpha1::kTripwireKeyEntry));
  KS_ASSIGN_OR_RETURN(const Secret signing,
                      LoadOrCreate<Secret>(client, {our_namespace, kSigningKeySecret}, call,
                                           [] { return NewSigningKey(); }));
  KS_ASSIGN_OR_RETURN(const SecretBytes pem, signing.Value("key.pem"));
  KS_ASSIGN_OR_RETURN(tls::SigningKey key, tls::SigningKey::FromPem(pem.view()));
  KS_RETURN_IF_ERROR(PublishEvidenceKey(client, installation, key, call));
  return Identity{.installation_id = id->second,
                  .digest_key = std::move(digest_key),
                  .tripwire_key = std::move(tripwire_key),
                  .signing_key = std::move(key)};
}

InstallationSigner::InstallationSigner(std::string installation, tls::SigningKey key)
    : installation_(std::move(installation)),
      key_(std::move(key)),
      key_id_(key_.verifying_key().Fingerprint().substr(0, 16)) {}

Result<std::string> InstallationSigner::Sign(std::string_view bytes) const {
  return Base64Encode(key_.Sign(bytes));
}

}  // namespace keysteward::op
