#include "cli/commands/uninstall_command.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/coordination/lease_types.h"
#include "api/core/config_map_types.h"
#include "api/core/secret_types.h"
#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "cli/commands/installation_checks.h"
#include "cli/commands/orphan_record.h"
#include "cli/exit_codes.h"
#include "cli/output/table.h"

namespace keysteward::cli {

using api::KindOf;
using api::core::ConfigMap;
using api::core::Secret;
using api::v1alpha1::CredentialRevocation;
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using nlohmann::json;

namespace {

constexpr size_t kMostLines = 20;

const json& Metadata(const json& object) { return object.at("metadata"); }

std::string NameOf(const json& object) {
  const json& meta = Metadata(object);
  const std::string space = meta.value("namespace", "");
  return object.value("kind", "object") + " " + (space.empty() ? "" : space + "/") +
         meta.value("name", "");
}

bool IsBeingDeleted(const json& object) { return Metadata(object).contains("deletionTimestamp"); }

// Kinds that are not served hold nothing.
Result<std::vector<json>> ListAll(const CommandContext& context, const api::Resource& resource) {
  Result<kube::ObjectList> list = context.client.List(resource, {}, context.call());
  if (!list && list.error().code == ErrorCode::kNotFound) return std::vector<json>();
  if (!list) return std::move(list).error().WithContext("list " + std::string(resource.plural));
  for (json& item : list->items) item["kind"] = resource.kind;  // items of a list carry none
  return std::move(list->items);
}

void AddObstacles(const std::vector<json>& objects, const UninstallOptions& options,
                  std::vector<std::string>& lines) {
  for (const json& object : objects) {
    if (!HasOurFinalizer(object)) continue;
    if (IsBeingDeleted(object)) {
      lines.push_back(NameOf(object) + " is being deleted, and only the operator can end its key");
    } else if (options.remove_kinds) {
      lines.push_back(NameOf(object) + " exists, and its kind is to be removed");
    }
  }
}

void PrintObstacles(const CommandContext& context, const std::vector<std::string>& lines) {
  context.out << "Not uninstalled, nothing was changed:\n";
  for (size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) {
    context.out << "  " << Clean(lines[i]) << '\n';
  }
  if (lines.size() > kMostLines) {
    context.out << "  and " << lines.size() - kMostLines << " more\n";
  }
  context.out << "Delete the credentials and wait until they are gone: kubectl delete "
                 "managedcredentials --all -A\n"
                 "or keep them with crds.keep=true, or leave their keys alive with "
                 "uninstall.orphan=true.\n"
                 "For helm upgrade after this refusal, first: helm rollback RELEASE -n "
              << context.operator_namespace << '\n';
}

Result<void> Remove(const CommandContext& context, const api::Resource& resource,
                    const api::ObjectKey& key) {
  const Result<void> done = context.client.Delete(resource, key, {}, context.call());
  const std::string name = std::string(resource.kind) + " " + key.ToString();
  if (!done && done.error().code == ErrorCode::kNotFound) return {};
  if (!done) return done.error().WithContext("delete " + name);
  context.out << "deleted " << name << '\n';
  return {};
}

// Values of keys and copies of issuers, which no CustomResource refers to any more.
Result<void> RemoveLabelled(const CommandContext& context, const std::string& label) {
  const kube::ListOptions ours{.namespace_name = context.operator_namespace,
                               .label_selector = label + "=true",
                               .metadata_only = true};
  KS_ASSIGN_OR_RETURN(const kube::ObjectList list,
                      context.client.List(KindOf<Secret>::resource, ours, context.call()));
  for (const json& secret : list.items) {
    const std::string name = Metadata(secret).at("name");
    KS_RETURN_IF_ERROR(
        Remove(context, KindOf<Secret>::resource, {context.operator_namespace, name}));
  }
  return {};
}

// Taken off one by one; an object that has gone meanwhile is what was wanted.
Result<void> TakeOffFinalizers(const CommandContext& context, const api::Resource& resource,
                               const std::vector<json>& objects) {
  for (const json& object : objects) {
    if (!HasOurFinalizer(object)) continue;
    const json& meta = Metadata(object);
    const json patch = json::array(
        {{{"op", "test"}, {"path", "/metadata/uid"}, {"value", meta.at("uid")}},
         {{"op", "test"}, {"path", "/metadata/finalizers"}, {"value", meta.at("finalizers")}},
         {{"op", "replace"},
          {"path", "/metadata/finalizers"},
          {"value", WithoutOurFinalizers(meta.at("finalizers"))}}});
    const Result<json> done =
        context.client.Patch(resource, {meta.value("namespace", ""), meta.at("name")},
                             kube::PatchType::kJson, patch, {}, context.call());
    if (!done && done.error().code != ErrorCode::kNotFound) {
      return done.error().WithContext("take finalizer off " + NameOf(object));
    }
    context.out << "freed " << Clean(NameOf(object)) << '\n';
  }
  return {};
}

Result<void> Orphan(const CommandContext& context) {
  KS_ASSIGN_OR_RETURN(const auto credentials,
                      ListAll(context, KindOf<ManagedCredential>::resource));
  KS_ASSIGN_OR_RETURN(const auto rotations, ListAll(context, KindOf<CredentialRotation>::resource));
  KS_RETURN_IF_ERROR(WriteOrphanRecord(context, credentials));
  KS_RETURN_IF_ERROR(TakeOffFinalizers(context, KindOf<CredentialRotation>::resource, rotations));
  return TakeOffFinalizers(context, KindOf<ManagedCredential>::resource, credentials);
}

}  // namespace

std::vector<std::string> UninstallObstacles(const std::vector<json>& credentials,
                                            const std::vector<json>& rotations,
                                            const std::vector<json>& revocations,
                                            const UninstallOptions& options) {
  std::vector<std::string> lines;
  if (options.orphan) return lines;
  AddObstacles(credentials, options, lines);
  AddObstacles(rotations, options, lines);
  for (const json& revocation : revocations) {
    const std::string state = revocation.value("/status/state"_json_pointer, "Pending");
    if (options.remove_kinds && state != "Revoked") {
      lines.push_back(NameOf(revocation) + " is " + state + ": its key may still work");
    }
  }
  return lines;
}

Result<int> RunUninstallPrepare(const CommandContext& context,
                                const UninstallPrepareOptions& options) {
  KS_ASSIGN_OR_RETURN(const auto credentials,
                      ListAll(context, KindOf<ManagedCredential>::resource));
  KS_ASSIGN_OR_RETURN(const auto rotations, ListAll(context, KindOf<CredentialRotation>::resource));
  KS_ASSIGN_OR_RETURN(const auto revocations,
                      ListAll(context, KindOf<CredentialRevocation>::resource));
  const auto obstacles = UninstallObstacles(credentials, rotations, revocations, options);
  if (!obstacles.empty()) {
    PrintObstacles(context, obstacles);
    return kExitNo;
  }
  // First what the operator makes registrations again by.
  KS_RETURN_IF_ERROR(Remove(context, KindOf<ConfigMap>::resource,
                            {context.operator_namespace, options.release + "-wanted"}));
  KS_RETURN_IF_ERROR(Remove(context, kValidatingConfigurations, {"", options.release}));
  KS_RETURN_IF_ERROR(Remove(context, kMutatingConfigurations, {"", options.release}));
  context.out << credentials.size() << " credentials stay" << (options.orphan ? ", orphaned" : "")
              << '\n';
  return kExitOk;
}

Result<int> RunUninstallFinish(const CommandContext& context,
                               const UninstallFinishOptions& options) {
  if (options.orphan) KS_RETURN_IF_ERROR(Orphan(context));
  const std::string& space = context.operator_namespace;
  KS_RETURN_IF_ERROR(
      Remove(context, KindOf<api::coordination::Lease>::resource, {space, kOperatorLease}));
  KS_RETURN_IF_ERROR(
      Remove(context, KindOf<Secret>::resource, {space, options.release + "-webhook-tls"}));
  if (!options.remove_kinds) return kExitOk;
  // Who this installation was: of no use without its credentials.
  for (const char* name :
       {"keysteward-digest-key", api::v1alpha1::kTripwireKeySecret, "keysteward-signing-key"}) {
    KS_RETURN_IF_ERROR(Remove(context, KindOf<Secret>::resource, {space, name}));
  }
  for (const char* label : {"keysteward.dev/staged", "keysteward.dev/issuer-snapshot"}) {
    KS_RETURN_IF_ERROR(RemoveLabelled(context, label));
  }
  KS_RETURN_IF_ERROR(
      Remove(context, KindOf<ConfigMap>::resource, {space, api::v1alpha1::kInstallationConfigMap}));
  return kExitOk;
}

}  // namespace keysteward::cli
