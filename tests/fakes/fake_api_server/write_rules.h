// What the API server does to an object before it stores it: pure functions of the stored and the
// sent object. Messages follow the server's own.
//
// Source: kubernetes staging/src/k8s.io/apiserver/pkg/registry/rest/{create,update,delete}.go.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "kube/client/client.h"
#include "tests/fakes/fake_api_server/kind_traits.h"

namespace keysteward::kube {

// Errors in the server's words: `secrets "x" not found` and so on.
Error NotFoundError(const Resource& resource, std::string_view name);
Error AlreadyExistsError(const Resource& resource, std::string_view name);
Error StaleError(const Resource& resource, std::string_view name);
Error InvalidError(const Resource& resource, std::string_view name, std::string_view why);

// What a new object is given by the server.
struct Birth {
  std::string name;  // used when metadata.name is empty
  std::string uid;
  WallTime now;
};
// kInvalidArgument when apiVersion or kind is not the resource's, or the object has a
// resourceVersion.
Result<nlohmann::json> PrepareCreate(const Resource& resource, nlohmann::json object,
                                     const Birth& birth);

// `next` as it is to be stored over `old`: identity and the half that the subresource does not
// reach kept from `old`, generation counted. kConflict for another uid or resourceVersion.
Result<nlohmann::json> PrepareUpdate(const Resource& resource, const nlohmann::json& old,
                                     nlohmann::json next, std::string_view subresource);

// A patch that names another uid than the object has: kConflict, in other words than an update.
Result<void> CheckUidUnchanged(const Resource& resource, const nlohmann::json& old,
                               const nlohmann::json& next);

Result<void> CheckDeletePreconditions(const Resource& resource, const nlohmann::json& live,
                                      const DeleteOptions& options);

// `old` marked as being deleted, with the finalizer that the propagation asks for.
nlohmann::json PrepareDelete(const nlohmann::json& old, std::string_view propagation, WallTime now);

// Whether the object may stay although it is marked as being deleted.
bool HoldsFinalizers(const nlohmann::json& object);
bool IsDeleting(const nlohmann::json& object);
// Whether storing `next` would change nothing but ownership records.
bool SameContent(const nlohmann::json& old, const nlohmann::json& next);

}  // namespace keysteward::kube
