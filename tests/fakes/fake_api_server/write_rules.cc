#include "tests/fakes/fake_api_server/write_rules.h"

#include <algorithm>

#include "common/base64.h"
#include "common/duration.h"
#include "tests/fakes/fake_api_server/object_store.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

std::string Quoted(const Resource& resource, std::string_view name) {
  return ResourceName(resource) + " \"" + std::string(name) + "\"";
}

std::string TextAt(const json& object, const char* field) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return "";
  const auto found = metadata->find(field);
  return found == metadata->end() || !found->is_string() ? "" : found->get<std::string>();
}

bool IsSecret(const Resource& resource) {
  return resource.group.empty() && resource.plural == "secrets";
}

bool CanBeImmutable(const Resource& resource) {
  return IsSecret(resource) || (resource.group.empty() && resource.plural == "configmaps");
}

void FoldStringData(json& secret) {
  const auto found = secret.find("stringData");
  if (found == secret.end()) return;
  for (const auto& [key, value] : found->items()) {
    secret["data"][key] = Base64Encode(value.get<std::string>());
  }
  secret.erase("stringData");
}

Result<void> CheckKind(const Resource& resource, const json& object) {
  if (!object.is_object()) return Error::InvalidArgument("the body is not an object");
  const std::string version = object.value("apiVersion", "");
  const std::string kind = object.value("kind", "");
  if (version == resource.api_version() && kind == resource.kind) return {};
  return Error::InvalidArgument("the object is a " + version + " " + kind + ", expected " +
                                resource.api_version() + " " + std::string(resource.kind));
}

void CopyField(json& to, const json& from, const std::string& field) {
  const auto found = from.find(field);
  if (found == from.end()) {
    to.erase(field);
  } else {
    to[field] = *found;
  }
}

void AddDefaults(const Resource& resource, json& object) {
  // The schema default of every kind of ours (crds/).
  if (resource.group == "keysteward.dev") object["status"] = {{"observedGeneration", -1}};
  if (IsSecret(resource) && !object.contains("type")) object["type"] = "Opaque";
  if (!resource.group.empty()) return;
  if (resource.plural == "pods") object["status"]["phase"] = "Pending";
  if (resource.plural == "namespaces") {
    object["status"]["phase"] = "Active";
    object["spec"]["finalizers"] = {"kubernetes"};
    object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
  }
}

Result<void> CheckPreconditions(const Resource& resource, const json& old, const json& next) {
  const std::string name = TextAt(old, "name");
  const std::string uid = TextAt(next, "uid");
  if (!uid.empty() && uid != TextAt(old, "uid")) {
    return Error::Conflict("Operation cannot be fulfilled on " + Quoted(resource, name) +
                           ": Precondition failed: UID in precondition: " + uid +
                           ", UID in object meta: " + TextAt(old, "uid"));
  }
  const std::string version = TextAt(next, "resourceVersion");
  if (version.empty() && !TraitsOf(resource).unconditional_update) {
    return InvalidError(
        resource, name,
        "metadata.resourceVersion: Invalid value: 0: must be specified for an update");
  }
  if (!version.empty() && version != TextAt(old, "resourceVersion")) {
    return StaleError(resource, name);
  }
  return {};
}

Result<void> CheckImmutable(const Resource& resource, const json& old, const json& next) {
  if (!CanBeImmutable(resource) || !old.value("immutable", false)) return {};
  const std::string name = TextAt(old, "name");
  if (!next.value("immutable", false)) {
    return InvalidError(resource, name,
                        "immutable: Forbidden: field is immutable when `immutable` is set");
  }
  if (old.value("data", json::object()) == next.value("data", json::object())) return {};
  return InvalidError(resource, name,
                      "data: Forbidden: field is immutable when `immutable` is set");
}

Result<void> CheckDeletionTimestamp(const Resource& resource, const json& old, const json& next) {
  const std::string wanted = TextAt(next, "deletionTimestamp");
  if (wanted.empty() || wanted == TextAt(old, "deletionTimestamp")) return {};
  return InvalidError(
      resource, TextAt(old, "name"),
      "metadata.deletionTimestamp: Invalid value: \"" + wanted + "\": field is immutable");
}

Result<void> CheckFinalizers(const Resource& resource, const json& old, const json& next) {
  if (!IsDeleting(old)) return {};
  const json empty = json::array();
  const json before = old["metadata"].value("finalizers", empty);
  for (const json& finalizer : next["metadata"].value("finalizers", empty)) {
    if (std::find(before.begin(), before.end(), finalizer) != before.end()) continue;
    return InvalidError(resource, TextAt(old, "name"),
                        "metadata.finalizers: Forbidden: no new finalizers can be added if the "
                        "object is being deleted, found new finalizers []string{\"" +
                            finalizer.get<std::string>() + "\"}");
  }
  return {};
}

// The fields of the other half come from the stored object.
void KeepOtherHalf(const KindTraits& traits, const json& old, json& next,
                   std::string_view subresource) {
  if (subresource == "status") {
    json kept = old;
    CopyField(kept, next, "status");
    kept["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"];
    next = std::move(kept);
  } else if (traits.status) {
    CopyField(next, old, "status");
  }
}

bool SpecChanged(const json& old, const json& next) {
  const auto spec_of = [](json object) {
    for (const char* field : {"metadata", "status", "apiVersion", "kind"}) object.erase(field);
    return object;
  };
  return spec_of(old) != spec_of(next);
}

}  // namespace

Error NotFoundError(const Resource& resource, std::string_view name) {
  return Error::NotFound(Quoted(resource, name) + " not found");
}

