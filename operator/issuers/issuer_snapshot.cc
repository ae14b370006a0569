#include "operator/issuers/issuer_snapshot.h"

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "common/base64.h"
#include "common/json.h"

namespace keysteward::op {

using api::core::Secret;
using api::v1alpha1::CredentialIssuer;
using nlohmann::json;

namespace {

constexpr const char* kUidAnnotation = "keysteward.dev/issuer-uid";
constexpr const char* kPrivateAnnotation = "keysteward.dev/allow-private-addresses";
constexpr const char* kSpecEntry = "spec";
constexpr const char* kAdminEntry = "admin";

}  // namespace

std::string SnapshotName(const std::string& issuer_uid) { return "issuer-" + issuer_uid; }

Result<void> SaveSnapshot(kube::Client& client, const std::string& our_namespace,
                          const IssuerCopy& copy, const kube::Call& call) {
  const api::ObjectKey key{our_namespace, SnapshotName(copy.issuer_uid)};
  json data = {{kSpecEntry, Base64Encode(DumpJson(ToJson(copy.spec)))}};
  if (!copy.admin.empty()) data[kAdminEntry] = Base64Encode(copy.admin.view());
  const json manifest = {{"apiVersion", "v1"},
                         {"kind", "Secret"},
                         {"metadata",
                          {{"name", key.name},
                           {"namespace", key.namespace_name},
                           {"labels", {{kSnapshotLabel, "true"}}},
                           {"annotations",
                            {{kSnapshotIssuerAnnotation, copy.name},
                             {kUidAnnotation, copy.issuer_uid},
                             {kPrivateAnnotation, copy.allow_private ? "true" : "false"}}}}},
                         {"type", "Opaque"},
                         {"data", std::move(data)}};
  Result<json> applied =
      client.Patch(api::KindOf<Secret>::resource, key, kube::PatchType::kApply, manifest,
                   {.field_manager = api::v1alpha1::kFieldManager, .force = true}, call);
  if (!applied) return std::move(applied).error().WithContext("copy issuer " + copy.name);
  return {};
}

Result<IssuerCopy> LoadSnapshot(kube::Client& client, const api::ObjectKey& secret_key,
                                const kube::Call& call) {
  Result<json> object = client.Get(api::KindOf<Secret>::resource, secret_key, call);
  if (!object) return std::move(object).error().WithContext("read copy of issuer");
  KS_ASSIGN_OR_RETURN(const Secret secret, api::Decode<Secret>(*object));
  IssuerCopy copy;
  copy.name = secret.metadata.Annotation(kSnapshotIssuerAnnotation);
  copy.issuer_uid = secret.metadata.Annotation(kUidAnnotation);
  copy.allow_private = secret.metadata.Annotation(kPrivateAnnotation) == "true";
  KS_ASSIGN_OR_RETURN(const SecretBytes text, secret.Value(kSpecEntry));
  KS_ASSIGN_OR_RETURN(json spec, ParseJson(text.view()));
  // The copy holds what both kinds share, which is the spec of the namespaced one.
  KS_ASSIGN_OR_RETURN(const auto issuer,
                      api::Decode<CredentialIssuer>(
                          {{"metadata", {{"name", copy.name}}}, {"spec", std::move(spec)}}));
  copy.spec = issuer.spec;
  if (secret.data.contains(kAdminEntry)) {
    KS_ASSIGN_OR_RETURN(copy.admin, secret.Value(kAdminEntry));
  }
  return copy;
}

}  // namespace keysteward::op
