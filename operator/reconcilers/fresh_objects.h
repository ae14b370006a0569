// Fresh<T>: one object read from the server, not the cache, before anything is decided that
// matters.
#pragma once

#include "api/meta/decode.h"
#include "operator/rotation/environment.h"

namespace keysteward::op {

template <typename T>
Result<T> Fresh(const Environment& env, const api::ObjectKey& key, const kube::Call& call) {
  Result<nlohmann::json> object = env.client.Get(api::KindOf<T>::resource, key, call);
  if (!object) return std::move(object).error();
  return api::Decode<T>(*object);
}

}  // namespace keysteward::op
