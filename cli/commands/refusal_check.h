// The proof that admission works: a pod that holds a made-up key is sent as a dry run and has to be
// refused by our webhook. Nothing is stored.
//
//   results.push_back(CheckRefusal(context, "default"));
#pragma once

#include <string>

#include "cli/commands/check_command.h"

namespace keysteward::cli {

// ok: refused by us. failure: accepted. warning: refused by somebody else, for instance because you
// may not create pods there; nothing is proven then.
CheckResult CheckRefusal(const CommandContext& context, const std::string& namespace_name);

}  // namespace keysteward::cli
