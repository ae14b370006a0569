// RunCommand: runs one program to its end, bounded in time and output.
//
// No shell. Standard input is empty; output beyond the limit, the deadline and the stop token kill
// the program and everything it started (its process group). Files of ours are not inherited.
//
//   KS_ASSIGN_OR_RETURN(CommandOutput out, RunCommand({.program = "aws", .args = {"eks"}}, limits,
//                                                     clock, stop));
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/result.h"

namespace keysteward::kube {

struct Command {
  std::string program;  // looked up in PATH when it has no "/"
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;  // added to our own environment
};

struct CommandLimits {
  Duration timeout = std::chrono::seconds(60);
  size_t max_output = 1024 * 1024;  // standard output, bytes
};

struct CommandOutput {
  int exit_code = 0;  // 128 + n when signal n ended it
  std::string out;
  std::string err;  // at most 4 KiB
};

// kNotFound when the program cannot be started, kDeadlineExceeded, kCancelled, kTooLarge.
Result<CommandOutput> RunCommand(const Command& command, const CommandLimits& limits,
                                 const Clock& clock, const std::stop_token& stop);

}  // namespace keysteward::kube
