#include "tests/fakes/fake_api_server/object_writer.h"

#include "tests/fakes/fake_api_server/json_patch.h"
#include "tests/fakes/fake_api_server/write_rules.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

constexpr std::string_view kSuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";  // names.go

std::string MetaText(const json& object, const char* field) {
  return object.value(json::json_pointer(std::string("/metadata/") + field), "");
}

ObjectKey KeyOf(const Resource& resource, const json& object) {
  return {resource.namespaced ? MetaText(object, "namespace") : "", MetaText(object, "name")};
}

Result<void> CheckSubresource(const Resource& resource, const std::string& subresource) {
  if (subresource.empty() || (subresource == "status" && TraitsOf(resource).status)) return {};
  return Error::NotFound("the server could not find the requested resource");
}

// Without a version in the patch the server retries by itself, so it never conflicts.
void AdoptVersion(const json& live, json& next) {
  if (!next.is_object() || !next.contains("metadata") || !next["metadata"].is_object()) return;
  if (MetaText(next, "resourceVersion").empty()) {
    next["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"];
  }
}

json OwnersIn(const json& object) {
  return object.value("/metadata/managedFields"_json_pointer, json::array());
}

}  // namespace

std::string ObjectWriter::NewUid() {
  const std::string hex = random_.Text(32, "0123456789abcdef");
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" +
         hex.substr(17, 3) + "-" + hex.substr(20, 12);
}

Result<json> ObjectWriter::Born(const Resource& resource, const json& object) {
  std::string name = MetaText(object, "generateName");
  if (!name.empty()) name += random_.Text(5, kSuffixAlphabet);
  if (name.empty() && MetaText(object, "name").empty()) {
    return InvalidError(resource, "",
                        "metadata.name: Required value: name or generateName is required");
  }
  return PrepareCreate(resource, object, {name, NewUid(), clock_.WallNow()});
}

Result<void> ObjectWriter::CheckNamespace(const Resource& resource, const ObjectKey& key) const {
  if (!resource.namespaced) return {};
  if (key.namespace_name.empty()) {
    return Error::InvalidArgument("an empty namespace may not be set during creation");
  }
  const StoredObject found = store_.Find({"namespaces", {"", key.namespace_name}});
  if (!found && strict_namespaces_) {
    return Error::NotFound("namespaces \"" + key.namespace_name + "\" not found");
  }
  if (!found || !IsDeleting(*found)) return {};
  return Error::PermissionDenied(ResourceName(resource) + " \"" + key.name +
                                 "\" is forbidden: unable to create new content in namespace " +
                                 key.namespace_name +
                                 " because it is being terminated; metadata.namespace: namespace " +
                                 key.namespace_name + " is being terminated");
}

Result<StoredObject> ObjectWriter::Store(const Write& write, const StoredObject& live, json next,
                                         ManagedFields fields) {
  fields.WriteTo(next, clock_.WallNow());
  if (live && SameContent(*live, next) && !fields.changed()) return live;
  if (write.dry_run) return std::make_shared<const json>(std::move(next));
  return Settle(write.key, std::move(next));
}

StoredObject ObjectWriter::Settle(const StoreKey& key, json next) {
  if (!IsDeleting(next) || HoldsFinalizers(next)) return store_.Put(key, std::move(next));
  // One event, with the state before this write; the caller is answered with what it sent.
  store_.Remove(key);
  return std::make_shared<const json>(std::move(next));
}

Result<StoredObject> ObjectWriter::Create(const Resource& resource, const json& object,
                                          const WriteOptions& options) {
  KS_ASSIGN_OR_RETURN(json born, Born(resource, object));
  const ObjectKey key = KeyOf(resource, born);
  KS_RETURN_IF_ERROR(CheckNamespace(resource, key));
  const Write write{
      resource, {ResourceName(resource), key}, "", options.field_manager, options.dry_run};
  if (store_.Find(write.key)) return AlreadyExistsError(resource, key.name);
  ManagedFields fields;
  fields.RecordUpdate({write.manager, "Update", ""}, json::object(), born);
  return Store(write, nullptr, std::move(born), std::move(fields));
}

Result<StoredObject> ObjectWriter::StoreUpdate(const Write& write, const StoredObject& live,
                                               json next) {
  const json owners = OwnersIn(next);
  KS_ASSIGN_OR_RETURN(json prepared,
                      PrepareUpdate(write.resource, *live, std::move(next), write.subresource));
  if (SameContent(*live, prepared)) {
    // A list of owners that is sent alone, and is not empty, is taken as it is.
    if (owners.empty() || owners == OwnersIn(*live) || write.dry_run) return live;
    prepared["metadata"]["managedFields"] = owners;
    return Settle(write.key, std::move(prepared));
  }
  ManagedFields fields = ManagedFields::Read(*live);
  fields.RecordUpdate({write.manager, "Update", write.subresource}, *live, prepared);
  return Store(write, live, std::move(prepared), std::move(fields));
}

