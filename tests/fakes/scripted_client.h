// ScriptedClient: a Client whose every verb is a function the test sets; an unset verb answers
// kInternal. For tests of single answers; whole stories use the fake API server.
//
//   client.on_get = [&](const auto&, const auto& key) { return Error::NotFound(key.name); };
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "kube/client/client.h"

namespace keysteward::kube {

class ScriptedClient final : public Client {
 public:
  using Json = nlohmann::json;

  std::function<Result<Json>(const Resource&, const ObjectKey&)> on_get;
  std::function<Result<ObjectList>(const Resource&, const ListOptions&)> on_list;
  std::function<Result<Json>(const Resource&, const Json&)> on_create;
  std::function<Result<Json>(const Resource&, const Json&)> on_update;
  std::function<Result<Json>(const Resource&, const ObjectKey&, PatchType, const Json&)> on_patch;
  std::function<Result<void>(const Resource&, const WatchOptions&, const WatchSink&,
                             const std::stop_token&)>
      on_watch;

  Result<Json> Get(const Resource& resource, const ObjectKey& key, const Call&) override {
    return on_get ? on_get(resource, key) : Unset("get");
  }
  Result<ObjectList> List(const Resource& resource, const ListOptions& options,
                          const Call&) override {
    return on_list ? on_list(resource, options) : Unset("list");
  }
  Result<Json> Create(const Resource& resource, const Json& object, const WriteOptions&,
                      const Call&) override {
    return on_create ? on_create(resource, object) : Unset("create");
  }
  Result<Json> Update(const Resource& resource, const Json& object, const WriteOptions&,
                      const Call&) override {
    return on_update ? on_update(resource, object) : Unset("update");
  }
  Result<Json> Patch(const Resource& resource, const ObjectKey& key, PatchType type,
                     const Json& patch, const PatchOptions&, const Call&) override {
    return on_patch ? on_patch(resource, key, type, patch) : Unset("patch");
  }
  Result<void> Delete(const Resource&, const ObjectKey&, const DeleteOptions&,
                      const Call&) override {
    return Unset("delete");
  }
  Result<void> Watch(const Resource& resource, const WatchOptions& options, const WatchSink& sink,
                     std::stop_token stop) override {
    return on_watch ? on_watch(resource, options, sink, stop) : Unset("watch");
  }
  Result<std::string> GetRaw(std::string_view, const Call&) override { return Unset("get raw"); }

 private:
  static Error Unset(const char* verb) {
    return Error::Internal(std::string("the test did not expect the verb ") + verb);
  }
};

}  // namespace keysteward::kube
