// Client: typed verbs of the Kubernetes API over JSON objects. Everything above this layer depends
// on this interface; RestClient speaks to a server, tests use the fake API server.
//
// Thread-safe; calls block. Errors carry the Status reason and message of the server, mapped to
// codes as in common/error.h (404 kNotFound, 409 kConflict or kAlreadyExists, 410 kExpired, …).
//
//   KS_ASSIGN_OR_RETURN(nlohmann::json secret, client.Get(kSecrets, {"payments", "stripe-live"},
//   call));
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/clock.h"
#include "common/result.h"

namespace keysteward::kube {

using api::ObjectKey;
using api::Resource;

// How a call may be ended.
struct Call {
  std::stop_token stop;
  Duration timeout = std::chrono::seconds(30);
};

struct ListOptions {
  std::string namespace_name;  // empty: all namespaces
  std::string label_selector;
  std::string field_selector;
  int64_t limit = 500;           // page size; the client follows continue tokens
  std::string resource_version;  // empty: consistent read from etcd; "0": any cached state
  bool metadata_only = false;    // ask for PartialObjectMetadata
};

struct ObjectList {
  std::vector<nlohmann::json> items;
  std::string resource_version;  // of the list: where a watch goes on
};

enum class PatchType {
  kJson,   // RFC 6902
  kMerge,  // RFC 7386
  kApply,  // server-side apply; needs field_manager
};

struct PatchOptions {
  std::string subresource;    // "status" or empty
  std::string field_manager;  // required for kApply
  bool force = false;         // kApply: take fields over from other managers
  bool dry_run = false;
};

struct WriteOptions {
  std::string field_manager;
  std::string subresource;
  bool dry_run = false;
};

struct DeleteOptions {
  std::optional<std::string> uid;               // precondition
  std::optional<std::string> resource_version;  // precondition
  std::string propagation = "Background";
};

enum class EventType { kAdded, kModified, kDeleted, kBookmark };

struct WatchOptions {
  std::string namespace_name;
  std::string label_selector;
  std::string field_selector;
  std::string resource_version;  // required: from a list or an earlier event
  bool metadata_only = false;
  // Asked of the server; the stream ends after it and the caller resumes where it was. Shorter than
  // idle_timeout: a quiet stream then ends in order, and silence beyond it means a dead connection.
  Duration server_timeout = std::chrono::seconds(45);
  // Longest silence before the connection counts as dead. Bookmarks come about once a minute, too
  // seldom to tell by them within a minute.
  Duration idle_timeout = std::chrono::seconds(55);
};

// One event; returning an error ends the watch with it.
using WatchSink = std::function<Result<void>(EventType type, nlohmann::json object)>;

class Client {
 public:
  virtual ~Client() = default;

  virtual Result<nlohmann::json> Get(const Resource& resource, const ObjectKey& key,
                                     const Call& call) = 0;
  // All pages; on 410 between pages it starts over once, consistently.
  virtual Result<ObjectList> List(const Resource& resource, const ListOptions& options,
                                  const Call& call) = 0;
  // Returns the object as stored. metadata.namespace of `object` decides the namespace.
  virtual Result<nlohmann::json> Create(const Resource& resource, const nlohmann::json& object,
                                        const WriteOptions& options, const Call& call) = 0;
  // PUT; metadata.resourceVersion in `object` guards it.
  virtual Result<nlohmann::json> Update(const Resource& resource, const nlohmann::json& object,
                                        const WriteOptions& options, const Call& call) = 0;
  virtual Result<nlohmann::json> Patch(const Resource& resource, const ObjectKey& key,
                                       PatchType type, const nlohmann::json& patch,
                                       const PatchOptions& options, const Call& call) = 0;
  virtual Result<void> Delete(const Resource& resource, const ObjectKey& key,
                              const DeleteOptions& options, const Call& call) = 0;
  // Ends with success when the server ends the stream in order, kExpired on 410 (as status or as
  // ERROR event), kUnavailable when the connection broke or fell silent.
  virtual Result<void> Watch(const Resource& resource, const WatchOptions& options,
                             const WatchSink& sink, std::stop_token stop) = 0;
  // A path outside the resource model, such as "/version" or "/readyz"; the body as text.
  virtual Result<std::string> GetRaw(std::string_view path, const Call& call) = 0;
};

}  // namespace keysteward::kube
