#include "tests/fakes/fake_api_server.h"

#include <algorithm>
#include <charconv>

#include "tests/fakes/fake_api_server/garbage_collector.h"
#include "tests/fakes/fake_api_server/write_rules.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

json PartialMetadata(const json& object) {
  return {{"apiVersion", "meta.k8s.io/v1"},
          {"kind", "PartialObjectMetadata"},
          {"metadata", object.value("metadata", json::object())}};
}

Result<int64_t> ParseRevision(const std::string& text) {
  int64_t revision = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (failure == std::errc() && end == text.data() + text.size()) return revision;
  return Error::InvalidArgument("Invalid value: \"" + text + "\": resourceVersion");
}

Error ExpiredError(int64_t asked, int64_t oldest) {
  return Error::Make(ErrorCode::kExpired, "too old resource version: " + std::to_string(asked) +
                                              " (" + std::to_string(oldest) + ")");
}

Result<void> CheckScope(const Resource& resource, const ObjectKey& key) {
  if (key.name.empty()) return Error::InvalidArgument("resource name may not be empty");
  if (!resource.namespaced || !key.namespace_name.empty()) return {};
  return Error::InvalidArgument(
      "an empty namespace may not be set when a resource name is provided");
}

// Whether anything happened that garbage collection could have work from.
bool MayLeaveGarbage(const std::vector<StoredEvent>& events) {
  return std::any_of(events.begin(), events.end(), [](const StoredEvent& event) {
    return event.type == EventType::kDeleted || IsDeleting(*event.object) ||
           (event.type == EventType::kAdded &&
            (*event.object)["metadata"].contains("ownerReferences"));
  });
}

// What leaves a watch is shown as it was last seen, with the version of the change.
json LastSeen(const StoredEvent& event) {
  if (event.type == EventType::kDeleted) return *event.object;
  json object = *event.previous;
  object["metadata"]["resourceVersion"] = std::to_string(event.revision);
  return object;
}

bool InNamespace(const json& object, const std::string& namespace_name) {
  return namespace_name.empty() ||
         object.value("/metadata/namespace"_json_pointer, "") == namespace_name;
}

}  // namespace

