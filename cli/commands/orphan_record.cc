#include "cli/commands/orphan_record.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "api/core/config_map_types.h"
#include "api/v1alpha1/annotations.h"
#include "common/strings.h"

namespace keysteward::cli {

using nlohmann::json;

namespace {

bool IsOurs(const json& finalizer) {
  return finalizer == api::v1alpha1::kCredentialFinalizer ||
         finalizer == api::v1alpha1::kJournalFinalizer;
}

// A text of the object, "" when it is absent or no text: the object is not ours alone to write.
std::string TextAt(const json& object, const char* pointer) {
  const json::json_pointer at(pointer);
  if (!object.contains(at) || !object.at(at).is_string()) return "";
  return Printable(object.at(at).get_ref<const std::string&>());
}

}  // namespace

bool HasOurFinalizer(const json& object) {
  const json finalizers = object.value("/metadata/finalizers"_json_pointer, json::array());
  return std::any_of(finalizers.begin(), finalizers.end(), IsOurs);
}

json WithoutOurFinalizers(const json& finalizers) {
  json kept = json::array();
  for (const json& finalizer : finalizers) {
    if (!IsOurs(finalizer)) kept.push_back(finalizer);
  }
  return kept;
}

json OrphanEntries(const std::vector<json>& credentials) {
  json entries = json::object();
  for (const json& credential : credentials) {
    if (!HasOurFinalizer(credential)) continue;
    const std::string name =
        TextAt(credential, "/metadata/namespace") + "." + TextAt(credential, "/metadata/name");
    entries[name] = "uid=" + TextAt(credential, "/metadata/uid") +
                    " issuer=" + TextAt(credential, "/spec/issuerRef/kind") + "/" +
                    TextAt(credential, "/spec/issuerRef/name") +
                    " key=" + TextAt(credential, "/status/current/keyId") +
                    " previous=" + TextAt(credential, "/status/previous/keyId") +
                    " expires=" + TextAt(credential, "/status/current/expiresAt");
  }
  return entries;
}

Result<void> WriteOrphanRecord(const CommandContext& context,
                               const std::vector<json>& credentials) {
  const json entries = OrphanEntries(credentials);
  if (entries.empty()) return {};
  const api::Resource& resource = api::KindOf<api::core::ConfigMap>::resource;
  const api::ObjectKey key{context.operator_namespace, kOrphansConfigMap};
  Result<json> written = context.client.Patch(resource, key, kube::PatchType::kMerge,
                                              {{"data", entries}}, {}, context.call());
  if (!written && written.error().code == ErrorCode::kNotFound) {
    const json made = {{"apiVersion", "v1"},
                       {"kind", "ConfigMap"},
                       {"metadata", {{"name", key.name}, {"namespace", key.namespace_name}}},
                       {"data", entries}};
    written = context.client.Create(resource, made, {}, context.call());
  }
  if (!written) return written.error().WithContext("record what is left at providers");
  context.out << "recorded " << entries.size() << " keys that nobody ends any more in ConfigMap "
              << key.ToString() << '\n';
  return {};
}

}  // namespace keysteward::cli
