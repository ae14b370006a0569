// Explanation: an error told to a person: what failed, why, and the command to try next.
//
//   error: ManagedCredential payments/stripe: managedcredentials.keysteward.dev "stripe" not found
//   next:  keysteward list -n payments
#pragma once

#include <string>

#include "common/error.h"

namespace keysteward::cli {

// Who asked for what, as far as the advice depends on it.
struct Scene {
  std::string program = "keysteward";
  std::string namespace_name = "default";
  std::string server;  // URL of the API server; empty before it is known
};

// Ends with a line end; holds no more of a server's text than error.message.
std::string Explain(const Error& error, const Scene& scene);

// kExitNo for what is not there, kExitUsage for wrong input, kExitOpen when time is over, else
// kExitFault.
int ExitCodeOf(const Error& error);

}  // namespace keysteward::cli
