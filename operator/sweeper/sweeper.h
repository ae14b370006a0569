// Sweeper: ends keys at providers that nobody answers for, within ten minutes of their becoming so,
// and drops copies of issuers that nothing needs any more.
//
// Runs on the leader. An orphan must be seen as one in two looks, at least the provider's
// consistency window and two minutes apart, so that a key of a rotation that began between two
// cached views is never taken for one.
//
//   sweeper.Sweep(call);    // every minute
#pragma once

#include <map>
#include <string>

#include "api/v1alpha1/credential_revocation_types.h"
#include "kube/cache/lister.h"
#include "operator/reconcilers/credential_listers.h"
#include "operator/rotation/environment.h"
#include "operator/sweeper/orphans.h"

namespace keysteward::op {

// One thread at a time.
class Sweeper {
 public:
  Sweeper(const Environment& env, CredentialListers listers,
          kube::Lister<api::v1alpha1::CredentialRevocation> revocations)
      : env_(env), listers_(std::move(listers)), revocations_(revocations) {}

  // Trouble at one issuer is logged and does not hold up the others.
  void Sweep(const kube::Call& call);

 private:
  Claims GatherClaims() const;
  // Copies of issuers that no credential names and no unfinished revocation needs.
  void SweepSnapshots(const kube::Call& call);
  void SweepIssuer(const std::string& name, Issuer& issuer, const Claims& claims,
                   const kube::Call& call);

  const Environment& env_;
  const CredentialListers listers_;
  const kube::Lister<api::v1alpha1::CredentialRevocation> revocations_;
  std::map<std::string, MonoTime> first_seen_;  // "<issuer>|<key id>" or "snapshot|<uid>"
};

}  // namespace keysteward::op