Result<StoredObject> ObjectWriter::Update(const Resource& resource, const json& object,
                                          const WriteOptions& options) {
  KS_RETURN_IF_ERROR(CheckSubresource(resource, options.subresource));
  const ObjectKey key = KeyOf(resource, object);
  const StoredObject live = store_.Find({ResourceName(resource), key});
  if (!live && TraitsOf(resource).create_on_update) return Create(resource, object, options);
  if (!live) return NotFoundError(resource, key.name);
  const Write write{resource,
                    {ResourceName(resource), key},
                    options.subresource,
                    options.field_manager,
                    options.dry_run};
  return StoreUpdate(write, live, object);
}

Result<StoredObject> ObjectWriter::CreateByApply(const Write& write, json configuration) {
  if (!MetaText(configuration, "uid").empty()) {
    return Error::Conflict("Operation cannot be fulfilled on " + write.key.resource + " \"" +
                           write.key.key.name +
                           "\": uid mismatch: the provided object specified uid " +
                           MetaText(configuration, "uid") + ", and no existing object was found");
  }
  // A version, unlike a uid, does not keep the server from creating.
  if (configuration.contains("metadata")) configuration["metadata"].erase("resourceVersion");
  KS_RETURN_IF_ERROR(CheckNamespace(write.resource, write.key.key));
  if (!write.subresource.empty()) return NotFoundError(write.resource, write.key.key.name);
  ManagedFields fields;
  KS_ASSIGN_OR_RETURN(json merged, fields.Apply({write.manager, "Apply", ""}, json::object(),
                                                configuration, false));
  merged["metadata"]["name"] = write.key.key.name;
  if (write.resource.namespaced) merged["metadata"]["namespace"] = write.key.key.namespace_name;
  KS_ASSIGN_OR_RETURN(json born, Born(write.resource, merged));
  return Store(write, nullptr, std::move(born), std::move(fields));
}

Result<StoredObject> ObjectWriter::Apply(const Write& write, const StoredObject& live,
                                         const json& configuration, bool force) {
  json reached = configuration;
  if (write.subresource == "status") {
    reached = {{"status", configuration.value("status", json::object())}};
  } else if (TraitsOf(write.resource).status) {
    reached.erase("status");
  }
  if (!live) return CreateByApply(write, std::move(reached));
  // Identity and version in the configuration are preconditions, never content.
  for (const char* field : {"uid", "resourceVersion"}) {
    const std::string wanted = MetaText(configuration, field);
    if (!wanted.empty()) reached["metadata"][field] = wanted;
  }
  ManagedFields fields = ManagedFields::Read(*live);
  KS_ASSIGN_OR_RETURN(json merged, fields.Apply({write.manager, "Apply", write.subresource}, *live,
                                                reached, force));
  KS_RETURN_IF_ERROR(CheckUidUnchanged(write.resource, *live, merged));
  KS_ASSIGN_OR_RETURN(json prepared,
                      PrepareUpdate(write.resource, *live, std::move(merged), write.subresource));
  return Store(write, live, std::move(prepared), std::move(fields));
}

Result<StoredObject> ObjectWriter::Patch(const Resource& resource, const ObjectKey& key,
                                         PatchType type, const json& patch,
                                         const PatchOptions& options) {
  KS_RETURN_IF_ERROR(CheckSubresource(resource, options.subresource));
  const Write write{resource,
                    {ResourceName(resource), key},
                    options.subresource,
                    options.field_manager,
                    options.dry_run};
  const StoredObject live = store_.Find(write.key);
  if (type == PatchType::kApply) {
    if (options.field_manager.empty()) {
      return Error::InvalidArgument("fieldManager: Required value: is required for apply patch");
    }
    return Apply(write, live, patch, options.force);
  }
  if (!live) return NotFoundError(resource, key.name);
  json next = *live;
  if (type == PatchType::kMerge) {
    next.merge_patch(patch);
  } else {
    KS_ASSIGN_OR_RETURN(next, ApplyJsonPatch(*live, patch));
  }
  AdoptVersion(*live, next);
  KS_RETURN_IF_ERROR(CheckUidUnchanged(resource, *live, next));
  return StoreUpdate(write, live, std::move(next));
}

Result<void> ObjectWriter::Delete(const Resource& resource, const ObjectKey& key,
                                  const DeleteOptions& options) {
  const StoreKey stored{ResourceName(resource), key};
  const StoredObject live = store_.Find(stored);
  if (!live) return NotFoundError(resource, key.name);
  KS_RETURN_IF_ERROR(CheckDeletePreconditions(resource, *live, options));
  MarkDeleted(stored, options.propagation);
  return {};
}

void ObjectWriter::MarkDeleted(const StoreKey& key, std::string_view propagation) {
  const StoredObject live = store_.Find(key);
  json next = PrepareDelete(*live, propagation, clock_.WallNow());
  if (!HoldsFinalizers(next)) {
    store_.Remove(key);
  } else if (next != *live) {
    if (key.resource == "namespaces") next["status"]["phase"] = "Terminating";
    store_.Put(key, std::move(next));
  }
}

}  // namespace keysteward::kube
