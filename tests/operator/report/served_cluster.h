// ServedCluster: the fake API server, which answers lists by path as well, page by page, and says
// which groups it serves.
//
//   ServedCluster cluster(clock, random);
//   cluster.server.Create(…);
//   cluster.GetRaw("/api/v1/namespaces/shop/configmaps?limit=2", {});
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "operator/report/judged_kinds.h"
#include "tests/fakes/fake_api_server.h"

namespace keysteward::op {

class ServedCluster final : public kube::Client {
 public:
  ServedCluster(const Clock& clock, Random& random) : server(clock, random) {}

  kube::FakeApiServer server;
  std::map<std::string, nlohmann::json> documents;  // other paths and what they answer
  std::vector<std::string> asked;                   // paths, in order
  std::map<std::string, Error> failing;             // part of a path → answer
  size_t largest_page = 1000;                       // more objects are too large an answer

  Result<std::string> GetRaw(std::string_view given, const kube::Call& call) override {
    const std::string path(given);
    asked.push_back(path);
    if (call.stop.stop_requested()) return Error::Cancelled("stopped");
    for (const auto& [part, error] : failing) {
      if (path.find(part) != std::string::npos) return error;
    }
    if (documents.contains(path)) return documents[path].dump();
    return ListPage(path);
  }

  Result<nlohmann::json> Get(const kube::Resource& resource, const kube::ObjectKey& key,
                             const kube::Call& call) override {
    return server.Get(resource, key, call);
  }
  Result<kube::ObjectList> List(const kube::Resource& resource, const kube::ListOptions& options,
                                const kube::Call& call) override {
    return server.List(resource, options, call);
  }
  Result<nlohmann::json> Create(const kube::Resource& resource, const nlohmann::json& object,
                                const kube::WriteOptions& options,
                                const kube::Call& call) override {
    return server.Create(resource, object, options, call);
  }
  Result<nlohmann::json> Update(const kube::Resource& resource, const nlohmann::json& object,
                                const kube::WriteOptions& options,
                                const kube::Call& call) override {
    return server.Update(resource, object, options, call);
  }
  Result<nlohmann::json> Patch(const kube::Resource& resource, const kube::ObjectKey& key,
                               kube::PatchType type, const nlohmann::json& patch,
                               const kube::PatchOptions& options, const kube::Call& call) override {
    return server.Patch(resource, key, type, patch, options, call);
  }
  Result<void> Delete(const kube::Resource& resource, const kube::ObjectKey& key,
                      const kube::DeleteOptions& options, const kube::Call& call) override {
    return server.Delete(resource, key, options, call);
  }
  Result<void> Watch(const kube::Resource& resource, const kube::WatchOptions& options,
                     const kube::WatchSink& sink, std::stop_token stop) override {
    return server.Watch(resource, options, sink, stop);
  }

  // An object of a judged kind, as a list shows it.
  void Put(const std::string& resource, const std::string& space, nlohmann::json object) {
    objects_[space + "/" + resource].push_back(std::move(object));
  }
  void Forget() { objects_.clear(); }

 private:
  static size_t Number(const std::string& path, const std::string& name, size_t fallback) {
    const size_t at = path.find(name + "=");
    return at == std::string::npos ? fallback : std::stoul(path.substr(at + name.size() + 1));
  }

  Result<std::string> ListPage(const std::string& path) const {
    const size_t begin = path.find("/namespaces/");
    if (begin == std::string::npos) return Error::NotFound("no such path");
    const std::string key = path.substr(begin + 12, path.find('?') - begin - 12);
    const auto found = objects_.find(key);
    const std::vector<nlohmann::json> none;
    const auto& all = found == objects_.end() ? none : found->second;
    const size_t from = Number(path, "continue", 0);
    const size_t limit = Number(path, "limit", 500);
    nlohmann::json page = {{"kind", "SomeList"},
                           {"apiVersion", "v1"},
                           {"metadata", {{"resourceVersion", "1"}}},
                           {"items", nlohmann::json::array()}};
    for (size_t i = from; i < all.size() && i < from + limit; ++i) page["items"].push_back(all[i]);
    if (page["items"].size() > largest_page) return Error::TooLarge("too large an answer");
    if (from + limit < all.size()) page["metadata"]["continue"] = std::to_string(from + limit);
    return page.dump();
  }

  std::map<std::string, std::vector<nlohmann::json>> objects_;
};

}  // namespace keysteward::op
