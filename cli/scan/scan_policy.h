// The policy of a scan, from CredentialPolicy and CredentialException manifests.
#pragma once

#include <string>

#include "common/result.h"
#include "policy/policy.h"

namespace keysteward::cli {

// Empty file names are skipped. Errors: kInvalidArgument "file: …" for unreadable files, objects of
// another kind and objects that break their kind's rules.
Result<policy::PolicySnapshot> ReadPolicySnapshot(const std::string& policy_file,
                                                  const std::string& exceptions_file);

}  // namespace keysteward::cli
