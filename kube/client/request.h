// Request builders: what each verb of the API looks like in HTTP, as values and without any I/O.
//
// Paths and parameters: https://kubernetes.io/docs/reference/using-api/api-concepts/.
//
//   http::HttpRequest request = BuildListPage(kSecrets, {.metadata_only = true}, "");
//   request.target == "/api/v1/secrets?limit=500"
#pragma once

#include <string>
#include <string_view>

#include "http/transport.h"
#include "kube/client/client.h"

namespace keysteward::kube {

// "/apis/apps/v1/namespaces/payments/deployments/api/status"; namespace, name and subresource are
// left out when empty. Every part is percent-encoded.
std::string ResourcePath(const Resource& resource, const ObjectKey& key,
                         std::string_view subresource = "");

// kInvalidArgument unless the key has a name, and a namespace exactly when the kind is namespaced:
// an empty part would silently address the collection instead of the object.
Result<void> CheckObjectKey(const Resource& resource, const ObjectKey& key);

http::HttpRequest BuildGet(const Resource& resource, const ObjectKey& key);
// One page. With a continue token the server goes on from there, so resource_version is left out.
http::HttpRequest BuildListPage(const Resource& resource, const ListOptions& options,
                                std::string_view continue_token);
http::HttpRequest BuildWatch(const Resource& resource, const WatchOptions& options);
http::HttpRequest BuildCreate(const Resource& resource, const std::string& namespace_name,
                              const nlohmann::json& object, const WriteOptions& options);
http::HttpRequest BuildUpdate(const Resource& resource, const ObjectKey& key,
                              const nlohmann::json& object, const WriteOptions& options);
http::HttpRequest BuildPatch(const Resource& resource, const ObjectKey& key, PatchType type,
                             const nlohmann::json& patch, const PatchOptions& options);
http::HttpRequest BuildDelete(const Resource& resource, const ObjectKey& key,
                              const DeleteOptions& options);

}  // namespace keysteward::kube
