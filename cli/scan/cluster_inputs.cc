#include "cli/scan/cluster_inputs.h"

#include <algorithm>
#include <functional>

#include "api/core/namespace_types.h"
#include "api/core/partial_object_metadata.h"
#include "api/core/secret_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "cli/scan/judged_kinds.h"
#include "common/json.h"
#include "policy/policy_from_api.h"

namespace keysteward::cli {
namespace {

using api::core::PartialObjectMetadata;
using api::v1alpha1::ManagedCredential;
using nlohmann::json;
using Presence = policy::SecretState::Presence;

// Their templates are judged themselves.
bool IsMadeByController(const json& metadata) {
  static const std::string kKinds[] = {
      "ReplicaSet", "Deployment", "StatefulSet",          "DaemonSet",
      "Job",        "CronJob",    "ReplicationController"};
  const auto owners = metadata.find("ownerReferences");
  if (owners == metadata.end() || !owners->is_array()) return false;
  return std::any_of(owners->begin(), owners->end(), [](const json& owner) {
    return owner.is_object() && owner.value("controller", json()) == true &&
           std::find(std::begin(kKinds), std::end(kKinds), owner.value("kind", json())) !=
               std::end(kKinds);
  });
}

std::string TextOf(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

class ClusterReader {
 public:
  ClusterReader(kube::Client& client, const std::string& namespace_name, const kube::Call& call)
      : client_(client), namespace_(namespace_name), call_(call) {
    cluster_.secrets = std::make_unique<LiveSecrets>();
    cluster_.inputs.live = true;
  }

  Result<ClusterInputs> Read() {
    std::vector<std::string> silent;
    KS_ASSIGN_OR_RETURN(const std::vector<ServedKind> kinds,
                        FindJudgedKinds(client_, call_, silent));
    for (const std::string& group : silent) Complain(group, "its server does not answer");
    for (const ServedKind& kind : kinds) AddObjects(kind);
    std::sort(cluster_.inputs.inputs.begin(), cluster_.inputs.inputs.end(),
              [](const ScanInput& a, const ScanInput& b) { return a.path < b.path; });
    AddSecrets();
    AddNamespaces();
    AddPolicies();
    return std::move(cluster_);
  }

 private:
  void Complain(const std::string& what, const std::string& why) {
    cluster_.inputs.errors.push_back({what, why});
  }

  // Items of a kind; what may not be listed is said, what is not served is empty.
  std::vector<json> List(const api::Resource& resource, bool metadata_only = false) {
    kube::ListOptions options{.namespace_name = resource.namespaced ? namespace_ : "",
                              .metadata_only = metadata_only};
    Result<kube::ObjectList> list = client_.List(resource, options, call_);
    if (list) return std::move(list->items);
    if (list.error().code != ErrorCode::kNotFound) {
      Complain(std::string(resource.plural), "cannot be listed: " + list.error().message);
    }
    listed_ = false;
    return {};
  }

  void AddObjects(const ServedKind& kind) {
    if (!kind.namespaced && !namespace_.empty()) return;
    const api::Resource resource = kind.resource();
    for (json& object : List(resource)) {
      if (!object.is_object() || !object["metadata"].is_object()) continue;
      json& metadata = object["metadata"];
      if (IsMadeByController(metadata)) continue;
      // Items of a list leave out what they are.
      object["apiVersion"] = resource.api_version();
      object["kind"] = kind.kind;
      metadata.erase("managedFields");
      const std::string space = TextOf(metadata, "namespace");
      cluster_.inputs.inputs.push_back(
          {kind.kind + " " + (space.empty() ? "" : space + "/") + TextOf(metadata, "name"),
           DumpJson(object), std::nullopt});
    }
  }

  void AddSecrets() {
    std::map<std::pair<std::string, std::string>, ManagedCredential> credentials;
    for (const json& item : List(api::KindOf<ManagedCredential>::resource)) {
      const auto credential = api::Decode<ManagedCredential>(item);
      if (credential) {
        const std::string& space = credential->metadata.namespace_name;
        credentials[{space, credential->spec.delivery.secret_name}] = *credential;
      }
    }
    listed_ = true;
    for (const json& item : List(api::KindOf<api::core::Secret>::resource, true)) {
      const auto secret = api::Decode<PartialObjectMetadata>(item);
      if (!secret) continue;
      const api::ObjectMeta& metadata = secret->metadata;
      const auto credential = credentials.find({metadata.namespace_name, metadata.name});
      const api::OwnerReference* owner = metadata.Controller();
      const bool managed = credential != credentials.end() && owner != nullptr &&
                           owner->kind == "ManagedCredential" &&
                           owner->uid == credential->second.metadata.uid &&
                           metadata.Label(api::v1alpha1::kManagedLabel) == "true";
      cluster_.secrets->Add(metadata.namespace_name, metadata.name,
                            {Presence::kFound, managed, metadata.annotations});
    }
    if (listed_) cluster_.secrets->SetComplete();
  }

  void AddNamespaces() {
    for (const json& item : List(api::KindOf<api::core::Namespace>::resource)) {
      const auto space = api::Decode<PartialObjectMetadata>(item);
      if (space) cluster_.namespaces[space->metadata.name] = space->metadata.labels;
    }
  }

  void AddPolicies() {
    for (const json& item : List(api::KindOf<api::v1alpha1::CredentialPolicy>::resource)) {
      const auto object = api::Decode<api::v1alpha1::CredentialPolicy>(item);
      if (object) cluster_.snapshot.policies.push_back(policy::PolicyFrom(*object));
    }
    for (const json& item : List(api::KindOf<api::v1alpha1::CredentialException>::resource)) {
      const auto object = api::Decode<api::v1alpha1::CredentialException>(item);
      if (object) cluster_.snapshot.exceptions.push_back(policy::ExceptionFrom(*object));
    }
  }

  kube::Client& client_;
  const std::string namespace_;
  const kube::Call call_;
  ClusterInputs cluster_;
  bool listed_ = true;  // the last list was answered
};

}  // namespace

void LiveSecrets::Add(const std::string& namespace_name, const std::string& name,
                      policy::SecretState state) {
  secrets_[{namespace_name, name}] = std::move(state);
}

policy::SecretState LiveSecrets::Find(std::string_view namespace_name,
                                      std::string_view name) const {
  const auto found = secrets_.find({std::string(namespace_name), std::string(name)});
  if (found != secrets_.end()) return found->second;
  return {complete_ ? Presence::kMissing : Presence::kUnknown, false, {}};
}

Result<ClusterInputs> ReadCluster(kube::Client& client, const std::string& namespace_name,
                                  const kube::Call& call) {
  return ClusterReader(client, namespace_name, call).Read();
}

}  // namespace keysteward::cli
