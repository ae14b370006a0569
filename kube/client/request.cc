#include "kube/client/request.h"

#include "common/json.h"
#include "common/strings.h"

namespace keysteward::kube {

using http::HttpRequest;
using nlohmann::json;

namespace {

// Without "application/json" as a second choice: a server that cannot leave the content out must
// refuse (406) instead of sending every Secret whole.
constexpr std::string_view kPartialList =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
constexpr std::string_view kPartialObject =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
constexpr std::string_view kJson = "application/json";

// Collects "?a=b&c=d"; empty values are left out.
class Query {
 public:
  Query& Add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += text_.empty() ? '?' : '&';
    text_ += std::string(name) + "=" + PercentEncode(value);
    return *this;
  }
  Query& AddIf(bool wanted, std::string_view name, std::string_view value) {
    return wanted ? Add(name, value) : *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string_view ContentTypeOf(PatchType type) {
  switch (type) {
    case PatchType::kJson:
      return "application/json-patch+json";
    case PatchType::kMerge:
      return "application/merge-patch+json";
    case PatchType::kApply:
      return "application/apply-patch+yaml";  // JSON is YAML; servers before 1.32 know no other
                                              // name
  }
  return kJson;
}

HttpRequest Make(std::string_view method, std::string target, std::string_view accept = kJson) {
  HttpRequest request;
  request.method = std::string(method);
  request.target = std::move(target);
  request.headers = {{"Accept", std::string(accept)}};
  return request;
}

HttpRequest WithBody(HttpRequest request, const json& body, std::string_view content_type = kJson) {
  request.headers.emplace_back("Content-Type", std::string(content_type));
  request.body = DumpJson(body);
  return request;
}

}  // namespace

std::string ResourcePath(const Resource& resource, const ObjectKey& key,
                         std::string_view subresource) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/";
  if (!resource.group.empty()) path += std::string(resource.group) + "/";
  path += resource.version;
  if (!key.namespace_name.empty()) path += "/namespaces/" + PercentEncode(key.namespace_name);
  path += "/" + std::string(resource.plural);
  if (!key.name.empty()) path += "/" + PercentEncode(key.name);
  if (!subresource.empty()) path += "/" + PercentEncode(subresource);
  return path;
}

Result<void> CheckObjectKey(const Resource& resource, const ObjectKey& key) {
  const std::string plural(resource.plural);
  if (key.name.empty()) return Error::InvalidArgument(plural + ": the name is empty");
  if (key.name == "." || key.name == ".." || key.name.find('/') != std::string::npos) {
    return Error::InvalidArgument(plural + ": \"" + Printable(key.name) + "\" is not a name");
  }
  if (resource.namespaced && key.namespace_name.empty()) {
    return Error::InvalidArgument(plural + " \"" + Printable(key.name) +
                                  "\": the namespace is empty");
  }
  if (!resource.namespaced && !key.namespace_name.empty()) {
    return Error::InvalidArgument(plural + " \"" + Printable(key.name) +
                                  "\": the kind has no namespace");
  }
  return {};
}

HttpRequest BuildGet(const Resource& resource, const ObjectKey& key) {
  return Make("GET", ResourcePath(resource, key));
}

HttpRequest BuildListPage(const Resource& resource, const ListOptions& options,
                          std::string_view continue_token) {
  Query query;
  query.Add("labelSelector", options.label_selector)
      .Add("fieldSelector", options.field_selector)
      .AddIf(options.limit > 0, "limit", std::to_string(options.limit))
      .Add("continue", continue_token)
      .AddIf(continue_token.empty(), "resourceVersion", options.resource_version);
  return Make("GET", ResourcePath(resource, {options.namespace_name, ""}) + query.text(),
              options.metadata_only ? kPartialList : kJson);
}

HttpRequest BuildWatch(const Resource& resource, const WatchOptions& options) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options.server_timeout);
  Query query;
  query.Add("watch", "true")
      .Add("allowWatchBookmarks", "true")
      .Add("labelSelector", options.label_selector)
      .Add("fieldSelector", options.field_selector)
      .Add("resourceVersion", options.resource_version)
      .Add("timeoutSeconds", std::to_string(seconds.count()));
  return Make("GET", ResourcePath(resource, {options.namespace_name, ""}) + query.text(),
              options.metadata_only ? kPartialObject : kJson);
}

HttpRequest BuildCreate(const Resource& resource, const std::string& namespace_name,
                        const json& object, const WriteOptions& options) {
  Query query;
  query.Add("fieldManager", options.field_manager).AddIf(options.dry_run, "dryRun", "All");
  return WithBody(Make("POST", ResourcePath(resource, {namespace_name, ""}) + query.text()),
                  object);
}

HttpRequest BuildUpdate(const Resource& resource, const ObjectKey& key, const json& object,
                        const WriteOptions& options) {
  Query query;
  query.Add("fieldManager", options.field_manager).AddIf(options.dry_run, "dryRun", "All");
  return WithBody(Make("PUT", ResourcePath(resource, key, options.subresource) + query.text()),
                  object);
}

HttpRequest BuildPatch(const Resource& resource, const ObjectKey& key, PatchType type,
                       const json& patch, const PatchOptions& options) {
  Query query;
  query.Add("fieldManager", options.field_manager)
      .AddIf(type == PatchType::kApply && options.force, "force", "true")
      .AddIf(options.dry_run, "dryRun", "All");
  return WithBody(Make("PATCH", ResourcePath(resource, key, options.subresource) + query.text()),
                  patch, ContentTypeOf(type));
}

HttpRequest BuildDelete(const Resource& resource, const ObjectKey& key,
                        const DeleteOptions& options) {
  json body = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  if (!options.propagation.empty()) body["propagationPolicy"] = options.propagation;
  if (options.uid) body["preconditions"]["uid"] = *options.uid;
  if (options.resource_version) {
    body["preconditions"]["resourceVersion"] = *options.resource_version;
  }
  return WithBody(Make("DELETE", ResourcePath(resource, key)), body);
}

}  // namespace keysteward::kube
