// StatusWriter: persists what changed of a status, and nothing when nothing did.
//
// A merge patch of the difference, guarded by resourceVersion: whoever decided on an older object
// gets kConflict and looks again. Fields this operator does not know stay.
//
//   KS_RETURN_IF_ERROR(WriteStatus(client, before, after, call));   // after gets the new
//   resourceVersion
#pragma once

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "kube/client/client.h"
#include "kube/patch/merge_patch.h"

namespace keysteward::op {

template <typename T>
Result<void> WriteStatus(kube::Client& client, const T& before, T& after, const kube::Call& call) {
  nlohmann::json patch = kube::MergePatch(ToJson(before.status), ToJson(after.status));
  if (patch.empty()) return {};
  Result<nlohmann::json> written = client.Patch(
      api::KindOf<T>::resource, after.metadata.key(), kube::PatchType::kMerge,
      {{"metadata",
        {{"resourceVersion", after.metadata.resource_version}, {"uid", after.metadata.uid}}},
       {"status", std::move(patch)}},
      {.subresource = "status"}, call);
  if (!written) {
    return std::move(written).error().WithContext("write status of " +
                                                  after.metadata.key().ToString());
  }
  KS_ASSIGN_OR_RETURN(const T stored, api::Decode<T>(*written));
  after.metadata = stored.metadata;
  return {};
}

}  // namespace keysteward::op
