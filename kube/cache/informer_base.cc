#include "kube/cache/informer_base.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "common/backoff.h"
#include "kube/watch/watcher.h"
#include "observability/metric_names.h"

namespace keysteward::kube {
namespace {

std::string NameOf(const Resource& resource) {
  std::string name(resource.plural);
  if (!resource.group.empty()) name += "." + std::string(resource.group);
  return name;
}

std::string TextAt(const nlohmann::json& object, const char* field) {
  if (!object.is_object()) return "";
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

api::ObjectKey KeyOf(const nlohmann::json& object) {
  if (!object.is_object() || !object.contains("metadata")) return {};
  const nlohmann::json& metadata = object["metadata"];
  return {TextAt(metadata, "namespace"), TextAt(metadata, "name")};
}

InformerBase::InformerBase(const Runtime& runtime, InformerOptions options, bool metadata_only)
    : runtime_(runtime),
      options_(std::move(options)),
      metadata_only_(metadata_only),
      name_(NameOf(*options_.resource)) {}

InformerBase::~InformerBase() = default;

// Hands what the watcher brings to the informer.
class InformerBase::Feed final : public WatchHandler {
 public:
  explicit Feed(InformerBase& informer) : informer_(informer) {}

  void OnRestart(std::vector<nlohmann::json> items, const std::string&) override {
    informer_.Replace(items, !informer_.HasSynced());
    // Before anybody who waits for it gives free memory back.
    items = {};
    informer_.MarkSynced();
  }
  void OnEvent(EventType type, nlohmann::json object) override {
    if (type == EventType::kDeleted) {
      informer_.Erase(KeyOf(object));
    } else {
      informer_.Put(object);
    }
  }
  void OnFailure(const Error& error) override { informer_.RememberError(error); }

 private:
  InformerBase& informer_;
};

void InformerBase::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void InformerBase::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

bool InformerBase::HasSynced() const {
  MutexLock lock(mutex_);
  return synced_;
}

Result<void> InformerBase::WaitForSync(const std::stop_token& stop, MonoTime deadline) const {
  MutexLock lock(mutex_);
  while (!synced_) {
    const std::string why = last_error_ ? ": " + last_error_->ToString() : "";
    if (stop.stop_requested()) return Error::Cancelled("stopped before " + name_ + " were listed");
    if (runtime_.clock.MonoNow() >= deadline) {
      return Error::DeadlineExceeded(name_ + " could not be listed in time" + why);
    }
    runtime_.clock.WaitUntil(synced_changed_, mutex_, stop, deadline);
  }
  return {};
}

void InformerBase::MarkSynced() {
  MutexLock lock(mutex_);
  synced_ = true;
  last_error_.reset();
  synced_changed_.notify_all();
}

void InformerBase::RememberError(const Error& error) {
  runtime_.log.Warn("informer lists and watches again",
                    {{"resource", name_}, {"error", error.ToString()}});
  MutexLock lock(mutex_);
  last_error_ = error;
}

void InformerBase::ReportSkipped(const nlohmann::json& object, const Error& error) {
  const api::ObjectKey key = KeyOf(object);
  runtime_.metrics.Increment(kObjectsSkipped, {{"resource", name_}});
  runtime_.log.Error("object skipped, it cannot be read", {{"resource", name_},
                                                           {"namespace", key.namespace_name},
                                                           {"name", key.name},
                                                           {"error", error.ToString()}});
}

void InformerBase::Run(const std::stop_token& stop) {
  WatchTarget target;
  target.resource = *options_.resource;
  target.namespace_name = options_.namespace_name;
  target.label_selector = options_.label_selector;
  target.field_selector = options_.field_selector;
  target.metadata_only = metadata_only_;
  Feed feed(*this);
  Watcher(runtime_.client, runtime_.clock, Backoff({}, runtime_.random), target, feed).Run(stop);
}

}  // namespace keysteward::kube
