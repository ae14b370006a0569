#include "kube/leaderelection/lease_lock.h"

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"

namespace keysteward::kube {
namespace {

using api::coordination::Lease;

constexpr Resource kLeases = api::KindOf<Lease>::resource;

Result<Lease> Read(Result<nlohmann::json> answer) {
  if (!answer) return std::move(answer).error();
  return api::Decode<Lease>(*answer);
}

}  // namespace

Result<Lease> LeaseLock::Get(const Call& call) const {
  return Read(client_.Get(kLeases, key_, call));
}

Result<Lease> LeaseLock::Create(Lease lease, const Call& call) const {
  lease.metadata = {};
  lease.metadata.namespace_name = key_.namespace_name;
  lease.metadata.name = key_.name;
  return Read(client_.Create(kLeases, ToJson(lease), WriteOptions{}, call));
}

Result<Lease> LeaseLock::Update(const Lease& lease, const Call& call) const {
  return Read(client_.Update(kLeases, ToJson(lease), WriteOptions{}, call));
}

}  // namespace keysteward::kube
