// The policy of a scan, from CredentialPolicy and CredentialException manifests.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "policy/policy.h"

namespace keysteward::cli {

// Empty file names are skipped. Errors: kInvalidArgument "file: …" for unreadable files, objects of
// another kind and objects that break their kind's rules.
Result<policy::PolicySnapshot> ReadPolicySnapshot(const std::string& policy_file,
                                                  const std::string& exceptions_file);

// The custom rules of the policies in the file, tried on their examples. Errors: as above.
Result<std::vector<detection::Rule>> ReadCustomRules(const std::string& policy_file);

}  // namespace keysteward::cli
