// IssuerSnapshot: spec and admin credential of an issuer, copied into the operator's namespace
// while keys of it may live, so that revoking needs no object of a namespace that is being deleted.
//
// Secret issuer-<issuer uid>; entries "spec" (JSON) and "admin".
#pragma once

#include <string>

#include "api/v1alpha1/credential_issuer_types.h"
#include "common/secret_bytes.h"
#include "kube/client/client.h"

namespace keysteward::op {

struct IssuerCopy {
  std::string name;  // "payments/acme", or the bare name of the cluster kind
  std::string issuer_uid;
  api::v1alpha1::IssuerSpec spec;
  SecretBytes admin;  // empty for issuers without one
  bool allow_private = false;
};

// Label of every copy, and the annotation that names the issuer it was made of.
inline constexpr const char* kSnapshotLabel = "keysteward.dev/issuer-snapshot";
inline constexpr const char* kSnapshotIssuerAnnotation = "keysteward.dev/issuer";

// "issuer-<uid>"
std::string SnapshotName(const std::string& issuer_uid);

// Writes the copy; the same content again changes nothing on the server.
Result<void> SaveSnapshot(kube::Client& client, const std::string& our_namespace,
                          const IssuerCopy& copy, const kube::Call& call);

Result<IssuerCopy> LoadSnapshot(kube::Client& client, const api::ObjectKey& secret,
                                const kube::Call& call);

}  // namespace keysteward::op
