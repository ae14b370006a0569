// LeaseLock: reads and writes one Lease object. Every write is guarded by resourceVersion, so of
// two writers that saw the same state one gets kConflict (kAlreadyExists on Create).
//
//   LeaseLock lock(client, {"keysteward", "keysteward-operator"});
//   KS_ASSIGN_OR_RETURN(Lease lease, lock.Get(call));
#pragma once

#include "api/coordination/lease_types.h"
#include "kube/client/client.h"

namespace keysteward::kube {

// Thread-safe.
class LeaseLock {
 public:
  LeaseLock(Client& client, ObjectKey key) : client_(client), key_(std::move(key)) {}

  const ObjectKey& key() const { return key_; }

  Result<api::coordination::Lease> Get(const Call& call) const;
  // The lease as stored, with its new resourceVersion. Create sets the key.
  Result<api::coordination::Lease> Create(api::coordination::Lease lease, const Call& call) const;
  Result<api::coordination::Lease> Update(const api::coordination::Lease& lease,
                                          const Call& call) const;

 private:
  Client& client_;
  const ObjectKey key_;
};

}  // namespace keysteward::kube
