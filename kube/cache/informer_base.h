// InformerBase: the part of an informer that does not depend on the type of its objects: the
// thread that lists and watches, and the answer whether the first listing is in.
//
// Errors never end it: they are logged and tried again with back-off until Stop. Thread-safe,
// except that Start is called once.
//
//   informer.Start();
//   KS_RETURN_IF_ERROR(informer.WaitForSync(stop, clock.MonoNow() + 2min));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "common/mutex.h"
#include "kube/runtime.h"

namespace keysteward::kube {

struct InformerOptions {
  // Which objects; the kind of T when not set. Required for PartialObjectMetadata.
  std::optional<Resource> resource = {};
  std::string namespace_name = {};  // empty: all namespaces
  std::string label_selector = {};
  std::string field_selector = {};
};

class InformerBase {
 public:
  virtual ~InformerBase();
  InformerBase(const InformerBase&) = delete;
  InformerBase& operator=(const InformerBase&) = delete;

  // "pods", "deployments.apps"
  const std::string& name() const { return name_; }

  void Start();
  // Waits for the thread. The objects stay readable.
  void Stop();

  // Whether the first listing is in the store and was told to every handler.
  bool HasSynced() const;
  // kDeadlineExceeded or kCancelled, with the name and the last error of the server.
  Result<void> WaitForSync(const std::stop_token& stop, MonoTime deadline) const;

 protected:
  InformerBase(const Runtime& runtime, InformerOptions options, bool metadata_only);

  // On the informer's thread only.
  virtual void Replace(const std::vector<nlohmann::json>& objects, bool first_listing) = 0;
  virtual void Put(const nlohmann::json& object) = 0;
  virtual void Erase(const api::ObjectKey& key) = 0;

  // Logs and counts an object that could not be read.
  void ReportSkipped(const nlohmann::json& object, const Error& error);

  const Runtime runtime_;

 private:
  class Feed;

  void Run(const std::stop_token& stop);
  void MarkSynced();
  void RememberError(const Error& error);

  const InformerOptions options_;
  const bool metadata_only_;
  const std::string name_;
  mutable Mutex mutex_;
  mutable CondVar synced_changed_;
  bool synced_ GUARDED_BY(mutex_) = false;
  std::optional<Error> last_error_ GUARDED_BY(mutex_);
  std::jthread thread_;
};

// Namespace and name out of any object; empty where they are missing.
api::ObjectKey KeyOf(const nlohmann::json& object);

}  // namespace keysteward::kube
