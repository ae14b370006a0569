#include "tests/fakes/fake_api_server/garbage_collector.h"

#include <algorithm>
#include <set>

#include "tests/fakes/fake_api_server/write_rules.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

using Snapshot = std::map<StoreKey, StoredObject>;

std::string UidOf(const json& object) { return object["metadata"].value("uid", ""); }

const json& OwnersOf(const json& object) {
  static const json kNone = json::array();
  const auto found = object["metadata"].find("ownerReferences");
  return found == object["metadata"].end() ? kNone : *found;
}

bool HasFinalizer(const json& object, const char* finalizer) {
  const auto found = object["metadata"].find("finalizers");
  return found != object["metadata"].end() &&
         std::find(found->begin(), found->end(), finalizer) != found->end();
}

json WithoutFinalizer(const json& object, const char* finalizer) {
  json next = object;
  json& finalizers = next["metadata"]["finalizers"];
  finalizers.erase(std::find(finalizers.begin(), finalizers.end(), finalizer));
  if (finalizers.empty()) next["metadata"].erase("finalizers");
  return next;
}

bool Owns(const std::string& owner_uid, const json& object) {
  const json& owners = OwnersOf(object);
  return std::any_of(owners.begin(), owners.end(),
                     [&](const json& owner) { return owner.value("uid", "") == owner_uid; });
}

size_t DeleteAbandoned(const Snapshot& objects, ObjectWriter& writer) {
  std::set<std::string> living;
  for (const auto& [key, object] : objects) living.insert(UidOf(*object));
  size_t changed = 0;
  for (const auto& [key, object] : objects) {
    const json& owners = OwnersOf(*object);
    const bool abandoned =
        !owners.empty() && std::none_of(owners.begin(), owners.end(), [&](const json& owner) {
          return living.count(owner.value("uid", "")) != 0;
        });
    if (!abandoned || IsDeleting(*object)) continue;
    writer.MarkDeleted(key, "Background");
    ++changed;
  }
  return changed;
}

size_t FinishForeground(const StoreKey& owner_key, const json& owner, const Snapshot& objects,
                        ObjectWriter& writer) {
  size_t changed = 0;
  bool blocked = false;
  for (const auto& [key, object] : objects) {
    if (!Owns(UidOf(owner), *object)) continue;
    blocked = true;
    if (IsDeleting(*object)) continue;
    writer.MarkDeleted(key, "Background");
    ++changed;
  }
  if (blocked) return changed;
  writer.Settle(owner_key, WithoutFinalizer(owner, "foregroundDeletion"));
  return changed + 1;
}

size_t FinishOrphan(const StoreKey& owner_key, const json& owner, const Snapshot& objects,
                    ObjectWriter& writer) {
  for (const auto& [key, object] : objects) {
    if (!Owns(UidOf(owner), *object)) continue;
    json next = *object;
    json& owners = next["metadata"]["ownerReferences"];
    owners.erase(std::remove_if(owners.begin(), owners.end(),
                                [&](const json& reference) {
                                  return reference.value("uid", "") == UidOf(owner);
                                }),
                 owners.end());
    if (owners.empty()) next["metadata"].erase("ownerReferences");
    writer.Settle(key, std::move(next));
  }
  writer.Settle(owner_key, WithoutFinalizer(owner, "orphan"));
  return 1;
}

size_t EmptyNamespace(const StoreKey& namespace_key, const json& terminating,
                      const Snapshot& objects, ObjectWriter& writer) {
  size_t changed = 0;
  bool blocked = false;
  for (const auto& [key, object] : objects) {
    if (key.key.namespace_name != namespace_key.key.name) continue;
    blocked = true;
    if (IsDeleting(*object)) continue;
    writer.MarkDeleted(key, "Background");
    ++changed;
  }
  if (blocked || terminating.value("/spec/finalizers"_json_pointer, json::array()).empty()) {
    return changed;
  }
  json next = terminating;
  next["spec"].erase("finalizers");
  writer.Settle(namespace_key, std::move(next));
  return changed + 1;
}

}  // namespace

size_t CollectGarbageOnce(ObjectStore& store, ObjectWriter& writer) {
  const Snapshot objects = store.objects();
  if (const size_t changed = DeleteAbandoned(objects, writer); changed > 0) return changed;
  for (const auto& [key, object] : objects) {
    if (!IsDeleting(*object)) continue;
    size_t changed = 0;
    if (HasFinalizer(*object, "orphan")) {
      changed = FinishOrphan(key, *object, objects, writer);
    } else if (HasFinalizer(*object, "foregroundDeletion")) {
      changed = FinishForeground(key, *object, objects, writer);
    } else if (key.resource == "namespaces") {
      changed = EmptyNamespace(key, *object, objects, writer);
    }
    if (changed > 0) return changed;
  }
  return 0;
}

}  // namespace keysteward::kube
