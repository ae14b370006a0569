// `keysteward list`: every credential with its owner, end and next rotation.
//
// Exit status: 0 also when there is none; 3 when an object could not be read (the others are
// shown).
//
//   KS_ASSIGN_OR_RETURN(const int status, RunList(context, {.selector = "team=payments"}));
#pragma once

#include <string>

#include "cli/commands/command_context.h"

namespace keysteward::cli {

struct ListOptions {
  std::string selector;  // label selector, as in kubectl -l
};

// JSON and YAML: a List of the objects as stored.
Result<int> RunList(const CommandContext& context, const ListOptions& options);

}  // namespace keysteward::cli