FakeApiServer::FakeApiServer(const Clock& clock, Random& random, Options options)
    : clock_(clock), options_(options), writer_(store_, clock, random, options.strict_namespaces) {
  static constexpr Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
  const json default_namespace = {
      {"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "default"}}}};
  MutexLock lock(mutex_);
  (void)writer_.Create(kNamespaces, default_namespace, {});
}

Result<json> FakeApiServer::Get(const Resource& resource, const ObjectKey& key, const Call& call) {
  if (call.stop.stop_requested()) return Error::Cancelled("get cancelled");
  const CallRecord record{"get", ResourceName(resource), "", key};
  KS_RETURN_IF_ERROR(hooks_.Enter(record));
  KS_RETURN_IF_ERROR(CheckScope(resource, key));
  StoredObject found;
  {
    MutexLock lock(mutex_);
    found = store_.Find({record.resource, key});
  }
  KS_RETURN_IF_ERROR(hooks_.Leave(record));
  if (!found) return NotFoundError(resource, key.name);
  return *found;
}

Result<ObjectList> FakeApiServer::Snapshot(const Resource& resource,
                                           const ListOptions& options) const {
  KS_ASSIGN_OR_RETURN(const Selector selector,
                      Selector::Parse(options.label_selector, options.field_selector));
  MutexLock lock(mutex_);
  if (!options.resource_version.empty()) {
    KS_ASSIGN_OR_RETURN(const int64_t asked, ParseRevision(options.resource_version));
    if (asked > store_.revision()) {
      return Error::DeadlineExceeded("Too large resource version: " + std::to_string(asked) +
                                     ", current: " + std::to_string(store_.revision()));
    }
  }
  ObjectList list;
  list.resource_version = std::to_string(store_.revision());
  for (const StoredObject& object : store_.List(ResourceName(resource))) {
    if (!InNamespace(*object, options.namespace_name) || !selector.Matches(*object)) continue;
    list.items.push_back(options.metadata_only ? PartialMetadata(*object) : *object);
  }
  return list;
}

Result<ObjectList> FakeApiServer::List(const Resource& resource, const ListOptions& options,
                                       const Call& call) {
  const CallRecord record{"list", ResourceName(resource), "", {options.namespace_name, ""}};
  const size_t page = options.limit > 0 ? static_cast<size_t>(options.limit) : SIZE_MAX;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (call.stop.stop_requested()) return Error::Cancelled("list cancelled");
    KS_RETURN_IF_ERROR(hooks_.Enter(record));
    KS_ASSIGN_OR_RETURN(ObjectList list, Snapshot(resource, options));
    const int64_t taken_at = std::stoll(list.resource_version);
    bool expired = false;
    // The hooks see each further page; what they do between pages must not show in the list.
    for (size_t sent = page; sent < list.items.size() && !expired; sent += page) {
      KS_RETURN_IF_ERROR(hooks_.Enter(record));
      MutexLock lock(mutex_);
      expired = taken_at < store_.compacted();
    }
    if (expired) continue;
    KS_RETURN_IF_ERROR(hooks_.Leave(record));
    return list;
  }
  return Error::Make(ErrorCode::kExpired, "The provided continue parameter is too old");
}

Result<StoredObject> FakeApiServer::Mutate(const CallRecord& record, const Call& call,
                                           const Writer& write) {
  if (call.stop.stop_requested()) return Error::Cancelled(record.verb + " cancelled");
  KS_RETURN_IF_ERROR(hooks_.Enter(record));
  Result<StoredObject> stored = [&] {
    MutexLock lock(mutex_);
    const int64_t before = store_.revision();
    Result<StoredObject> result = write(writer_);
    if (options_.automatic_garbage_collection && MayLeaveGarbage(store_.EventsAfter(before))) {
      CollectGarbageLocked();
    }
    return result;
  }();
  changed_.notify_all();
  if (!stored) return stored;
  KS_RETURN_IF_ERROR(hooks_.Leave(record));
  return stored;
}

Result<json> FakeApiServer::Create(const Resource& resource, const json& object,
                                   const WriteOptions& options, const Call& call) {
  const json metadata = object.value("metadata", json::object());
  const CallRecord record{"create",
                          ResourceName(resource),
                          options.subresource,
                          {metadata.value("namespace", ""), metadata.value("name", "")}};
  Responder responder;
  {
    MutexLock lock(mutex_);
    if (const auto found = responders_.find(record.resource); found != responders_.end()) {
      responder = found->second;
    }
  }
  if (responder) {
    KS_RETURN_IF_ERROR(hooks_.Enter(record));
    return responder(object);
  }
  KS_ASSIGN_OR_RETURN(const StoredObject stored, Mutate(record, call, [&](ObjectWriter& writer) {
                        return writer.Create(resource, object, options);
                      }));
  return *stored;
}

Result<json> FakeApiServer::Update(const Resource& resource, const json& object,
                                   const WriteOptions& options, const Call& call) {
  const json metadata = object.value("metadata", json::object());
  const ObjectKey key{metadata.value("namespace", ""), metadata.value("name", "")};
  KS_RETURN_IF_ERROR(CheckScope(resource, key));
  const CallRecord record{"update", ResourceName(resource), options.subresource, key};
  KS_ASSIGN_OR_RETURN(const StoredObject stored, Mutate(record, call, [&](ObjectWriter& writer) {
                        return writer.Update(resource, object, options);
                      }));
  return *stored;
}

Result<json> FakeApiServer::Patch(const Resource& resource, const ObjectKey& key, PatchType type,
                                  const json& patch, const PatchOptions& options,
                                  const Call& call) {
  KS_RETURN_IF_ERROR(CheckScope(resource, key));
  const CallRecord record{"patch", ResourceName(resource), options.subresource, key};
  KS_ASSIGN_OR_RETURN(const StoredObject stored, Mutate(record, call, [&](ObjectWriter& writer) {
                        return writer.Patch(resource, key, type, patch, options);
                      }));
  return *stored;
}

Result<void> FakeApiServer::Delete(const Resource& resource, const ObjectKey& key,
                                   const DeleteOptions& options, const Call& call) {
  KS_RETURN_IF_ERROR(CheckScope(resource, key));
  const CallRecord record{"delete", ResourceName(resource), "", key};
  const Result<StoredObject> done =
      Mutate(record, call, [&](ObjectWriter& writer) -> Result<StoredObject> {
        KS_RETURN_IF_ERROR(writer.Delete(resource, key, options));
        return StoredObject();
      });
  return done ? Result<void>() : done.error();
}

Result<FakeApiServer::WatchState> FakeApiServer::OpenWatch(const Resource& resource,
                                                           const WatchOptions& options) {
  KS_ASSIGN_OR_RETURN(Selector selector,
                      Selector::Parse(options.label_selector, options.field_selector));
  KS_ASSIGN_OR_RETURN(const int64_t from, ParseRevision(options.resource_version));
  MutexLock lock(mutex_);
  if (from < store_.compacted()) return ExpiredError(from, store_.compacted());
  ++open_watches_;
  return WatchState{ResourceName(resource),
                    options,
                    std::move(selector),
                    from,
                    bookmarks_,
                    breaks_,
                    clock_.MonoNow() + options.server_timeout};
}

std::vector<FakeApiServer::Delivery> FakeApiServer::Pending(const Resource& resource,
                                                            WatchState& state) {
  std::vector<Delivery> out;
  const auto shown = [&](const StoredObject& object) {
    return object && InNamespace(*object, state.options.namespace_name) &&
           state.selector.Matches(*object);
  };
  for (const StoredEvent& event : store_.EventsAfter(state.revision)) {
    state.revision = event.revision;
    if (event.key.resource != state.resource) continue;
    const bool was = shown(event.previous);
    const bool is = event.type != EventType::kDeleted && shown(event.object);
    if (!was && !is) continue;
    const EventType type = !is    ? EventType::kDeleted
                           : !was ? EventType::kAdded
                                  : EventType::kModified;
    const json object = is ? *event.object : LastSeen(event);
    out.push_back({type, state.options.metadata_only ? PartialMetadata(object) : object});
  }
  if (state.bookmarks != bookmarks_) {
    state.bookmarks = bookmarks_;
    json bookmark = {{"apiVersion", resource.api_version()}, {"kind", resource.kind}};
    bookmark["metadata"]["resourceVersion"] = std::to_string(store_.revision());
    out.push_back(
        {EventType::kBookmark, state.options.metadata_only ? PartialMetadata(bookmark) : bookmark});
  }
  return out;
}

Result<std::vector<FakeApiServer::Delivery>> FakeApiServer::Next(const Resource& resource,
                                                                 WatchState& state,
                                                                 const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (true) {
    if (stop.stop_requested()) return Error::Cancelled("watch cancelled");
    std::vector<Delivery> pending = Pending(resource, state);
    if (!pending.empty()) return pending;
    if (state.breaks != breaks_) return break_error_;
    if (clock_.MonoNow() >= state.deadline) return pending;
    clock_.WaitUntil(changed_, mutex_, stop, state.deadline);
  }
}

Result<void> FakeApiServer::FollowWatch(const Resource& resource, WatchState& state,
                                        const WatchSink& sink, const std::stop_token& stop) {
  while (true) {
    KS_ASSIGN_OR_RETURN(std::vector<Delivery> pending, Next(resource, state, stop));
    if (pending.empty()) return {};
    for (Delivery& delivery : pending) {
      KS_RETURN_IF_ERROR(sink(delivery.type, std::move(delivery.object)));
    }
  }
}

Result<void> FakeApiServer::Watch(const Resource& resource, const WatchOptions& options,
                                  const WatchSink& sink, std::stop_token stop) {
  const CallRecord record{"watch", ResourceName(resource), "", {options.namespace_name, ""}};
  KS_RETURN_IF_ERROR(hooks_.Enter(record));
  KS_ASSIGN_OR_RETURN(WatchState state, OpenWatch(resource, options));
  const Result<void> ended = FollowWatch(resource, state, sink, stop);
  MutexLock lock(mutex_);
  --open_watches_;
  return ended;
}

Result<std::string> FakeApiServer::GetRaw(std::string_view path, const Call& call) {
  if (call.stop.stop_requested()) return Error::Cancelled("get cancelled");
  KS_RETURN_IF_ERROR(hooks_.Enter({"get", std::string(path), "", {}}));
  {
    MutexLock lock(mutex_);
    if (const auto found = raw_answers_.find(path); found != raw_answers_.end()) {
      return found->second;
    }
  }
  if (path == "/version")
    return std::string(R"({"major":"1","minor":"36","gitVersion":"v1.36.0"})");
  if (path == "/readyz" || path == "/livez" || path == "/healthz") return std::string("ok");
  return Error::NotFound("the server could not find the requested resource");
}

size_t FakeApiServer::CollectGarbageLocked() {
  size_t changed = 0;
  while (const size_t now = CollectGarbageOnce(store_, writer_)) changed += now;
  return changed;
}

size_t FakeApiServer::CollectGarbage() {
  size_t changed = 0;
  {
    MutexLock lock(mutex_);
    changed = CollectGarbageLocked();
  }
  changed_.notify_all();
  return changed;
}

void FakeApiServer::Compact() {
  MutexLock lock(mutex_);
  store_.Compact();
}

void FakeApiServer::SendBookmarks() {
  {
    MutexLock lock(mutex_);
    ++bookmarks_;
  }
  changed_.notify_all();
}

void FakeApiServer::BreakWatches(Error error) {
  {
    MutexLock lock(mutex_);
    ++breaks_;
    break_error_ = std::move(error);
  }
  changed_.notify_all();
}

void FakeApiServer::RespondToCreate(const Resource& resource, Responder responder) {
  MutexLock lock(mutex_);
  responders_[ResourceName(resource)] = std::move(responder);
}

void FakeApiServer::RespondToGetRaw(const std::string& path, Result<std::string> answer) {
  MutexLock lock(mutex_);
  raw_answers_.insert_or_assign(path, std::move(answer));
}

std::vector<StoredEvent> FakeApiServer::EventsAfter(int64_t revision) const {
  MutexLock lock(mutex_);
  return store_.EventsAfter(revision);
}

int64_t FakeApiServer::revision() const {
  MutexLock lock(mutex_);
  return store_.revision();
}

size_t FakeApiServer::open_watches() const {
  MutexLock lock(mutex_);
  return open_watches_;
}

}  // namespace keysteward::kube
