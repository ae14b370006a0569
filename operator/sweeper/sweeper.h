// Sweeper: ends keys at providers that nobody answers for, within ten minutes of their becoming so,
// and drops copies of issuers that nothing needs any more.
//
// Runs on the leader. An orphan must be seen as one in two looks, at least the provider's
// consistency window and `orphan_age` apart, so that a key of a rotation that began between two
// cached views is never taken for one. Whether nobody answers for it is read once more from the
// server before it is ended.
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
          kube::Lister<api::v1alpha1::CredentialRevocation> revocations,
          Duration orphan_age = std::chrono::minutes(2))
      : env_(env),
        listers_(std::move(listers)),
        revocations_(revocations),
        orphan_age_(orphan_age) {}

  // Trouble at one issuer is logged and does not hold up the others.
  void Sweep(const kube::Call& call);

 private:
  Result<Claims> GatherClaims(const kube::Call& call) const;
  // Keys that stay alive on purpose.
  Result<void> ClaimKept(const kube::Call& call, Claims& claims) const;
  // Keys that were staged before marks were made; once is enough.
  void MarkOlderKeys(const kube::Call& call);
  // Copies of issuers that no credential names and no unfinished revocation needs.
  void SweepSnapshots(const kube::Call& call);
  // The same from consistent reads, asked right before a key is ended.
  Result<Claims> FreshClaims(const kube::Call& call) const;
  void EndOrphan(const std::string& name, const ListedKey& key, Issuer& issuer,
                 const kube::Call& call);
  void SweepIssuer(const std::string& name, Issuer& issuer, const Claims& claims,
                   const kube::Call& call);

  const Environment& env_;
  const CredentialListers listers_;
  const kube::Lister<api::v1alpha1::CredentialRevocation> revocations_;
  const Duration orphan_age_;
  std::map<std::string, MonoTime> first_seen_;  // "<issuer>|<key id>" or "snapshot|<uid>"
  bool marked_ = false;                         // every staged key has its mark
};

}  // namespace keysteward::op
