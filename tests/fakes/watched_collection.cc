#include "tests/fakes/watched_collection.h"

#include <utility>

namespace keysteward::kube {
namespace {

ObjectKey KeyIn(const nlohmann::json& object) {
  const nlohmann::json& metadata = object.at("metadata");
  return {metadata.value("namespace", ""), metadata.value("name", "")};
}

}  // namespace

WatchedCollection::WatchedCollection(ScriptedClient& client) {
  client.on_list = [this](const Resource&, const ListOptions& options) { return List(options); };
  client.on_watch = [this](const Resource&, const WatchOptions& options, const WatchSink& sink,
                           const std::stop_token& stop) { return Watch(options, sink, stop); };
}

void WatchedCollection::Put(nlohmann::json object) {
  Store(EventType::kModified, std::move(object), true);
}

void WatchedCollection::PutUnseen(nlohmann::json object) {
  Store(EventType::kModified, std::move(object), false);
}

void WatchedCollection::Delete(const ObjectKey& key) {
  nlohmann::json object = {{"metadata", {{"namespace", key.namespace_name}, {"name", key.name}}}};
  Store(EventType::kDeleted, std::move(object), true);
}

void WatchedCollection::DeleteUnseen(const ObjectKey& key) {
  nlohmann::json object = {{"metadata", {{"namespace", key.namespace_name}, {"name", key.name}}}};
  Store(EventType::kDeleted, std::move(object), false);
}

void WatchedCollection::Store(EventType type, nlohmann::json object, bool seen) {
  MutexLock lock(mutex_);
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  if (type == EventType::kDeleted) {
    objects_.erase(KeyIn(object));
  } else {
    objects_[KeyIn(object)] = object;
  }
  if (seen) events_.push_back({version_, type, std::move(object)});
  changed_.notify_all();
}

void WatchedCollection::FailNextList(Error error) {
  MutexLock lock(mutex_);
  list_errors_.push_back(std::move(error));
}

void WatchedCollection::ExpireWatches() {
  MutexLock lock(mutex_);
  ++epoch_;
  oldest_ = ++version_;
  changed_.notify_all();
}

void WatchedCollection::CutWatches() {
  MutexLock lock(mutex_);
  ++epoch_;
  changed_.notify_all();
}

std::vector<ListOptions> WatchedCollection::Lists() const {
  MutexLock lock(mutex_);
  return lists_;
}

std::vector<WatchOptions> WatchedCollection::Watches() const {
  MutexLock lock(mutex_);
  return watches_;
}

Result<ObjectList> WatchedCollection::List(const ListOptions& options) {
  MutexLock lock(mutex_);
  lists_.push_back(options);
  if (!list_errors_.empty()) {
    Error error = std::move(list_errors_.front());
    list_errors_.pop_front();
    return error;
  }
  ObjectList list;
  for (const auto& [key, object] : objects_) list.items.push_back(object);
  list.resource_version = std::to_string(version_);
  return list;
}

Result<void> WatchedCollection::Watch(const WatchOptions& options, const WatchSink& sink,
                                      const std::stop_token& stop) {
  int64_t after = std::stoll(options.resource_version);
  int64_t epoch = 0;
  {
    MutexLock lock(mutex_);
    watches_.push_back(options);
    epoch = epoch_;
    if (after < oldest_) return Error::Make(ErrorCode::kExpired, "too old resource version");
  }
  while (auto event = NextEvent(after, epoch, stop)) {
    after = event->version;
    KS_RETURN_IF_ERROR(sink(event->type, std::move(event->object)));
  }
  if (stop.stop_requested()) return Error::Cancelled("watch stopped");
  return Error::Unavailable("watch cut");
}

std::optional<WatchedCollection::Event> WatchedCollection::NextEvent(int64_t after, int64_t epoch,
                                                                     const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (!stop.stop_requested() && epoch_ == epoch) {
    for (const Event& event : events_) {
      if (event.version > after) return event;
    }
    changed_.wait_for(mutex_, std::chrono::milliseconds(1));
  }
  return std::nullopt;
}

}  // namespace keysteward::kube
