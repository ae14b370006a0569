#include "operator/serving_certificate/serving_certificate.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "common/base64.h"
#include "observability/metric_names.h"
#include "operator/guard/release.h"

namespace keysteward::op {

using api::core::Secret;
using nlohmann::json;

namespace {

constexpr std::chrono::seconds kOutgoingStays{30};

tls::SelfSignedSpec SpecOf(const ServingCertificateSettings& settings) {
  const std::string name = settings.service + "." + settings.namespace_name;
  return {.common_name = name + ".svc",
          .dns_names = {name + ".svc", name + ".svc.cluster.local", name}};
}

// What the Secret holds; nothing when it is not a state of ours.
std::optional<tls::SelfSignedState> StateIn(const Secret& secret) {
  std::map<std::string, std::string> files;
  for (const auto& [name, encoded] : secret.data) {
    Result<std::string> text = Base64Decode(encoded);
    if (text) files[name] = *std::move(text);
  }
  Result<tls::SelfSignedState> state = tls::SelfSignedState::FromFiles(files);
  for (auto& [name, text] : files) WipeString(text);
  if (!state) return std::nullopt;
  return *std::move(state);
}

}  // namespace

Result<void> ServingCertificate::Store(const tls::SelfSignedState& state, bool exists,
                                       const std::string& version, const kube::Call& call) {
  json data = json::object();
  for (const auto& [name, text] : state.ToFiles()) data[name] = Base64Encode(text.view());
  json manifest = {
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"metadata", {{"name", settings_.secret}, {"namespace", settings_.namespace_name}}},
      {"type", "Opaque"},
      {"data", std::move(data)}};
  const kube::WriteOptions options{.field_manager = api::v1alpha1::kFieldManager};
  if (exists) manifest["metadata"]["resourceVersion"] = version;
  Result<json> written =
      exists ? client_.Update(api::KindOf<Secret>::resource, manifest, options, call)
             : client_.Create(api::KindOf<Secret>::resource, manifest, options, call);
  if (!written) return std::move(written).error().WithContext("store serving certificate");
  return {};
}

Result<tls::SelfSignedState> ServingCertificate::Current(const kube::Call& call) {
  Result<json> object = client_.Get(api::KindOf<Secret>::resource,
                                    {settings_.namespace_name, settings_.secret}, call);
  if (!object && object.error().code != ErrorCode::kNotFound) {
    return std::move(object).error().WithContext("read serving certificate");
  }
  std::optional<tls::SelfSignedState> held;
  std::string version;
  if (object) {
    KS_ASSIGN_OR_RETURN(const Secret secret, api::Decode<Secret>(*object));
    version = secret.metadata.resource_version;
    held = StateIn(secret);
  }
  if (!held) return Anew(object.has_value(), version, call);
  announced_.reset();
  KS_ASSIGN_OR_RETURN(tls::SelfSignedState next,
                      tls::NextSelfSigned(held, SpecOf(settings_), clock_.WallNow()));
  if (next.revision != held->revision) KS_RETURN_IF_ERROR(Store(next, true, version, call));
  return next;
}

Result<std::string> ServingCertificate::TrustedNow(const kube::Call& call) {
  Result<json> object = client_.Get(kValidatingConfigurations, {"", settings_.configuration}, call);
  if (!object && object.error().code == ErrorCode::kNotFound) return std::string();
  if (!object) return std::move(object).error().WithContext("read webhook configuration");
  for (const json& webhook : object->value("webhooks", json::array())) {
    const std::string encoded = webhook.value("clientConfig", json::object()).value("caBundle", "");
    const Result<std::string> pem = Base64Decode(encoded);
    if (!pem || pem->empty()) continue;
    if (const auto chain = tls::CertificateChain::FromPem(*pem)) return chain->Pem();
  }
  return std::string();
}

Result<tls::SelfSignedState> ServingCertificate::Anew(bool exists, const std::string& version,
                                                      const kube::Call& call) {
  if (!announced_) {
    KS_ASSIGN_OR_RETURN(outgoing_, TrustedNow(call));
    outgoing_until_ = clock_.MonoNow() + kOutgoingStays;
    KS_ASSIGN_OR_RETURN(announced_,
                        tls::NextSelfSigned(std::nullopt, SpecOf(settings_), clock_.WallNow()));
    if (!outgoing_.empty()) return *announced_;
  }
  KS_RETURN_IF_ERROR(Store(*announced_, exists, version, call));
  return *std::exchange(announced_, std::nullopt);
}

Result<void> ServingCertificate::RepairBundle(const api::Resource& resource,
                                              const std::string& bundle, const kube::Call& call) {
  Result<json> object = client_.Get(resource, {"", settings_.configuration}, call);
  if (!object && object.error().code == ErrorCode::kNotFound) return {};
  if (!object) return std::move(object).error().WithContext("read webhook configuration");
  const std::string encoded = Base64Encode(bundle);
  json patch = json::array({{{"op", "test"},
                             {"path", "/metadata/resourceVersion"},
                             {"value", (*object)["metadata"]["resourceVersion"]}}});
  const json webhooks = object->value("webhooks", json::array());
  for (size_t i = 0; i < webhooks.size(); ++i) {
    const json config = webhooks[i].value("clientConfig", json::object());
    if (config.value("caBundle", "") == encoded) continue;
    patch.push_back({{"op", "add"},
                     {"path", "/webhooks/" + std::to_string(i) + "/clientConfig/caBundle"},
                     {"value", encoded}});
  }
  if (patch.size() == 1) return {};
  Result<json> patched =
      client_.Patch(resource, {"", settings_.configuration}, kube::PatchType::kJson, patch,
                    {.field_manager = api::v1alpha1::kFieldManager}, call);
  if (!patched) return std::move(patched).error().WithContext("repair caBundle");
  return {};
}

Result<void> ServingCertificate::Keep(const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const tls::SelfSignedState state, Current(call));
  const double expiry =
      std::chrono::duration<double>(state.leaf.not_after().time_since_epoch()).count();
  metrics_.Set(kCertificateExpiry, {{"certificate", "webhook"}}, expiry);
  if (clock_.MonoNow() >= outgoing_until_) outgoing_.clear();
  const std::string bundle = state.Bundle().Pem() + outgoing_;
  KS_RETURN_IF_ERROR(RepairBundle(kValidatingConfigurations, bundle, call));
  return RepairBundle(kMutatingConfigurations, bundle, call);
}

}  // namespace keysteward::op