Error AlreadyExistsError(const Resource& resource, std::string_view name) {
  return Error::Make(ErrorCode::kAlreadyExists, Quoted(resource, name) + " already exists");
}

Error StaleError(const Resource& resource, std::string_view name) {
  return Error::Conflict("Operation cannot be fulfilled on " + Quoted(resource, name) +
                         ": the object has been modified; please apply your changes to the latest "
                         "version and try again");
}

Error InvalidError(const Resource& resource, std::string_view name, std::string_view why) {
  std::string kind(resource.kind);
  if (!resource.group.empty()) kind += "." + std::string(resource.group);
  return Error::InvalidArgument(kind + " \"" + std::string(name) +
                                "\" is invalid: " + std::string(why));
}

Result<json> PrepareCreate(const Resource& resource, json object, const Birth& birth) {
  KS_RETURN_IF_ERROR(CheckKind(resource, object));
  if (!TextAt(object, "resourceVersion").empty()) {
    return Error::Internal("resourceVersion should not be set on objects to be created");
  }
  json& metadata = object["metadata"];
  for (const char* field : {"deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"}) {
    metadata.erase(field);
  }
  if (TextAt(object, "name").empty()) metadata["name"] = birth.name;
  metadata["uid"] = birth.uid;
  metadata["creationTimestamp"] = FormatTime(birth.now);
  if (TraitsOf(resource).status) object.erase("status");
  if (TraitsOf(resource).generation) {
    metadata["generation"] = 1;
  } else {
    metadata.erase("generation");
  }
  if (IsSecret(resource)) FoldStringData(object);
  AddDefaults(resource, object);
  return object;
}

Result<json> PrepareUpdate(const Resource& resource, const json& old, json next,
                           std::string_view subresource) {
  KS_RETURN_IF_ERROR(CheckKind(resource, next));
  KS_RETURN_IF_ERROR(CheckPreconditions(resource, old, next));
  KS_RETURN_IF_ERROR(CheckDeletionTimestamp(resource, old, next));
  const KindTraits traits = TraitsOf(resource);
  if (IsSecret(resource)) FoldStringData(next);
  KeepOtherHalf(traits, old, next, subresource);
  for (const char* field : {"uid", "name", "namespace", "creationTimestamp", "deletionTimestamp",
                            "deletionGracePeriodSeconds", "generation", "managedFields",
                            "resourceVersion", "generateName"}) {
    CopyField(next["metadata"], old["metadata"], field);
  }
  KS_RETURN_IF_ERROR(CheckFinalizers(resource, old, next));
  KS_RETURN_IF_ERROR(CheckImmutable(resource, old, next));
  if (traits.generation && SpecChanged(old, next)) {
    next["metadata"]["generation"] = old["metadata"].value("generation", int64_t{0}) + 1;
  }
  return next;
}

Result<void> CheckUidUnchanged(const Resource& resource, const json& old, const json& next) {
  const std::string uid = TextAt(next, "uid");
  if (uid.empty() || uid == TextAt(old, "uid")) return {};
  const Error invalid =
      InvalidError(resource, TextAt(old, "name"),
                   "metadata.uid: Invalid value: \"" + uid + "\": field is immutable");
  return Error::Conflict(invalid.message);
}

Result<void> CheckDeletePreconditions(const Resource& resource, const json& live,
                                      const DeleteOptions& options) {
  const std::string prefix = "Operation cannot be fulfilled on " + std::string(resource.kind) +
                             " \"" + TextAt(live, "name") + "\": the ";
  if (options.uid && *options.uid != TextAt(live, "uid")) {
    return Error::Conflict(prefix + "UID in the precondition (" + *options.uid +
                           ") does not match the UID in record (" + TextAt(live, "uid") +
                           "). The object might have been deleted and then recreated");
  }
  if (options.resource_version && *options.resource_version != TextAt(live, "resourceVersion")) {
    return Error::Conflict(
        prefix + "ResourceVersion in the precondition (" + *options.resource_version +
        ") does not match the ResourceVersion in record (" + TextAt(live, "resourceVersion") +
        "). The object might have been modified");
  }
  return {};
}

json PrepareDelete(const json& old, std::string_view propagation, WallTime now) {
  json next = old;
  json& metadata = next["metadata"];
  if (!IsDeleting(old)) {
    metadata["deletionTimestamp"] = FormatTime(now);
    metadata["deletionGracePeriodSeconds"] = 0;
    if (metadata.contains("generation")) {
      metadata["generation"] = metadata["generation"].get<int64_t>() + 1;
    }
  }
  const char* finalizer = propagation == "Foreground" ? "foregroundDeletion"
                          : propagation == "Orphan"   ? "orphan"
                                                      : nullptr;
  if (finalizer != nullptr) {
    json& finalizers = metadata["finalizers"];
    if (std::find(finalizers.begin(), finalizers.end(), finalizer) == finalizers.end()) {
      finalizers.push_back(finalizer);
    }
  }
  return next;
}

bool HoldsFinalizers(const json& object) {
  const auto finalizers = object["metadata"].find("finalizers");
  if (finalizers != object["metadata"].end() && !finalizers->empty()) return true;
  return object.value("kind", "") == "Namespace" &&
         !object.value("/spec/finalizers"_json_pointer, json::array()).empty();
}

bool IsDeleting(const json& object) { return object["metadata"].contains("deletionTimestamp"); }

bool SameContent(const json& old, const json& next) {
  const auto content_of = [](json object) {
    object["metadata"].erase("managedFields");
    object["metadata"].erase("resourceVersion");
    return object;
  };
  return content_of(old) == content_of(next);
}

}  // namespace keysteward::kube
